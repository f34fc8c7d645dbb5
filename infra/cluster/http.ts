/** Requests to the API server: plain JSON over connections that are kept open. */
import type { Agent, ClientRequest, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import https from "node:https";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, isStatus } from "./api-error.ts";
import type { Credentials } from "./credentials.ts";
import { credentialsOf } from "./credentials.ts";
import { parseObject } from "./json.ts";
import type { JsonObject } from "./json.ts";
import type { ClusterAccess } from "./kubeconfig.ts";
import { agentFor, proxyOf } from "./http-proxy.ts";
import { http } from "./node-http.ts";

export interface ApiRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string>;
  body?: JsonObject | JsonObject[];
  contentType?: string;
}

/** Enough for the engine's parallelism; an API server with default limits takes many more. */
const MAX_CONNECTIONS = 32;
const TIMEOUT_MS = 60_000;
/** After that many tries the answer stands, as client-go has it. */
const MAX_ATTEMPTS = 11;
/** Before a question is asked again that broke off. */
const PAUSE_MS = 1_000;

export class HttpClient {
  readonly #access: ClusterAccess;
  readonly #server: URL;
  readonly #ended: AbortSignal | undefined;
  #agent: Promise<Agent> | undefined;
  #credentials: Promise<Credentials> | undefined;
  /** Credentials that the cluster refuses by now. */
  #refused: Credentials | undefined;

  /** @param ended ends all that is under way, and the connections that are kept */
  constructor(access: ClusterAccess, ended?: AbortSignal) {
    this.#access = access;
    this.#server = new URL(access.server);
    this.#ended = ended;
  }

  /** @throws ApiError when the cluster refuses; another error when it cannot be reached */
  async send(call: ApiRequest): Promise<JsonObject> {
    for (let attempt = 1; ; attempt++) {
      const credentials = await this.#current();
      try {
        return await this.#once(call, credentials);
      } catch (error) {
        if (isStatus(error, 401)) this.#refused = credentials;
        const wait = this.#retryAfter(error, call, attempt);
        if (wait === undefined || attempt >= MAX_ATTEMPTS) throw error;
        await this.pause(wait);
      }
    }
  }

