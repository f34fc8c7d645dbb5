/**
 * The provider's settings: an explicit provider's inputs, or `kubernetes:*` in the stack's file.
 */
import { parseObject, words } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";
import type { Engine } from "../shared/engine.ts";
import { Cluster } from "./cluster/cluster.ts";
import { connected } from "./cluster/transport.ts";
import { hasCredentials, loadKubeconfig } from "../../../infra/cluster/kubeconfig.ts";
import type { ClusterSettings } from "../../../infra/cluster/kubeconfig.ts";
import type { Session } from "./session.ts";
import { hasUnknown } from "./unknowns.ts";

/** Settings that change what the official provider does and that this one does not have. */
const UNSUPPORTED = [
  "renderYamlToDirectory",
  "deleteUnreachable",
  "skipUpdateUnreachable",
  "helmReleaseSettings",
  "clusterIdentifier",
];

/**
 * A cluster that does not answer is no failure yet: the official provider previews without it, on
 * the inputs alone, and fails at the first operation that needs it (provider.go,
 * clusterUnreachable). It even does so without a usable kubeconfig, where this one is stricter.
 *
 * @throws when the settings lead to no cluster
 */
export async function configure(
  settings: JsonObject,
  engine: Engine,
  cancelled: AbortSignal,
): Promise<Session> {
  for (const name of UNSUPPORTED) {
    if (settings[name] !== undefined) throw new Error(`${name}: the stand-in does not support it`);
  }
  if (setting(settings, "enableServerSideApply") === "false") {
    throw new Error("enableServerSideApply: false: the stand-in knows server-side apply only");
  }
  return {
    engine,
    ...(hasUnknown(settings) ? NOT_KNOWN : await connect(settings, cancelled)),
    mutability: {
      secrets: isOn(settings, "enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
      configMaps: isOn(settings, "enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    },
    force: isOn(settings, "enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsert: isOn(settings, "upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    replaced: new Set(),
    cancelled,
  };
}

type Connection = Pick<Session, "cluster" | "unreachable" | "namespace">;

const NOT_KNOWN: Connection = { cluster: undefined, unreachable: undefined, namespace: undefined };

async function connect(settings: JsonObject, cancelled: AbortSignal): Promise<Connection> {
  const access = await loadKubeconfig(clusterSettings(settings)).catch((error: unknown) => {
    const reason = messageOf(error);
    throw new Error(`the Kubernetes provider has no usable kubeconfig: ${reason}`, {
      cause: error,
    });
  });
  if (setting(settings, "kubeconfig") === undefined && !hasCredentials(access)) await prompted();
  const namespace = setting(settings, "namespace") ?? access.namespace ?? "default";
  const cluster = new Cluster(connected(access, cancelled), namespace);
  try {
    await cluster.greet();
    return { cluster, unreachable: undefined, namespace };
  } catch (error) {
    const reason = `unable to load schema information from the API server: ${messageOf(error)}`;
    return { cluster: undefined, unreachable: reason, namespace };
  }
}

/**
 * Where the user of a kubeconfig that was found, not given, has no credentials, the official
 * provider asks for a user name on standard input, where nobody answers. A cancellation does not
 * end that.
 *
 * Source: provider.go (`NewInteractiveDeferredLoadingClientConfig`), client-go,
 * tools/clientcmd/client_config.go.
 */
function prompted(): Promise<never> {
  return new Promise(() => {});
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function clusterSettings(settings: JsonObject): ClusterSettings {
  return {
    kubeconfig: setting(settings, "kubeconfig"),
    context: setting(settings, "context"),
    cluster: setting(settings, "cluster"),
  };
}

/** Settings arrive as texts; a kubeconfig may also be an object, or one written as JSON. */
function setting(settings: JsonObject, name: string): string | undefined {
  const value = settings[name];
  if (value === undefined || value === null || value === "") return undefined;
  return words(value);
}

function isOn(settings: JsonObject, name: string, variable: string): boolean {
  return (setting(settings, name) ?? process.env[variable]) === "true";
}

const NAMES_CLUSTER = ["kubeconfig", "context", "cluster"];

/**
 * Which settings of the provider changed, and which of them lead to another cluster: there every
 * object has to be created anew.
 */
export async function settingsChanged(
  before: JsonObject,
  after: JsonObject,
): Promise<{ changed: string[]; replaces: string[] }> {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const changed = keys.filter((key) => !isSame(before[key], after[key]));
  const naming = NAMES_CLUSTER.filter((key) => changed.includes(key));
  const isElsewhere = naming.length > 0 && (await leadElsewhere(before, after));
  return { changed, replaces: isElsewhere ? naming : [] };
}

async function leadElsewhere(before: JsonObject, after: JsonObject): Promise<boolean> {
  if (NAMES_CLUSTER.some((key) => hasUnknown(after[key]))) return true;
  const [old, now] = await Promise.all([before, after].map(serverOf));
  return old !== undefined && now !== undefined && old !== now;
}

/** A cluster has no name of its own; its address has to do. */
async function serverOf(settings: JsonObject): Promise<string | undefined> {
  const access = await loadKubeconfig(clusterSettings(settings)).catch(() => undefined);
  return access?.server;
}

function isSame(a: JsonObject[string] | undefined, b: JsonObject[string] | undefined): boolean {
  const normal = (value: typeof a) =>
    JSON.stringify(typeof value === "string" ? (parseObject(value) ?? value) : (value ?? null));
  return normal(a) === normal(b);
}
