import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ProxyConfig } from "../../components/manifest/proxy-config.ts";
import { REQUESTS_METRIC } from "../../components/manifest/proxy-config.ts";
import { requestsIn } from "../../commands/status/proxy-requests.ts";
import { freePorts } from "../../local/system/ports.ts";
import { needsHaproxy, PROXY_CONFIG, RunningProxy } from "../support/haproxy.ts";

const CONFIG = { ...PROXY_CONFIG, counted: true, wakes: true };

/** Requests that are with the pod. */
const held: ServerResponse[] = [];
let pod: Server | undefined;
let proxy: RunningProxy | undefined;

/** A pod of `web`, which answers a request when the test says so. */
async function startPod(port: number): Promise<void> {
  pod = createServer((_, response) => void held.push(response)).listen(port, "127.0.0.1");
  await once(pod, "listening");
}

beforeEach((context) => needsHaproxy(context));
afterEach(async () => {
  held.length = 0;
  pod?.close();
  pod?.closeAllConnections();
  pod = undefined;
  await proxy?.remove();
  proxy = undefined;
});

const get = (path: string, port = proxy?.port) => fetch(`http://127.0.0.1:${port}${path}`);
const ask = async () => (await get("/")).status;
const exported = async () => (await get("/metrics?scope=backend", proxy?.metricsPort)).text();
/** What the exporter says of a metric. */
async function metric(name: string): Promise<number> {
  const text = await exported();
  const line = text.split("\n").find((it) => it.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? Number.NaN);
}
const requests = () => metric(REQUESTS_METRIC);
const livePods = () => metric('haproxy_backend_active_servers{proxy="pods"}');
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 50_000, interval: 50 });
const untilIs = (read: () => Promise<number>, value: number) =>
  until(async () => expect(await read()).toBe(value));

describe("the proxy's exporter", () => {
  beforeEach(async () => {
    const [port = 0] = await freePorts(1);
    await startPod(port);
    proxy = await RunningProxy.start(CONFIG, [port]);
  });

  test("counts the requests that are served and those that wait, and no idle connection", async () => {
    const answers = Array.from({ length: 5 }, ask);
    await untilIs(requests, 5);
    expect(requestsIn(await exported())).toBe(5);
    await until(() => expect(held).toHaveLength(1));
    expect(await metric('haproxy_backend_current_queue{proxy="pods"}')).toBe(4);
    const answering = setInterval(() => held.splice(0).forEach((it) => it.end()), 20);
    expect(await Promise.all(answers)).toEqual([200, 200, 200, 200, 200]);
    clearInterval(answering);
    await untilIs(requests, 0);
  });

  test("tells nothing else", async () => {
    expect((await get("/", proxy?.metricsPort)).status).toBe(404);
  });
});

describe("a request that comes while there is no pod", () => {
  const startAsleep = async (config: ProxyConfig) => {
    const [port = 0] = await freePorts(1);
    proxy = await RunningProxy.start(config, [port]);
    await untilIs(livePods, 0);
    return port;
  };

  test("counts, waits, longer than a script of HAProxy may run, and is served by the first one", async () => {
    const port = await startAsleep(CONFIG);
    const answers = Array.from({ length: 3 }, ask);
    await untilIs(requests, 3);
    await sleep(6000);
    expect(await requests()).toBe(3);
    await startPod(port);
    const answering = setInterval(() => held.splice(0).forEach((it) => it.end()), 20);
    expect(await Promise.all(answers)).toEqual([200, 200, 200]);
    clearInterval(answering);
  });

  test("is refused at once where some pod is always there", async () => {
    await startAsleep({ ...CONFIG, wakes: false });
    expect(await ask()).toBe(503);
  });
});
