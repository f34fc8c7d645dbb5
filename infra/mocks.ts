import { runtime } from "@pulumi/pulumi";

/**
 * Whether a program runs under Pulumi's mocks, as a unit test of the program does: there is no
 * stack, and no cluster may be asked.
 *
 * Source: pulumi/pulumi, sdk/nodejs/runtime/mocks.ts (`MockMonitor`).
 */
export function isUnderMocks(): boolean {
  const monitor: unknown = runtime.getMonitor();
  return typeof monitor === "object" && monitor !== null && "mocks" in monitor;
}
