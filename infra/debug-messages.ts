import { log } from "@pulumi/pulumi";

/**
 * Drops the debug messages of the Pulumi SDK.
 *
 * They quote what the engine answers to each registration, and with it what the cluster has of a
 * Secret, in base64, where the engine does not know a secret again. `pulumi up --debug` shows them,
 * and `pulumi up --json` even unasked. They are three or more for each resource, sent one after the
 * other: a quarter of the program's processor time.
 *
 * Source: pulumi/pulumi, sdk/nodejs/runtime/resource.ts ("RegisterResource RPC finished").
 */
export function dropDebugMessages(): void {
  Object.assign(log, { debug: () => Promise.resolve() });
}
