import { connect as connectHttp2 } from "node:http2";
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ProxyConfig } from "../../components/manifest/proxy-config.ts";
import { requestsIn } from "../../commands/status/proxy-requests.ts";
import { MAX_STREAMS } from "../../components/manifest/proxy-streams.ts";
import { needsHaproxy, PROXY_CONFIG, RunningProxy } from "../support/haproxy.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const UPGRADE = { connection: "Upgrade", upgrade: "websocket" };
const WEBSOCKET = {
  ...UPGRADE,
  "sec-websocket-version": "13",
  "sec-websocket-key": Buffer.alloc(16).toString("base64"),
};
const EVENTS = { accept: "text/event-stream" };
const DOWNLINK = {
  method: "POST",
  path: "/_dash-update-component?endId=signed&downlinkId=a",
  body: JSON.stringify({ streamDownlink: { from: 0 } }),
};

/** A pod of `web`: answers a request when the test says so, and a WebSocket at once. */
interface Pod {
  readonly port: number;
  /** Requests that are with the pod. */
  readonly held: ServerResponse[];
  readonly sockets: Set<Duplex>;
  readonly close: () => void;
}

async function startPod(): Promise<Pod> {
  const held: ServerResponse[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((_, response) => {
    held.push(response);
    response.on("close", () => held.splice(held.indexOf(response), 1));
  });
  server.on("upgrade", ({ headers }: IncomingMessage, socket: Duplex) => {
    const key = `${headers["sec-websocket-key"]}${GUID}`;
    const accept = createHash("sha1").update(key).digest("base64");
    const lines = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"];
    socket.write([...lines, `Sec-WebSocket-Accept: ${accept}`, "", ""].join("\r\n"));
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const close = () => {
    server.close();
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  };
  return { port, held, sockets, close };
}

let pods: Pod[] = [];
let proxy: RunningProxy | undefined;
const sockets: Duplex[] = [];

async function start(config: Partial<ProxyConfig> = {}): Promise<void> {
  pods = [await startPod(), await startPod()];
  proxy = await RunningProxy.start(
    { ...PROXY_CONFIG, ...config },
    pods.map(({ port }) => port),
  );
}

beforeEach((context) => needsHaproxy(context));
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const pod of pods.splice(0)) pod.close();
  await proxy?.remove();
  proxy = undefined;
});

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The status with which a request is answered. */
function ask({ body, ...asked }: Asked = {}): Promise<number | string | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | string | undefined>();
  const begun = request({ host: "127.0.0.1", port: proxy?.port, agent: false, ...asked });
  begun.on("response", (response) => resolve(response.resume().statusCode));
  begun.on("upgrade", (response, socket: Socket) => {
    sockets.push(socket.on("error", () => undefined));
    resolve(response.statusCode);
  });
  begun.on("error", (error) => resolve(error.message));
  begun.end(body);
  return promise;
}

const held = () => pods.map((pod) => pod.held.length);
const openSockets = () => pods.map((pod) => pod.sockets.size);
/** Waits as long as it takes: how fast that is depends on what else the machine does. */
const until = (check: () => void) => vi.waitFor(check, { timeout: 50_000, interval: 10 });
const release = () => pods.forEach((pod) => pod.held.forEach((response) => response.end()));

/** One request is with each pod, and no further one comes: it waits for a free pod. */
async function untilTwoAreHeld(): Promise<void> {
  await until(() => expect(held()).toEqual([1, 1]));
  await sleep(300);
  expect(held()).toEqual([1, 1]);
}

/** Has the pods answer until all of these requests are. */
async function answered<T>(answers: readonly Promise<T>[]): Promise<T[]> {
  const releasing = setInterval(release, 20);
  try {
    return await Promise.all(answers);
  } finally {
    clearInterval(releasing);
  }
}

async function openWebSockets(count: number): Promise<void> {
  const opened = Array.from({ length: count }, () => ask({ headers: WEBSOCKET }));
  expect(new Set(await Promise.all(opened))).toEqual(new Set([101]));
}

