import { Agent, request } from "node:http";

/** Where requests go to. */
export interface Target {
  readonly address: string;
  readonly port: number;
  /** The Host header. */
  readonly host: string;
}

/** What is asked for: a page, or with a body in JSON what is posted. */
export interface Asked {
  readonly path: string;
  readonly body?: string;
}

/** What came of a request. */
export interface Answer {
  readonly milliseconds: number;
  /** Undefined when it was answered with 200; else what happened instead. */
  readonly failure: string | undefined;
  readonly body: string;
  /** Whether a connection that was kept from before was closed instead of any answer. */
  readonly stale: boolean;
}

const PATIENCE_MS = 60_000;

/** A connection that is kept, or a new one for each request. */
export function connection(keep: boolean): Agent {
  return new Agent({ keepAlive: keep, maxSockets: 1 });
}

/** One of the app's slow callbacks, as Dash's own page asks for it. */
export async function callback(target: Target, agent: Agent, number: number): Promise<Answer> {
  const id = `result-${number}`;
  const body = {
    output: `${id}.children`,
    outputs: { id, property: "children" },
    inputs: [{ id: "run", property: "n_clicks", value: 1 }],
    changedPropIds: ["run.n_clicks"],
  };
  return ask(target, agent, { path: "/_dash-update-component", body: JSON.stringify(body) });
}

/** The layout of the page: quick, and through the app's own code. */
export async function page(target: Target, agent: Agent): Promise<Answer> {
  return ask(target, agent, { path: "/_dash-layout" });
}

/**
 * Never throws, and never tries again: what fails is what is looked for.
 *
 * @param patience milliseconds, from before it connects
 */
export async function ask(
  { address, port, host }: Target,
  agent: Agent,
  { path, body }: Asked,
  patience = PATIENCE_MS,
): Promise<Answer> {
  const begin = performance.now();
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const done = (failure: string | undefined, text = "", stale = false) =>
    resolve({ milliseconds: performance.now() - begin, failure, body: text, stale });
  const headers = { host, ...(body === undefined ? {} : { "content-type": "application/json" }) };
  const method = body === undefined ? "GET" : "POST";
  // From the beginning: the request's own timeout does not count what it takes to connect.
  const signal = AbortSignal.timeout(patience);
  const options = { host: address, port, path, method, headers, agent, signal };
  const asked = request(options, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    const { statusCode } = response;
    response.on("end", () => done(statusCode === 200 ? undefined : `status ${statusCode}`, text));
    response.on("error", (error) => done(`cut off: ${error.message}`));
  });
  asked.on("error", ({ code, message }: Error & { code?: string }) => {
    done(code ?? message, "", asked.reusedSocket && code === "ECONNRESET");
  });
  asked.end(body);
  return promise;
}
