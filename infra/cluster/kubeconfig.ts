/** Which cluster, as whom: from the provider's own settings, or as kubectl finds it. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { loadClientLibrary } from "./client-library.ts";

export interface ClusterSettings {
  /** Contents of a kubeconfig, or where it is. Default: `$KUBECONFIG`, then `~/.kube/config`. */
  kubeconfig: string | undefined;
  /** Whether the kubeconfig is a secret: then it is never shown. */
  kubeconfigIsSecret?: boolean;
  context: string | undefined;
  cluster: string | undefined;
}

const IN_CLUSTER_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** @throws when there is no usable kubeconfig, with what is wrong with it */
export async function loadKubeconfig(settings: ClusterSettings): Promise<KubeConfig> {
  // Loaded only now: the engine waits for our port.
  const { KubeConfig: Config } = await loadClientLibrary();
  const config = new Config();
  load(config, settings.kubeconfig);
  chooseContext(config, settings);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error(`its context "${config.getCurrentContext()}" names no cluster that it has`);
  }
  if (!URL.canParse(cluster.server)) throw new Error(`"${cluster.server}" is no server's address`);
  return config;
}

function load(config: KubeConfig, source: string | undefined): void {
  if (source === undefined || source === "") return loadAmbient(config);
  const path = source.replace(/^~(?=\/)/, homedir());
  if (existsSync(path)) return parsed(() => config.loadFromFile(path));
  if (!/[\n{]/.test(source)) throw new Error(`there is no file ${source}`);
  parsed(() => config.loadFromString(source));
}

/** The parser's message quotes what it could not read, which may be a credential. */
function parsed(reading: () => void): void {
  try {
    reading();
  } catch (error) {
    if (!(error instanceof Error && error.name === "YAMLException")) throw error;
    const [, line = "?"] = /\((\d+):\d+\)/.exec(error.message) ?? [];
    // oxlint-disable-next-line preserve-caught-error -- the cause has the same quote
    throw new Error(`it is no YAML, at line ${line}`);
  }
}

function loadAmbient(config: KubeConfig): void {
  const named = (process.env["KUBECONFIG"] ?? "") !== "";
  const found =
    named || existsSync(join(homedir(), ".kube/config")) || existsSync(IN_CLUSTER_TOKEN);
  if (!found) {
    throw new Error("there is none: set KUBECONFIG, or kubernetes:kubeconfig in the stack's file");
  }
  parsed(() => config.loadFromDefault());
}

function chooseContext(config: KubeConfig, settings: ClusterSettings): void {
  const wanted = settings.context ?? config.getCurrentContext();
  const contexts = config.getContexts();
  if (!contexts.some(({ name }) => name === wanted)) {
    const names = contexts.map(({ name }) => name);
    throw new Error(`it has no context "${wanted}", only ${names.join(", ") || "none at all"}`);
  }
  const { cluster } = settings;
  config.loadFromOptions({
    // The library wants to be told so where there is no TLS at all, as behind `kubectl proxy`.
    clusters: config
      .getClusters()
      .map((it) => (it.server.startsWith("http:") ? { ...it, skipTLSVerify: true } : it)),
    users: config.getUsers(),
    contexts: contexts.map((context) =>
      context.name === wanted && cluster !== undefined ? { ...context, cluster } : context,
    ),
    currentContext: wanted,
  });
}
