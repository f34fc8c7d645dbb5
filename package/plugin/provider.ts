import type { ComponentResourceOptions, Inputs, provider } from "@pulumi/pulumi";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider.js";
import kubernetes from "@pulumi/kubernetes/package.json" with { type: "json" };
import { runtime } from "@pulumi/pulumi";
import { planApp } from "../../components/app.ts";
import type { AppArgs } from "../../components/config/app-args.ts";
import type { Problem } from "../../components/config/errors.ts";
import { throwIfAny } from "../../components/config/errors.ts";
import { PREFIX } from "../../components/config/stack.ts";
import { planWithPreflight } from "../../infra/plan-with-preflight.ts";
import { argsOf } from "./inputs.ts";
import { componentOutputs } from "./outputs.ts";

const APP = "dash-scale:index:App";

/**
 * Declares an app for a program in another language, as `withPreflight` does for one in TypeScript:
 * with the cost and the capacity in a preview, the guards, and the wait for all pods.
 *
 * The component is the very `App` of this package, so that its resources have the same names in
 * every language.
 *
 * @param schema what Pulumi makes SDKs from, without its version
 */
export function appProvider(version: string, schema: object): provider.Provider {
  // Rebuilds a Kubernetes provider that a program hands over, with its settings.
  runtime.registerResourcePackage("kubernetes", {
    version: kubernetes.version,
    constructProvider: (name, _, urn) => new KubernetesProvider(name, undefined, { urn }),
  });
  return { version, schema: JSON.stringify({ ...schema, version }), construct: constructApp };
}

async function constructApp(
  name: string,
  type: string,
  inputs: Inputs,
  opts: ComponentResourceOptions,
): Promise<provider.ConstructResult> {
  if (type !== APP) throw new Error(`dash-scale has no component ${type}; expected ${APP}`);
  throwIfAny(stackKeys(runtime.allConfig()));
  const { outputName, ...given } = await argsOf(inputs);
  const plan = planApp(name, unchecked(given));
  const options = typeof outputName === "string" ? { ...opts, outputName } : opts;
  const { app, outputs } = await planWithPreflight(name, plan, options);
  return { urn: app.urn, state: componentOutputs(plan, outputs) };
}

/** Keys that the program of a stack file would read: here they would be accepted and mean nothing. */
function stackKeys(config: Readonly<Record<string, string>>): Problem[] {
  return Object.keys(config)
    .filter((key) => key.startsWith(PREFIX))
    .map((location) => ({
      location,
      message: `is a key of a stack file without a program; give ${location.slice(PREFIX.length)} to App in the program`,
    }));
}

/** Programs in other languages give anything: planApp checks what the type promises here. */
function unchecked(args: Inputs): AppArgs {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return args as AppArgs;
}
