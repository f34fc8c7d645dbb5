/** Credential helpers, which a kubeconfig names under `exec`: those of EKS, GKE, AKS and others. */
import { execFile } from "node:child_process";
import { isAbsolute, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import type { JsonObject } from "./json.ts";
import { at, filled, list, parseObject, text } from "./json.ts";
import type { Access } from "./kubeconfig.ts";

/** What a helper gives: a token, a certificate with its key, or both. */
export interface HelperCredential {
  readonly token: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

interface Asking {
  /** The cluster's certificate authority, in PEM. */
  readonly authority: string | undefined;
  /** Ends the helper: it may be waiting for somebody. */
  readonly ended: AbortSignal | undefined;
}

/**
 * Runs the helper of a user, who cannot be asked anything.
 *
 * Source: Kubernetes docs, "client-go credential plugins"; client-go, plugin/pkg/client/auth/exec.
 */
export async function askHelper(access: Access, asking: Asking): Promise<HelperCredential> {
  const { value: user, folder } = access.user;
  const named = text(at(user, "exec", "command")) ?? "";
  if (named === "") throw new Error("its user's exec names no command");
  if (at(user, "exec", "interactiveMode") === "Always") {
    throw new Error(
      `its exec plugin ${named} has to ask a person (interactiveMode: Always), and there is nobody to answer`,
    );
  }
  const command = /[\\/]/.test(named) && !isAbsolute(named) ? join(folder, named) : named;
  const args = list(at(user, "exec", "args")).flatMap((it) => text(it) ?? []);
  const variables = list(at(user, "exec", "env")).map((it) => [
    text(at(it, "name")) ?? "",
    text(at(it, "value")) ?? "",
  ]);
  const env = {
    ...process.env,
    ...Object.fromEntries(variables),
    KUBERNETES_EXEC_INFO: JSON.stringify(infoFor(access, asking)),
  };
  const running = promisify(execFile)(command, args, {
    env,
    maxBuffer: MOST_SAID,
    ...(asking.ended ? { signal: asking.ended } : {}),
  });
  // Nobody is there to answer what it may ask.
  running.child.stdin?.end();
  const { stdout } = await running.catch((error: unknown) => {
    throw new Error(saidBy(error), { cause: error });
  });
  return credentialIn(stdout, command);
}

const MOST_SAID = 2 ** 20;
/** What an entry of a cluster has for credential helpers alone. */
const EXTENSION = "client.authentication.k8s.io/exec";

/** What it says of itself, where it says anything. */
function saidBy(error: unknown): string {
  const { stderr = "", message = String(error) }: { stderr?: string; message?: string } =
    error instanceof Error ? error : {};
  return stderr.trim() || message;
}

function infoFor({ user, cluster, server }: Access, { authority }: Asking): JsonObject {
  const exec = at(user.value, "exec");
  const version = text(at(exec, "apiVersion")) ?? "client.authentication.k8s.io/v1";
  const { value } = cluster;
  const ofHelpers = list(value["extensions"]).find((it) => at(it, "name") === EXTENSION);
  const config = at(ofHelpers, "extension");
  const told = {
    server,
    ...picked(value, ["tls-server-name", "insecure-skip-tls-verify", "proxy-url"]),
    ...(authority === undefined
      ? {}
      : { "certificate-authority-data": Buffer.from(authority).toString("base64") }),
    ...(config === undefined ? {} : { config }),
  };
  const isTold = at(exec, "provideClusterInfo") === true;
  const spec = { interactive: false, ...(isTold ? { cluster: told } : {}) };
  return { apiVersion: version, kind: "ExecCredential", spec };
}

function picked(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
}

function credentialIn(said: string, command: string): HelperCredential {
  const status = at(parseObject(said), "status");
  const [token, certificate, key] = ["token", "clientCertificateData", "clientKeyData"].map(
    (name) => filled(at(status, name)),
  );
  if (token === undefined && (certificate === undefined || key === undefined)) {
    throw new Error(`its exec plugin ${command} returned no credentials`);
  }
  const until = Date.parse(text(at(status, "expirationTimestamp")) ?? "");
  return { token, certificate, key, expires: Number.isNaN(until) ? Infinity : until };
}
