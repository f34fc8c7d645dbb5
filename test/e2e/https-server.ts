import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import { join } from "node:path";
import type { LocalEnvironment } from "../../local/environment.ts";
import { freePorts } from "../../local/system/ports.ts";

/** A server on the loopback interface that a cluster's API server asks. */
export interface HttpsServer {
  readonly port: number;
  /** Who signed its certificate, in base64: that the API server is to trust. */
  readonly authority: string;
  readonly stop: () => Promise<void>;
}

/** Serves with a certificate of the cluster's own, which is for this machine, too. */
export async function serveForCluster(
  { paths }: LocalEnvironment,
  listener: RequestListener,
): Promise<HttpsServer> {
  const keys = join(paths.controlPlane, "clusters", "local", "pki");
  const [ca, cert, key] = await Promise.all(
    ["ca.crt", "admin.crt", "admin.key"].map((name) => readFile(join(keys, name))),
  );
  if (!ca || !cert || !key) throw new Error("the control plane has no keys");
  const server = createServer({ cert, key }, listener);
  const [port = 0] = await freePorts(1);
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { port, authority: ca.toString("base64"), stop };
}
