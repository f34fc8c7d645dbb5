import { runtime, secret } from "@pulumi/pulumi";
import { revealed } from "../../commands/declare.ts";
import { App } from "../../components/app.ts";
import { planStack } from "../../components/plan/app-plan.ts";
import type { JsonObject } from "../../infra/cluster/json.ts";
import { recorded } from "../support/record.ts";
import type { Input } from "./input.ts";
import { argsFrom } from "./judge.ts";

/**
 * What a sample of the plans is made from; a stack file that `scale` has changed is one like any
 * other.
 */
export type Declarable = Exclude<Input, { kind: "scale" }>;

/** The Kubernetes objects that are declared for an accepted input, by the components themselves. */
export async function declared(input: Declarable): Promise<JsonObject[]> {
  // No Secret was read: what follows from one is a placeholder.
  const options = { secretContents: new Map<string, never>(), guardsAreEnforced: true };
  const registrations = await recorded(
    () => new App("fuzz", planStack(argsFrom(input, secret)), options),
  );
  return registrations
    .filter(({ type, custom }) => custom && type.startsWith("kubernetes:"))
    .flatMap(({ inputs: marked, resource }) => {
      const inputs = revealed(marked, runtime);
      if (!isObject(inputs)) return [];
      const { metadata, ...rest } = inputs;
      // An object without a name gets one from the provider, made from the resource's.
      const name = `${resource.split(" ")[1] ?? ""}-0123abcd`;
      return [{ ...rest, metadata: isObject(metadata) ? { name, ...metadata } : { name } }];
    });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
