import process from "node:process";
import type { ComponentResourceOptions, ProviderResource } from "@pulumi/pulumi";
import { isSecret, isUnknown } from "@pulumi/pulumi";
import { isOutput } from "../components/config/output.ts";
import type { ClusterSettings } from "./cluster/kubeconfig.ts";
import { UNREACHABLE } from "./config.ts";
import { clusterSettings } from "./engine-config.ts";

/** Any type of the Kubernetes provider: a resource is asked by it which provider its children get. */
const KUBERNETES = "kubernetes:core/v1:Namespace";
const TYPE = "pulumi:providers:kubernetes";

/**
 * The cluster that a component's objects go to: that of the Kubernetes provider that the component
 * is given, or has from its parent; else the one of the stack's own `kubernetes:` keys.
 */
export async function settingsFor(opts: ComponentResourceOptions): Promise<ClusterSettings> {
  const provider = kubernetesProvider(opts);
  return provider ? settingsOf(provider) : clusterSettings();
}

/** As the SDK chooses. Source: pulumi/pulumi, sdk/nodejs/resource.ts (`Resource`). */
function kubernetesProvider(opts: ComponentResourceOptions): ProviderResource | undefined {
  const { provider, providers = [], parent } = opts;
  const given = Array.isArray(providers) ? providers : Object.values(providers);
  const own = [...(provider ? [provider] : []), ...given].find(isKubernetes);
  return own ?? parent?.getProvider(KUBERNETES);
}

function isKubernetes(provider: ProviderResource): boolean {
  return Reflect.get(provider, "__pulumiType") === TYPE;
}

/** A provider's settings are Outputs of its own, which its TypeScript type does not have. */
async function settingsOf(provider: ProviderResource): Promise<ClusterSettings> {
  const names = ["kubeconfig", "context", "cluster", ...UNREACHABLE.map(([name]) => name)];
  const outputs = names.map((name): unknown => Reflect.get(provider, name));
  const values = await Promise.all(outputs.map(valueOf));
  if (values.some(isUnknown)) {
    const notYet = "the provider's settings are known only when what they come from is there";
    return { kubeconfig: undefined, context: undefined, cluster: undefined, notYet, ...GOES_ON };
  }
  const [kubeconfig, context, cluster, ...unreachable] = values.map(nonEmptyText);
  return {
    // The provider puts the variable in by itself; with several files in it, only we read it.
    kubeconfig: kubeconfig === process.env["KUBECONFIG"] ? undefined : kubeconfig,
    kubeconfigIsSecret: isOutput(outputs[0]) && (await isSecret(outputs[0])),
    context,
    cluster,
    ...(unreachable.includes("true") ? GOES_ON : {}),
  };
}

const GOES_ON = { mayBeUnreachable: true };

/**
 * The value of an Output, or the SDK's mark for one that is not known yet. In a preview `apply` is
 * not called for either an unknown or an absent value, and the SDK has no public call that is.
 *
 * Source: pulumi/pulumi, sdk/nodejs/output.ts (`promise`), runtime/rpc.ts (`resolveProperties`).
 */
export async function valueOf(value: unknown): Promise<unknown> {
  if (!isOutput(value)) return value;
  const promise: unknown = Reflect.get(value, "promise");
  return typeof promise === "function" ? Reflect.apply(promise, value, [true]) : undefined;
}

/** As the provider has it, a value that is empty is none. */
function nonEmptyText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
