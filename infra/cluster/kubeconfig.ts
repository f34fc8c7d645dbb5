/** Which cluster, as whom: from the provider's own settings, or as kubectl finds it. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { listOr } from "../../components/config/errors.ts";
import type { JsonObject } from "./json.ts";
import { nonEmpty, isObject, text } from "./json.ts";
import type { Entry, Kubeconfig } from "./kubeconfig-text.ts";
import { inFile, inText, merged } from "./kubeconfig-text.ts";

export interface ClusterSettings {
  /**
   * Contents of a kubeconfig, or where it is. Default: `$KUBECONFIG`, then `~/.kube/config`, then
   * the pod that this runs in.
   */
  kubeconfig: string | undefined;
  /** Whether the kubeconfig is a secret: then it is never shown. */
  kubeconfigIsSecret?: boolean;
  context: string | undefined;
  cluster: string | undefined;
  /**
   * Whether Pulumi's Kubernetes provider goes on without an answer of the cluster, by the stack's
   * settings. @default false
   */
  mayBeUnreachable?: boolean;
  /** Why nobody can know yet which cluster that is. */
  notYet?: string;
}

/** A cluster, and as whom it is asked. */
export interface ClusterAccess {
  /** Name of the context, for people. */
  readonly context: string;
  readonly namespace: string | undefined;
  /** Address of the API server. */
  readonly server: string;
  readonly cluster: Entry;
  /** Without anything in it where the context names none: as nobody. */
  readonly user: Entry;
}

const ANONYMOUS: Entry = { value: {}, folder: "/" };

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The chosen context, its cluster and its user. What else there is may be unfit for use.
 *
 * @throws when there is no usable kubeconfig, with what is wrong with it
 */
export async function loadKubeconfig(settings: ClusterSettings): Promise<ClusterAccess> {
  const found = await load(settings.kubeconfig);
  const name = settings.context ?? found.currentContext;
  const context = found.contexts.get(name ?? "")?.value;
  if (name === undefined || context === undefined) {
    const names = [...found.contexts.keys()];
    throw new Error(`it has no context "${name}"; expected ${listOr(names)}`);
  }
  const cluster = found.clusters.get(settings.cluster ?? text(context["cluster"]) ?? "");
  if (cluster === undefined) throw new Error(`its context "${name}" names no cluster that it has`);
  return {
    context: name,
    namespace: nonEmpty(context["namespace"]),
    server: addressIn(cluster),
    cluster,
    user: found.users.get(text(context["user"]) ?? "") ?? ANONYMOUS,
  };
}

/**
 * kubectl and Pulumi's Kubernetes provider ask for a user name where a user of a kubeconfig that
 * they found has no credentials, and wait for ever where nobody answers. They do not ask where the
 * stack itself gives the kubeconfig.
 *
 * @throws where they would
 */
export function requireCredentials(access: ClusterAccess): void {
  if (hasCredentials(access)) return;
  const { context } = access;
  throw new Error(
    `the user of its context "${context}" has no credentials (client certificate, token, exec, …), so Pulumi's Kubernetes provider would ask for a user name and wait; add them, for instance with kubectl config set-credentials`,
  );
}

/**
 * Whether a cluster is asked with credentials, or needs none.
 *
 * Source: client-go, tools/clientcmd/client_config.go (`canIdentifyUser`).
 */
export function hasCredentials({ server, user: { value } }: ClusterAccess): boolean {
  if (server.startsWith("http:")) return true;
  const texts = ["username", "client-certificate", "client-certificate-data", "token", "tokenFile"];
  const helpers = ["auth-provider", "exec"];
  return (
    texts.some((name) => nonEmpty(value[name]) !== undefined) ||
    helpers.some((name) => isObject(value[name]))
  );
}

function addressIn({ value }: Entry): string {
  const server = text(value["server"]) ?? "";
  if (/^https?:$/.test(URL.parse(server)?.protocol ?? "")) return server;
  throw new Error(`"${server}" is not the address of a server`);
}

async function load(source: string | undefined): Promise<Kubeconfig> {
  if (source === undefined || source === "") return loadAmbient();
  const path = source.replace(/^~(?=\/)/, homedir());
  if (existsSync(path)) return inFile(path);
  if (!/[\n{]/.test(source)) throw new Error(`there is no file ${source}`);
  return inText(source, process.cwd());
}

/**
 * Source: client-go, tools/clientcmd/loader.go: of several files, those that are missing count for
 * nothing.
 */
async function loadAmbient(): Promise<Kubeconfig> {
  const named = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const paths = named.length > 0 ? named : [join(homedir(), ".kube", "config")];
  const files = paths.filter((path) => existsSync(path));
  if (files.length > 0) return merged(await Promise.all(files.map(inFile)));
  const inCluster = ofThisPod();
  if (inCluster) return inCluster;
  if (named.length > 0) throw new Error(`there is no file ${named.join(" and no file ")}`);
  throw new Error("none was found; set KUBECONFIG, or kubernetes:kubeconfig in the stack's file");
}

/** Source: client-go, rest.InClusterConfig. */
function ofThisPod(): Kubeconfig | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (!host || !port || !existsSync(`${SERVICE_ACCOUNT}/token`)) return undefined;
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const entry = (value: JsonObject) =>
    new Map([["pod", { value, folder: SERVICE_ACCOUNT } satisfies Entry]]);
  return {
    currentContext: "pod",
    contexts: entry({ cluster: "pod", user: "pod" }),
    clusters: entry({ server, "certificate-authority": "ca.crt" }),
    users: entry({ tokenFile: "token" }),
  };
}