describe("WebSockets", () => {
  test("do not take a request's place, and are shared out over the pods", async () => {
    await start();
    await openWebSockets(20);
    expect(openSockets()).toEqual([10, 10]);
    const answers = [ask(), ask(), ask()];
    await untilTwoAreHeld();
    expect(await answered(answers)).toEqual([200, 200, 200]);
    expect(openSockets()).toEqual([10, 10]);
  });

  test("are no requests for an autoscaler", async () => {
    await start({ counted: true });
    await openWebSockets(20);
    const answers = [ask(), ask(), ask()];
    await untilTwoAreHeld();
    const exporter = `http://127.0.0.1:${proxy?.metricsPort}/metrics?scope=backend`;
    expect(requestsIn(await (await fetch(exporter)).text())).toBe(3);
    expect(await answered(answers)).toEqual([200, 200, 200]);
  });

  test("stay open where nothing passes for longer than a request may take", async () => {
    await start({ requestSeconds: 1 });
    await openWebSockets(1);
    expect(await ask()).toBe(504);
    await sleep(1500);
    const [socket] = sockets;
    if (!socket) throw new Error("there is no socket");
    const answer = once(socket, "data");
    socket.write("still there");
    expect(String((await answer)[0])).toBe("still there");
  });

  test("over HTTP/2 are the same", async () => {
    await start();
    const session = connectHttp2(`http://127.0.0.1:${proxy?.port}`);
    await once(session, "remoteSettings");
    const socket = session.request(
      {
        ":method": "CONNECT",
        ":protocol": "websocket",
        ":path": "/",
        "sec-websocket-version": "13",
      },
      { endStream: false },
    );
    const [headers] = await once(socket, "response");
    expect(headers).toMatchObject({ ":status": 200 });
    void [ask(), ask()];
    await until(() => expect(held()).toEqual([1, 1]));
    session.destroy();
  });

  test("beyond what a replica holds are refused, and requests are not", async () => {
    await start();
    await openWebSockets(MAX_STREAMS);
    expect(await ask({ headers: WEBSOCKET })).toBe(503);
    void ask();
    await until(() => expect(held()).toContain(1));
  });

  test("end with the proxy, which finishes its requests first", async () => {
    await start();
    await openWebSockets(4);
    const answer = ask();
    await until(() => expect(held()).toContain(1));
    const ended = proxy?.end();
    await until(() => expect(openSockets()).toEqual([0, 0]));
    expect(held()).toContain(1);
    release();
    expect(await answer).toBe(200);
    expect(await ended).toBe(0);
  });
});

describe("with an asynchronous server", () => {
  test.each<[string, Asked]>([
    ["a stream of events", { headers: EVENTS }],
    ["what Dash's streamed callbacks yield", DOWNLINK],
  ])("%s does not take a request's place", async (_, stream) => {
    await start();
    void [ask(stream), ask(stream), ask(stream), ask(stream)];
    await until(() => expect(held()).toEqual([2, 2]));
    void [ask(), ask(), ask()];
    await until(() => expect(held()).toEqual([3, 3]));
    await sleep(300);
    expect(held()).toEqual([3, 3]);
  });
});

describe("a request's place is taken by", () => {
  test.each<[string, Asked, Partial<ProxyConfig>]>([
    [
      "a stream, where a worker or a thread serves it",
      { headers: EVENTS },
      { asynchronous: false },
    ],
    ["a downlink, where a worker or a thread serves it", DOWNLINK, { asynchronous: false }],
    ["an upgrade that is none", { headers: { upgrade: "websocket" } }, {}],
    ["a call of a tool by MCP", { method: "POST", headers: EVENTS }, {}],
    ["a streamed callback", { ...DOWNLINK, body: '{"output":"a.b","streamConnection":{}}' }, {}],
  ])("%s", async (_, asked, config) => {
    await start(config);
    const answers = [ask(asked), ask(asked), ask(asked)];
    await untilTwoAreHeld();
    expect(await answered(answers)).toEqual([200, 200, 200]);
  });
});
