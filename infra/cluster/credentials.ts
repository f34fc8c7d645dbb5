/** How requests are sent to a cluster by what its kubeconfig says. */
import { readFile } from "node:fs/promises";
import type { OutgoingHttpHeaders } from "node:http";
import { resolve } from "node:path";
import type { SecureContextOptions } from "node:tls";
import { getCACertificates } from "node:tls";
import type { ExecCredential } from "./exec-plugin.ts";
import { runExecPlugin } from "./exec-plugin.ts";
import type { JsonObject } from "./json.ts";
import { getPath, nonEmpty, list, object, text } from "./json.ts";
import type { ClusterAccess } from "./kubeconfig.ts";
import type { Entry } from "./kubeconfig-text.ts";

/** What every request to a cluster has. */
export interface Credentials {
  readonly tls: SecureContextOptions & {
    readonly rejectUnauthorized?: boolean;
    readonly servername?: string;
  };
  readonly headers: OutgoingHttpHeaders;
  /** Milliseconds since 1970 from which on they have to be had anew. */
  readonly expires: number;
}

/** A token in a file is written anew by others, as kubelet does. client-go looks as often. */
const TOKEN_FILE_MS = 60_000;

/**
 * What requests to a cluster have to have.
 *
 * Source: client-go, tools/clientcmd/client_config.go and transport/config.go.
 *
 * @param ended ends an exec plugin that is still at work
 */
export async function credentialsOf(
  access: ClusterAccess,
  ended?: AbortSignal,
): Promise<Credentials> {
  const { cluster, user } = access;
  const trust = await trustOf(cluster, access.server);
  const authority = typeof trust.ca === "string" ? trust.ca : undefined;
  const [own, certificate, key] = await Promise.all([
    knownIn(user),
    pem(user, "client-certificate"),
    pem(user, "client-key"),
  ]);
  const helped =
    own.authorization === undefined && getPath(user.value, "exec") !== undefined
      ? await runExecPlugin(access, { authority, ended })
      : NO_HELP;
  const authorization =
    own.authorization ?? (helped.token === undefined ? undefined : `Bearer ${helped.token}`);
  const cert = helped.certificate ?? certificate;
  const keyUsed = helped.key ?? key;
  return {
    tls: {
      ...trust,
      ...(cert === undefined ? {} : { cert }),
      ...(keyUsed === undefined ? {} : { key: keyUsed }),
    },
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...impersonation(user.value),
    },
    expires: Math.min(own.expires, helped.expires),
  };
}

const NO_HELP: ExecCredential = {
  token: undefined,
  certificate: undefined,
  key: undefined,
  expires: Infinity,
};

/**
 * Credentials that need no exec plugin. An expired token of `auth-provider` is not renewed: that
 * would use up what kubectl renews it with.
 */
async function knownIn(
  user: Entry,
): Promise<{ authorization: string | undefined; expires: number }> {
  const { value, folder } = user;
  const file = nonEmpty(value["tokenFile"]);
  if (file !== undefined) {
    const token = (await readFile(resolve(folder, file), "utf8")).trim();
    return { authorization: `Bearer ${token}`, expires: Date.now() + TOKEN_FILE_MS };
  }
  const token =
    nonEmpty(value["token"]) ?? nonEmpty(getPath(value, "auth-provider", "config", "id-token"));
  const [name, password] = [nonEmpty(value["username"]), text(value["password"])];
  const basic =
    name !== undefined ? Buffer.from(`${name}:${password ?? ""}`).toString("base64") : undefined;
  const authorization = token === undefined ? basic && `Basic ${basic}` : `Bearer ${token}`;
  return { authorization, expires: Infinity };
}

async function trustOf(cluster: Entry, server: string): Promise<Credentials["tls"]> {
  const { value } = cluster;
  if (server.startsWith("http:")) return {};
  const name = nonEmpty(value["tls-server-name"]);
  const servername = name === undefined ? {} : { servername: name };
  if (value["insecure-skip-tls-verify"] === true)
    return { ...servername, rejectUnauthorized: false };
  const given = await pem(cluster, "certificate-authority");
  // Go trusts what the system trusts; Node.js alone has a list of its own.
  const ca = given ?? [...getCACertificates("default"), ...getCACertificates("system")];
  // Go takes any certificate that it is given for an anchor, one in the middle of a chain, too.
  return { ...servername, ca, allowPartialTrustChain: true };
}

/** The data in the entry, or what is in the file that it names. */
async function pem({ value, folder }: Entry, name: string): Promise<string | undefined> {
  const data = nonEmpty(value[`${name}-data`]);
  if (data !== undefined) return Buffer.from(data, "base64").toString();
  const file = nonEmpty(value[name]);
  return file === undefined ? undefined : readFile(resolve(folder, file), "utf8");
}

/** Source: Kubernetes docs, "User impersonation". */
function impersonation(user: JsonObject): OutgoingHttpHeaders {
  const [as, uid] = [nonEmpty(user["as"]), nonEmpty(user["as-uid"])];
  const groups = list(user["as-groups"]).flatMap((it) => text(it) ?? []);
  const extra = Object.entries(object(user["as-user-extra"])).map(([key, values]) => [
    `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
    list(values).flatMap((it) => text(it) ?? []),
  ]);
  return {
    ...(as !== undefined ? { "impersonate-user": as } : {}),
    ...(uid !== undefined ? { "impersonate-uid": uid } : {}),
    ...(groups.length > 0 ? { "impersonate-group": groups } : {}),
    ...Object.fromEntries(extra),
  };
}
