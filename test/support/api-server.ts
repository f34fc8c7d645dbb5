import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/**
 * An API server on the loopback interface, until the end of the test; `asked` is what it was asked
 * for.
 */
export async function apiServer(
  answer: (url: URL, response: http.ServerResponse, method: string) => void,
): Promise<{ kubeconfig: string; asked: string[] }> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(new URL(request.url ?? "", "http://host"), response, request.method ?? "");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  ended.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listening on a port
  const { port } = server.address() as AddressInfo;
  return { kubeconfig: kubeconfigFor(`http://127.0.0.1:${port}`), asked };
}

/** A kubeconfig of one context, `a`. */
export function kubeconfigFor(server: string, user: object = { token: "canary" }): string {
  return JSON.stringify({
    clusters: [{ name: "c", cluster: { server } }],
    contexts: [{ name: "a", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user }],
    "current-context": "a",
  });
}
