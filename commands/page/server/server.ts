/** The page's server: one gate before all routing. */
import http from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfigError } from "../../../components/config/errors.ts";
import { CommandError } from "../../system/errors.ts";
import type { PageInfo, RefusalView } from "../api.ts";
import { assetAt, CONTENT_SECURITY_POLICY } from "./assets.ts";
import type { Gate } from "./gate.ts";
import { refusal } from "./gate.ts";
import { Refused } from "./refused.ts";
import { bodyOf, changeIn, seenIn } from "./requests.ts";
import type { StackDesk } from "./stack-desk.ts";

export interface PageServerOptions {
  readonly info: PageInfo;
  readonly gate: Gate;
  /** By stack: no other file than theirs is ever touched. */
  readonly desks: ReadonlyMap<string, StackDesk>;
  /** 0: one that is free. */
  readonly port: number;
}

export interface PageServer {
  /** Without the token. */
  readonly origin: string;
  readonly close: () => void;
}

const HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};
const KEEP_ALIVE_MS = 15_000;
const JSON_TYPE = "application/json; charset=utf-8";

/** Serves the page on this machine's loopback interface, and on no other. */
export async function servePage(options: PageServerOptions): Promise<PageServer> {
  const server = http.createServer((request, response) => void answer(options, request, response));
  await new Promise<void>((listening, failed) => {
    server.once("error", (error: NodeJS.ErrnoException) => failed(explained(error, options.port)));
    server.listen(options.port, "127.0.0.1", listening);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : options.port;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${port}`, close };
}

function explained(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== "EADDRINUSE") return error;
  return new CommandError(`Port ${port} is in use. Give another one, or leave out --port.`);
}

async function answer(
  options: PageServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  try {
    const url = URL.parse(request.url ?? "/", "http://page");
    if (!url) throw new Refused(400, "that is no address");
    const isApi = url.pathname.startsWith("/api/");
    const reason = refusal(request.headers, options.gate, isApi);
    if (reason !== undefined) throw new Refused(403, reason);
    if (isApi) await api(options, { request, response, url });
    else await file(request, response, url.pathname);
  } catch (error) {
    refuse(response, error);
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  if (error instanceof ConfigError) return json(response, 422, { problems: error.problems });
  const known = error instanceof Refused || error instanceof CommandError;
  if (!known) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  const message = known ? error.message : "something went wrong here: see the terminal";
  const status = error instanceof Refused ? error.status : known ? 422 : 500;
  const answered: RefusalView = { problems: [{ location: "page", message }] };
  json(response, status, answered);
}

async function file(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const asset = request.method === "GET" ? await assetAt(path) : undefined;
  if (!asset) throw new Refused(404, "there is no such file here");
  const isGzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  response.writeHead(200, {
    "content-type": asset.type,
    ...(isGzip ? { "content-encoding": "gzip" } : {}),
  });
  response.end(isGzip ? asset.gzipped : asset.body);
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

async function api({ info, desks }: PageServerOptions, call: Call): Promise<void> {
  const { request, response, url } = call;
  const route = `${request.method ?? ""} ${url.pathname}`;
  if (route === "GET /api/page") return json(response, 200, info);
  const chosen = url.searchParams.getAll("stack").map((name) => deskOf(desks, name));
  if (route === "GET /api/events") return stream(response, chosen);
  const [desk] = chosen;
  if (!desk) throw new Refused(404, "there is no such stack here");
  const body = await bodyOf(request);
  if (route === "POST /api/change") return json(response, 200, await desk.change(changeIn(body)));
  if (route === "POST /api/preview")
    return json(response, 200, await desk.preview(changeIn(body), endOf(response)));
  if (!WRITES.has(route)) throw new Refused(404, "there is no such thing here");
  if (info.readOnly) throw new Refused(403, "this page is read-only");
  if (route === "POST /api/apply")
    return json(response, 200, await desk.apply(changeIn(body), seenIn(body)));
  if (route === "POST /api/write")
    return json(response, 200, await desk.write(changeIn(body), seenIn(body)));
  desk.stop();
  json(response, 200, {});
}

const WRITES = new Set(["POST /api/apply", "POST /api/write", "POST /api/stop"]);

function deskOf(desks: ReadonlyMap<string, StackDesk>, name: string): StackDesk {
  const desk = desks.get(name);
  if (!desk) throw new Refused(404, "there is no such stack here");
  return desk;
}

/** Ends what is asked for where nobody waits for the answer any more. */
function endOf(response: ServerResponse): AbortSignal {
  const ending = new AbortController();
  response.once("close", () => ending.abort());
  return ending.signal;
}

/** A line for each change: EventSource could not send the token. */
function stream(response: ServerResponse, desks: readonly StackDesk[]): void {
  response.writeHead(200, { "content-type": "application/x-ndjson; charset=utf-8" });
  response.flushHeaders();
  const stops = desks.map((desk) => {
    const { stack } = desk.location;
    return desk.listen((told) => response.write(`${JSON.stringify({ stack, ...told })}\n`));
  });
  const alive = setInterval(() => response.write("\n"), KEEP_ALIVE_MS);
  response.once("close", () => {
    clearInterval(alive);
    for (const stop of stops) stop();
  });
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "content-type": JSON_TYPE }).end(JSON.stringify(value));
}
