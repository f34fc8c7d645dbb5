import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { ApiRequest } from "../../infra/cluster/http.ts";
import { HttpClient } from "../../infra/cluster/http.ts";
import { loadKubeconfig } from "../../infra/cluster/kubeconfig.ts";

type Answer = (response: http.ServerResponse) => void;

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

const OK: Answer = (response) => response.writeHead(200).end('{"kind":"Deployment"}');
const broken: Answer = (response) => response.socket?.destroy();
const busy =
  (status: number, headers: http.OutgoingHttpHeaders): Answer =>
  (response) =>
    response.writeHead(status, headers).end('{"message":"busy"}');

/**
 * A client of a server that gives these answers one after the other, and then the last one for
 * ever.
 */
async function clientOf(...answers: Answer[]) {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(request.method ?? "");
    answers[Math.min(asked.length, answers.length) - 1]?.(response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  ended.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listening on a port
  const { port } = server.address() as AddressInfo;
  const kubeconfig = JSON.stringify({
    clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}` } }],
    contexts: [{ name: "a", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user: {} }],
    "current-context": "a",
  });
  const settings = { kubeconfig, context: undefined, cluster: undefined };
  const client = new HttpClient(await loadKubeconfig(settings));
  return { asked, send: (method: ApiRequest["method"]) => client.send({ method, path: "/" }) };
}

// The rules are client-go's, by which the official provider goes.
describe("a request that the API server does not answer as hoped", () => {
  test.each([429, 500, 503])("%i, with when to come back: it is made again", async (status) => {
    const { asked, send } = await clientOf(busy(status, { "retry-after": "0" }), OK);
    expect(await send("PATCH")).toEqual({ kind: "Deployment" });
    expect(asked).toHaveLength(2);
  });

  test.each([429, 500, 503])("%i, without: the answer stands", async (status) => {
    const { asked, send } = await clientOf(busy(status, {}), OK);
    await expect(send("PATCH")).rejects.toThrow("busy");
    expect(asked).toHaveLength(1);
  });

  test.each([404, 409, 422])("%i: the answer stands, whatever it says", async (status) => {
    const { asked, send } = await clientOf(busy(status, { "retry-after": "0" }), OK);
    await expect(send("PATCH")).rejects.toThrow("busy");
    expect(asked).toHaveLength(1);
  });

  test("for ever: it is given up after ten more tries", async () => {
    const { asked, send } = await clientOf(busy(429, { "retry-after": "0" }));
    await expect(send("PATCH")).rejects.toThrow("busy");
    expect(asked).toHaveLength(11);
  });

  test("the connection breaks off: a question is asked again, nothing is written twice", async () => {
    const reading = await clientOf(broken, OK);
    expect(await reading.send("GET")).toEqual({ kind: "Deployment" });
    const writing = await clientOf(broken, OK);
    await expect(writing.send("PATCH")).rejects.toThrow("cannot reach the cluster");
    expect(writing.asked).toHaveLength(1);
  });
});
