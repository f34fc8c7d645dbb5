/**
 * Exec plugins for credentials, which a kubeconfig names under `exec`: those of EKS, GKE, AKS and
 * others.
 */
import { execFile } from "node:child_process";
import { isAbsolute, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import type { JsonObject } from "./json.ts";
import { getPath, nonEmpty, list, parseObject, text } from "./json.ts";
import type { ClusterAccess } from "./kubeconfig.ts";

/** What an exec plugin returns: a token, a certificate with its key, or both. */
export interface ExecCredential {
  readonly token: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

interface ExecContext {
  /** The cluster's certificate authority, in PEM. */
  readonly authority: string | undefined;
  /** Ends the plugin, which may be waiting for a person. */
  readonly ended: AbortSignal | undefined;
}

/**
 * Runs the exec plugin of a kubeconfig's user, without a terminal.
 *
 * Source: Kubernetes docs, "client-go credential plugins"; client-go, plugin/pkg/client/auth/exec.
 */
export async function runExecPlugin(
  access: ClusterAccess,
  growing: ExecContext,
): Promise<ExecCredential> {
  const { value: user, folder } = access.user;
  const named = text(getPath(user, "exec", "command")) ?? "";
  if (named === "") throw new Error("its user's exec names no command");
  if (getPath(user, "exec", "interactiveMode") === "Always") {
    throw new Error(
      `its exec plugin ${named} has to ask a person (interactiveMode: Always), and there is nobody to answer`,
    );
  }
  const command = /[\\/]/.test(named) && !isAbsolute(named) ? join(folder, named) : named;
  const args = list(getPath(user, "exec", "args")).flatMap((it) => text(it) ?? []);
  const variables = list(getPath(user, "exec", "env")).map((it) => [
    text(getPath(it, "name")) ?? "",
    text(getPath(it, "value")) ?? "",
  ]);
  const env = {
    ...process.env,
    ...Object.fromEntries(variables),
    KUBERNETES_EXEC_INFO: JSON.stringify(infoFor(access, growing)),
  };
  const running = promisify(execFile)(command, args, {
    env,
    maxBuffer: MAX_OUTPUT_BYTES,
    ...(growing.ended ? { signal: growing.ended } : {}),
  });
  // Nobody is there to answer what it may ask.
  running.child.stdin?.end();
  const { stdout } = await running.catch((error: unknown) => {
    throw new Error(saidBy(error), { cause: error });
  });
  return credentialIn(stdout, command);
}

const MAX_OUTPUT_BYTES = 2 ** 20;
/** The extension of a cluster's entry that is for exec plugins alone. */
const EXTENSION = "client.authentication.k8s.io/exec";

/** What it says of itself, where it says anything. */
function saidBy(error: unknown): string {
  const { stderr = "", message = String(error) }: { stderr?: string; message?: string } =
    error instanceof Error ? error : {};
  return stderr.trim() || message;
}

function infoFor({ user, cluster, server }: ClusterAccess, { authority }: ExecContext): JsonObject {
  const exec = getPath(user.value, "exec");
  const version = text(getPath(exec, "apiVersion")) ?? "client.authentication.k8s.io/v1";
  const { value } = cluster;
  const ofHelpers = list(value["extensions"]).find((it) => getPath(it, "name") === EXTENSION);
  const config = getPath(ofHelpers, "extension");
  const clusterInfo = {
    server,
    ...picked(value, ["tls-server-name", "insecure-skip-tls-verify", "proxy-url"]),
    ...(authority === undefined
      ? {}
      : { "certificate-authority-data": Buffer.from(authority).toString("base64") }),
    ...(config === undefined ? {} : { config }),
  };
  const wantsCluster = getPath(exec, "provideClusterInfo") === true;
  const spec = { interactive: false, ...(wantsCluster ? { cluster: clusterInfo } : {}) };
  return { apiVersion: version, kind: "ExecCredential", spec };
}

function picked(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
}

function credentialIn(said: string, command: string): ExecCredential {
  const status = getPath(parseObject(said), "status");
  const [token, certificate, key] = ["token", "clientCertificateData", "clientKeyData"].map(
    (name) => nonEmpty(getPath(status, name)),
  );
  if (token === undefined && (certificate === undefined || key === undefined)) {
    throw new Error(`its exec plugin ${command} returned no credentials`);
  }
  const until = Date.parse(text(getPath(status, "expirationTimestamp")) ?? "");
  return { token, certificate, key, expires: Number.isNaN(until) ? Infinity : until };
}
