import http from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { HttpClient } from "../../infra/cluster/http.ts";
import { loadKubeconfig } from "../../infra/cluster/kubeconfig.ts";
import { proxyOf } from "../../infra/cluster/http-proxy.ts";
import { apiServer } from "../support/api-server.ts";

afterEach(() => vi.unstubAllEnvs());

const proxyFor = (server: string, env: NodeJS.ProcessEnv, named?: string) =>
  proxyOf(
    {
      server,
      cluster: { folder: "/", value: named === undefined ? {} : { "proxy-url": named } },
    },
    env,
  );
const HTTPS_PROXY = "http://proxy:3128";

describe("the proxy to a cluster", () => {
  test.each<[string, NodeJS.ProcessEnv, string | undefined]>([
    ["https://k.example.com", {}, undefined],
    ["https://k.example.com", { HTTPS_PROXY }, HTTPS_PROXY],
    ["https://k.example.com", { https_proxy: HTTPS_PROXY, HTTPS_PROXY: "" }, HTTPS_PROXY],
    ["https://k.example.com", { HTTPS_PROXY: "proxy:3128" }, "http://proxy:3128"],
    ["https://k.example.com", { HTTPS_PROXY: "socks5://proxy" }, "socks5h://proxy"],
    ["https://k.example.com", { HTTP_PROXY: "http://proxy" }, undefined],
    ["http://k.example.com", { HTTP_PROXY: "http://proxy" }, "http://proxy"],
    ["https://localhost:6443", { HTTPS_PROXY }, undefined],
    ["https://127.0.0.1:6443", { HTTPS_PROXY }, undefined],
    ["https://[::1]:6443", { HTTPS_PROXY }, undefined],
  ])("%s with %j: %s", (server, env, expected) => {
    expect(proxyFor(server, env)).toBe(expected);
  });

  test.each([
    ["*", "k.example.com", true],
    ["example.com", "k.example.com", true],
    ["example.com", "example.com", true],
    ["example.com", "myexample.com", false],
    [".example.com", "k.example.com", true],
    [".example.com", "example.com", false],
    ["*.example.com", "k.example.com", true],
    ["*.example.com", "example.com", false],
    ["EXAMPLE.com", "k.example.com", true],
    ["other.org, example.com", "k.example.com", true],
    ["example.com:443", "k.example.com", true],
    ["example.com:6443", "k.example.com", false],
    ["example.com:6443", "k.example.com:6443", true],
    ["10.0.0.0/8", "10.1.2.3", true],
    ["10.0.0.0/8", "11.1.2.3", false],
    ["10.0.0.0/99", "10.1.2.3", false],
    ["10.0.0.0/8", "k.example.com", false],
    ["10.1.2.3", "10.1.2.3", true],
    ["10.1.2.3:6443", "10.1.2.3:6443", true],
    ["fd00::/8", "[fd12::1]", true],
    ["[fd12::1]:6443", "[fd12::1]:6443", true],
    [",", "k.example.com", false],
  ])("NO_PROXY=%s exempts %s: %s", (NO_PROXY, host, expected) => {
    const proxy = proxyFor(`https://${host}`, { HTTPS_PROXY, NO_PROXY });
    expect(proxy).toBe(expected ? undefined : HTTPS_PROXY);
  });

  test("is the kubeconfig's own where it names one, whatever is exempt", () => {
    const env = { HTTPS_PROXY, NO_PROXY: "*" };
    expect(proxyFor("https://k", env, "socks5://localhost:1080")).toBe("socks5h://localhost:1080");
  });
});

test("requests go through it", async () => {
  const asked: string[] = [];
  const proxy = http.createServer().on("connect", (request: http.IncomingMessage, client) => {
    asked.push(request.url ?? "");
    const [, port = "0"] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  const ending = new AbortController();
  try {
    const address = proxy.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    const { kubeconfig } = await apiServer((_, response) => response.end('{"kind":"Found"}'));
    const port: string = new URL(JSON.parse(kubeconfig).clusters[0].cluster.server).port;
    vi.stubEnv("HTTP_PROXY", `127.0.0.1:${address.port}`);
    // A name that leads nowhere but by the proxy.
    const elsewhere = kubeconfig.replace("127.0.0.1", "api.invalid");
    const settings = { kubeconfig: elsewhere, context: undefined, cluster: undefined };
    const client = new HttpClient(await loadKubeconfig(settings), ending.signal);
    expect(await client.send({ method: "GET", path: "/a" })).toEqual({ kind: "Found" });
    expect(await client.send({ method: "GET", path: "/b" })).toEqual({ kind: "Found" });
    expect(asked).toEqual([`api.invalid:${port}`]);
  } finally {
    ending.abort();
    proxy.closeAllConnections();
    proxy.close();
  }
});
