import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ControlPlane } from "../../local/cluster/control-plane.ts";
import { writeKubeconfig } from "../../local/cluster/kubeconfig.ts";
import type { LocalEnvironment } from "../../local/environment.ts";

/** What a request asks the API server for. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
}

/**
 * What becomes of a request: nothing in particular, or something else than the API server's own
 * answer.
 */
export type Fault =
  | "none"
  /** Never heard of again. */
  | "reset"
  | { readonly status: number; readonly retryAfter?: number }
  | { readonly delay: number };

/** A request that the proxy keeps from going on. */
export interface Held {
  /**
   * Settles when there is such a request, and all that was to happen before it is held has
   * happened.
   */
  readonly reached: Promise<void>;
  /** Lets it go on. */
  readonly release: () => void;
}

interface Hold {
  readonly matches: (asked: Asked) => boolean;
  readonly at: "request" | "answer";
  readonly reached: () => void;
  readonly released: Promise<void>;
}

/**
 * A proxy on the loopback interface in front of a local cluster's API server. It has the API
 * server's own keys, asks for a client's as the API server does, and lets everything through but
 * what a test tells it to disturb.
 */
export class Proxy {
  readonly #server: https.Server;
  readonly #agent: https.Agent;
  readonly #upstream: string;
  readonly #holds = new Set<Hold>();
  #port = 0;
  #fault: (asked: Asked) => Fault = () => "none";

  private constructor(upstream: string, keys: { ca: Buffer; cert: Buffer; key: Buffer }) {
    this.#upstream = upstream;
    this.#agent = new https.Agent({ ...keys, keepAlive: true });
    const tls = { ...keys, requestCert: true, rejectUnauthorized: true };
    this.#server = https.createServer(tls, (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** Starts a proxy, and writes the kubeconfig that leads to it. */
  static async start({ paths }: LocalEnvironment, kubeconfig: string): Promise<Proxy> {
    const { server, keys } = await new ControlPlane(paths.controlPlane).access();
    const [ca, cert, key] = await Promise.all(
      ["ca.crt", "admin.crt", "admin.key"].map((name) => readFile(join(keys, name))),
    );
    if (!ca || !cert || !key) throw new Error("the cluster has no keys");
    const proxy = new Proxy(server, { ca, cert, key });
    await proxy.up();
    await writeKubeconfig(kubeconfig, { server: `https://127.0.0.1:${proxy.#port}`, keys }, []);
    return proxy;
  }

  /** Says what becomes of the requests from now on. */
  disturb(fault: (asked: Asked) => Fault): void {
    this.#fault = fault;
  }

  /** No more disturbance; what is held goes on. */
  heal(): void {
    this.#fault = () => "none";
  }

  /**
   * Holds the next such request before the API server gets it, or before its answer is passed on.
   */
  hold(at: "request" | "answer", matches: (asked: Asked) => boolean): Held {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    this.#holds.add({ matches, at, reached: reached.resolve, released: released.promise });
    return { reached: reached.promise, release: released.resolve };
  }

  /** Listens, on the port of before where there was one. */
  async up(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(this.#port, "127.0.0.1", resolve);
    await promise;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listening on a port
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection and refuses new ones, as an API server does that has ended. */
  async down(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.down();
    this.#agent.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.#upstream);
    const asked = {
      method: request.method ?? "",
      path: pathname,
      query: searchParams,
      contentType: request.headers["content-type"] ?? "",
    };
    const hold = this.#take(asked);
    if (hold?.at === "request") await kept(hold, response);
    const fault = this.#fault(asked);
    if (fault === "reset") return void request.socket.destroy();
    if (typeof fault === "object" && "status" in fault) return refuse(response, fault);
    if (typeof fault === "object") await new Promise((later) => setTimeout(later, fault.delay));
    if (response.destroyed) return;
    await this.#pass(request, response, hold);
  }

  #take(asked: Asked): Hold | undefined {
    const hold = [...this.#holds].find(({ matches }) => matches(asked));
    if (hold) this.#holds.delete(hold);
    return hold;
  }

  async #pass(request: IncomingMessage, response: ServerResponse, hold?: Hold): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const { method, headers } = request;
    const url = new URL(request.url ?? "/", this.#upstream);
    const passed = https.request(url, { method, headers, agent: this.#agent }, resolve);
    passed.once("error", reject);
    response.once("close", () => passed.destroy());
    request.pipe(passed);
    const answer = await promise;
    if (hold?.at === "answer") await kept(hold, response);
    if (response.destroyed) return;
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    // Where the server breaks off, so does this.
    await pipeline(answer, response);
  }
}

/**
 * Waits until the hold is released. A client that goes away meanwhile is let go: nothing is done
 * for it any more.
 */
async function kept({ reached, released }: Hold, response: ServerResponse): Promise<void> {
  reached();
  const gone = new Promise((_, reject) => {
    response.once("close", () => reject(new Error("the client has gone")));
  });
  await Promise.race([released, gone]);
}

function refuse(response: ServerResponse, fault: { status: number; retryAfter?: number }): void {
  const { status, retryAfter } = fault;
  const message = `a fault of this test: ${status}`;
  const body = { kind: "Status", apiVersion: "v1", status: "Failure", code: status, message };
  const again = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  response.writeHead(status, { "content-type": "application/json", ...again });
  response.end(JSON.stringify(body));
}

/** Whether a request creates a Deployment or applies what it is to be, in earnest. */
export function changes(deployment: string): (asked: Asked) => boolean {
  return ({ method, path, query, contentType }) =>
    !query.has("dryRun") &&
    (method === "POST"
      ? path.endsWith("/deployments")
      : contentType.startsWith("application/apply-patch") &&
        path.endsWith(`/deployments/${deployment}`));
}
