/**
 * Requests to the API server: plain JSON over connections that are kept open. The client library
 * is used for credentials alone, since its typed models rename fields.
 */
import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { parseObject } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { ApiError } from "./api-error.ts";

export interface Call {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string>;
  body?: JsonObject | JsonObject[];
  contentType?: string;
}

/** Enough for the engine's parallelism; an API server with default limits takes many more. */
const MAX_CONNECTIONS = 32;
const TIMEOUT_MS = 60_000;
/** How long credentials are used before the kubeconfig's helper is asked again. */
const CREDENTIALS_MS = 60_000;
const MAX_ATTEMPTS = 5;

interface Credentials {
  options: https.RequestOptions;
  headers: http.OutgoingHttpHeaders;
  agent: http.Agent;
  expires: number;
}

export class HttpClient {
  readonly #config: KubeConfig;
  readonly #server: URL;
  readonly #ended: AbortSignal | undefined;
  #credentials: Promise<Credentials> | undefined;

  /** @param ended ends all that is under way, and the connections that are kept */
  constructor(config: KubeConfig, ended?: AbortSignal) {
    this.#config = config;
    this.#server = new URL(config.getCurrentCluster()?.server ?? "");
    this.#ended = ended;
  }

  /** @throws ApiError when the cluster refuses; another error when it cannot be reached */
  async send(call: Call): Promise<JsonObject> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(call);
      } catch (error) {
        const wait = this.#retryAfter(error, attempt);
        if (wait === undefined || attempt >= MAX_ATTEMPTS) throw error;
        await sleep(wait, undefined, this.#ended ? { signal: this.#ended } : {});
      }
    }
  }

  /** Milliseconds to wait before trying again, or undefined where that would not help. */
  #retryAfter(error: unknown, attempt: number): number | undefined {
    if (error instanceof StaleConnection) return 0;
    if (!(error instanceof ApiError)) return undefined;
    if (error.code === 401 && attempt === 1) {
      this.#credentials = undefined;
      return 0;
    }
    // The server is busy and has done nothing; it says itself when to come back.
    if (error.code === 429 || error.code === 503) return (error.retryAfterSeconds ?? 1) * 1000;
    return undefined;
  }

  async #once(call: Call): Promise<JsonObject> {
    const { options, agent, ...known } = await this.#current();
    const url = new URL(this.#server.pathname.replace(/\/$/, "") + call.path, this.#server);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers: http.OutgoingHttpHeaders = { ...known.headers, accept: "application/json" };
    if (body !== undefined) {
      headers["content-type"] = call.contentType ?? "application/json";
      headers["content-length"] = Buffer.byteLength(body);
    }
    const module = url.protocol === "http:" ? http : https;
    const request = module.request(url, { ...options, method: call.method, headers, agent });
    return answerOf(request, body, this.#server.origin);
  }

  async #current(): Promise<Credentials> {
    const known = await this.#credentials;
    if (known !== undefined && known.expires > Date.now()) return known;
    this.#credentials = this.#fresh(known?.agent);
    return this.#credentials;
  }

  async #fresh(agent: http.Agent | undefined): Promise<Credentials> {
    const headers: http.OutgoingHttpHeaders = {};
    const signal = this.#ended ? { signal: this.#ended } : {};
    const options: https.RequestOptions = { timeout: TIMEOUT_MS, headers, ...signal };
    await this.#config.applyToHTTPSOptions(options);
    const proxied = options.agent;
    delete options.agent;
    return {
      options,
      headers,
      agent: agent ?? this.#newAgent(proxied),
      expires: Date.now() + CREDENTIALS_MS,
    };
  }

  /** The library makes an agent that keeps no connections; it is used only to get past a proxy. */
  #newAgent(proxied: https.RequestOptions["agent"]): http.Agent {
    const proxy = this.#config.getCurrentCluster()?.proxyUrl;
    if (proxy !== undefined && proxied instanceof http.Agent) return proxied;
    const settings = { keepAlive: true, maxSockets: MAX_CONNECTIONS };
    const isPlain = this.#server.protocol === "http:";
    const agent = isPlain ? new http.Agent(settings) : new https.Agent(settings);
    this.#ended?.addEventListener("abort", () => agent.destroy(), { once: true });
    return agent;
  }
}

/** The server closed a kept connection just as we used it again; nothing was done. */
class StaleConnection extends Error {
  override readonly name = "StaleConnection";
}

function answerOf(
  request: http.ClientRequest,
  body: string | undefined,
  server: string,
): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    request.on("timeout", () => request.destroy(new Error("it did not answer in time")));
    request.on("error", (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && error.code === "ECONNRESET";
      const message = `cannot reach the cluster at ${server}: ${reasonOf(error)}`;
      reject(stale ? new StaleConnection(message) : new Error(message, { cause: error }));
    });
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const source = Buffer.concat(chunks).toString();
        const answer = parseObject(source) ?? { message: source.trim() };
        const code = response.statusCode ?? 0;
        if (code >= 200 && code < 300) resolve(answer);
        else reject(new ApiError(code, answer));
      });
    });
    request.end(body);
  });
}

/** A connection that fails on every address of a host has its reasons inside. */
function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.message !== "") return error.message;
  return error instanceof AggregateError
    ? error.errors
        .map((inner) => (inner instanceof Error ? inner.message : String(inner)))
        .join("; ")
    : (error.code ?? "unknown error");
}
