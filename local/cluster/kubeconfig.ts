import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

/** The context that is current in our kubeconfig. */
const LOCAL_CONTEXT = "dash-scale-local";

export interface AdminAccess {
  readonly server: string;
  /** The folder with `ca.crt`, `admin.crt` and `admin.key`. */
  readonly keys: string;
}

/**
 * Writes a kubeconfig in which every name leads to the local cluster.
 *
 * A stack file names the context (or cluster) of the environment it is for; so any of them runs
 * here, unchanged.
 */
export async function writeKubeconfig(
  file: string,
  access: AdminAccess,
  names: readonly string[],
): Promise<void> {
  const [authority, certificate, key] = await Promise.all(
    ["ca.crt", "admin.crt", "admin.key"].map((name) => base64(join(access.keys, name))),
  );
  const cluster = { server: access.server, "certificate-authority-data": authority };
  const user = { "client-certificate-data": certificate, "client-key-data": key };
  const all = [...new Set([LOCAL_CONTEXT, ...names])];
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": LOCAL_CONTEXT,
    clusters: all.map((name) => ({ name, cluster })),
    users: [{ name: LOCAL_CONTEXT, user }],
    contexts: all.map((name) => ({
      name,
      context: { cluster: LOCAL_CONTEXT, user: LOCAL_CONTEXT },
    })),
  };
  // Written whole or not at all: another command may be reading it.
  const part = `${file}.${randomUUID()}.part`;
  await writeFile(part, stringify(kubeconfig, { aliasDuplicateObjects: false }), { mode: 0o600 });
  await rename(part, file);
}

async function base64(file: string): Promise<string> {
  return (await readFile(file)).toString("base64");
}