  /** @throws AbortError where all is ended meanwhile */
  async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, this.#ended ? { signal: this.#ended } : {});
  }

  /**
   * Milliseconds to wait before trying again, or undefined where that would not help.
   *
   * Source: client-go, rest/with_retry.go and the retryable errors of rest/request.go; by these the
   * official provider goes.
   */
  #retryAfter(error: unknown, { method }: ApiRequest, attempt: number): number | undefined {
    if (error instanceof ConnectionReset) {
      if (!error.wasSent) return 0;
      // What was to be written may have been: only a question is asked again.
      return method === "GET" ? PAUSE_MS : undefined;
    }
    if (!(error instanceof ApiError)) return undefined;
    if (error.code === 401 && attempt === 1) return 0;
    // The server has done nothing, and says itself when to come back.
    const { isTransient, retryAfterSeconds } = error;
    return isTransient && retryAfterSeconds !== undefined ? retryAfterSeconds * 1000 : undefined;
  }

  /**
   * The answer to a question that goes on, object by object, as that of a watch does: each line is
   * an object. Never tried again: what was missed meanwhile has to be asked for.
   *
   * @param idleMs milliseconds without a line after which the connection counts as broken
   * @throws as {@link send}
   */
  async *lines(call: ApiRequest, idleMs: number): AsyncGenerator<JsonObject> {
    const credentials = await this.#current();
    const request = await this.#request(call, credentials, idleMs);
    try {
      const response = await responseTo(request, undefined, this.#server.origin);
      for await (const line of createInterface({ input: response, crlfDelay: Infinity })) {
        const found = parseObject(line);
        if (found) yield found;
      }
    } catch (error) {
      if (isStatus(error, 401)) this.#refused = credentials;
      throw error;
    } finally {
      request.destroy();
    }
  }

  /**
   * An answer that is not JSON, as that of a pod behind the API server. Never tried again.
   *
   * @throws as {@link send}
   */
  async text(call: ApiRequest, timeoutMs: number): Promise<string> {
    const request = await this.#request(call, await this.#current(), timeoutMs);
    const server = this.#server.origin;
    return textOf(await responseTo(request, undefined, server), { request, server });
  }

  async #once(call: ApiRequest, credentials: Credentials): Promise<JsonObject> {
    const request = await this.#request(call, credentials, TIMEOUT_MS);
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    return answerOf(request, body, this.#server.origin);
  }

  /** A request that is yet to be ended. */
  async #request(
    call: ApiRequest,
    credentials: Credentials,
    timeout: number,
  ): Promise<ClientRequest> {
    const agent = await (this.#agent ??= this.#newAgent());
    const url = new URL(this.#server.pathname.replace(/\/$/, "") + call.path, this.#server);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers: OutgoingHttpHeaders = {
      ...credentials.headers,
      accept: "application/json",
    };
    if (body !== undefined) {
      headers["content-type"] = call.contentType ?? "application/json";
      headers["content-length"] = Buffer.byteLength(body);
    }
    const module = url.protocol === "http:" ? http : https;
    const signal = this.#ended ? { signal: this.#ended } : {};
    const options = { ...credentials.tls, ...signal, timeout, agent };
    return module.request(url, { ...options, method: call.method, headers });
  }

  /**
   * Requests that come while credentials are being fetched wait for the same ones: an exec plugin
   * may take a while.
   */
  #current(): Promise<Credentials> {
    const before = this.#credentials;
    const renewed = async () => {
      const known = await before?.catch(() => undefined);
      const isGood = known && known !== this.#refused && known.expires > Date.now();
      return isGood ? known : credentialsOf(this.#access, this.#ended);
    };
    return (this.#credentials = renewed());
  }

  async #newAgent(): Promise<Agent> {
    const proxy = proxyOf(this.#access, process.env);
    const agent = await agentFor(this.#server, proxy, MAX_CONNECTIONS);
    this.#ended?.addEventListener("abort", () => agent.destroy(), { once: true });
    return agent;
  }
}

/** The connection ended before there was an answer. */
class ConnectionReset extends Error {
  override readonly name = "ConnectionReset";
  /**
   * Whether the server may have read the request; not on a kept connection that it closed just as
   * we used it again.
   */
  readonly wasSent: boolean;

  constructor(message: string, { wasSent, cause }: { wasSent: boolean; cause: unknown }) {
    super(message, { cause });
    this.wasSent = wasSent;
  }
}

/** The whole of an answer. */
async function answerOf(
  request: ClientRequest,
  body: string | undefined,
  server: string,
): Promise<JsonObject> {
  return jsonOf(await textOf(await responseTo(request, body, server), { request, server }));
}

/**
 * An answer from its first byte on.
 *
 * @throws ApiError when the cluster refuses; another error when it cannot be reached
 */
async function responseTo(
  request: ClientRequest,
  body: string | undefined,
  server: string,
): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on("timeout", () => request.destroy(new Error("it did not answer in time")));
    request.on("error", (error) => reject(failure(error, { request, server })));
    request.on("response", resolve);
    request.end(body);
  });
  const code = response.statusCode ?? 0;
  if (code >= 200 && code < 300) return response;
  const said = jsonOf(await textOf(response, { request, server }));
  throw new ApiError(code, said, retryAfterOf(response));
}

/** A request, and where it went to. */
interface Sent {
  readonly request: ClientRequest;
  readonly server: string;
}

async function textOf(response: IncomingMessage, sent: Sent): Promise<string> {
  return text(response).catch((error: NodeJS.ErrnoException) => {
    throw failure(error, sent);
  });
}

/** A proxy in between may answer in plain text. */
function jsonOf(source: string): JsonObject {
  return parseObject(source) ?? { message: source.trim() };
}

function failure(error: NodeJS.ErrnoException, { request, server }: Sent): Error {
  const message = `cannot reach the cluster at ${server}: ${causeOf(error)}`;
  const wasSent = !request.reusedSocket;
  return error.code === "ECONNRESET"
    ? new ConnectionReset(message, { wasSent, cause: error })
    : new Error(message, { cause: error });
}

/**
 * Seconds; undefined where the server does not say, or says it as a date, which Kubernetes does
 * not.
 */
function retryAfterOf({ headers }: IncomingMessage): number | undefined {
  const said = headers["retry-after"] ?? "";
  return /^\d+$/.test(said) ? Number(said) : undefined;
}

/** A connection that fails on every address of a host has its reasons inside. */
function causeOf(error: NodeJS.ErrnoException): string {
  if (error.message !== "") return error.message;
  return error instanceof AggregateError
    ? error.errors
        .map((inner) => (inner instanceof Error ? inner.message : String(inner)))
        .join("; ")
    : (error.code ?? "unknown error");
}
