/**
 * The client, a program of its own so that it can be in another network and is not disturbed by the
 * lane:
 *
 *     node client.ts '{"kind":"until", …}'
 *
 * Prints what it found as JSON.
 */
import type { Agent } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "../statistics.ts";
import { ask, connection, type Answer, type Asked, type Target } from "../nodes/requests.ts";
import { webSocketTo } from "../nodes/websocket.ts";

/** Asks again and again until the answer is as wanted, or the time is over. */
export interface UntilTask {
  readonly kind: "until";
  readonly target: Target;
  readonly asked: Asked;
  /** What the answer has. */
  readonly pattern: string;
  readonly seconds: number;
}

/** One question over a WebSocket, as Dash's page asks for a callback. */
export interface SocketTask {
  readonly kind: "socket";
  readonly target: Target;
  readonly path: string;
  readonly message: unknown;
  readonly pattern: string;
  readonly seconds: number;
}

/** What came of a question: undefined when it was answered as wanted, else what happened instead. */
export interface Outcome {
  readonly failure: string | undefined;
}

/** A steady load until the standard input ends: each client asks, waits a little, and asks again. */
export interface LoadTask {
  readonly kind: "load";
  readonly target: Target;
  /** Mostly the first one, each tenth time the last one. */
  readonly requests: readonly [Asked, ...Asked[]];
  /** Half of them keep their connection. */
  readonly clients: number;
}

export interface LoadResult {
  readonly requests: number;
  /** Of these, those that were sent once more. */
  readonly again: number;
  readonly failed: number;
  /** What happened, and whether on a connection that was kept -> how often. */
  readonly failures: Readonly<Record<string, number>>;
  readonly milliseconds: { readonly median: number; readonly worst: number };
}

export type Task = UntilTask | SocketTask | LoadTask;

const BETWEEN_TRIES_MS = 500;
/**
 * A connection that is begun before a node knows the Service goes nowhere, and so do its further
 * packets: people load the page again.
 */
const TRY_MS = 10_000;
const BETWEEN_REQUESTS_MS = 20;
const LAST_EVERY = 10;
const SHOWN = 200;

async function until({ target, asked, pattern, seconds }: UntilTask): Promise<Outcome> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const { failure, body } = await ask(target, connection(false), asked, TRY_MS);
    const isWanted = failure === undefined && new RegExp(pattern).test(body);
    if (isWanted) return { failure: undefined };
    if (performance.now() > deadline) return { failure: failure ?? body.slice(0, SHOWN) };
    await sleep(BETWEEN_TRIES_MS);
  }
}

async function socket(task: SocketTask): Promise<Outcome> {
  const opened = webSocketTo(task.target, task.path);
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const timer = setTimeout(() => resolve("no answer"), task.seconds * 1000);
  opened.addEventListener("open", () => opened.send(JSON.stringify(task.message)));
  opened.addEventListener("error", () => resolve("the WebSocket was refused"));
  opened.addEventListener("close", ({ code, reason }) => resolve(`closed: ${code} ${reason}`));
  opened.addEventListener("message", ({ data }) => {
    if (new RegExp(task.pattern).test(String(data))) resolve(undefined);
  });
  const failure = await promise;
  clearTimeout(timer);
  opened.close();
  return { failure };
}

interface Sample extends Answer {
  readonly kept: boolean;
  /** Whether it was sent once more. */
  readonly again: boolean;
}

/**
 * Asks as browsers and proxies do: a server may close a connection that it keeps at any time, so
 * that a GET that meets its end there is sent once more, on another connection.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1
 */
async function askAsBrowser(
  target: Target,
  agent: Agent,
  asked: Asked,
): Promise<Answer & { readonly again: boolean }> {
  const first = await ask(target, agent, asked);
  if (!first.stale || asked.body !== undefined) return { ...first, again: false };
  const second = await ask(target, connection(false), asked);
  return { ...second, milliseconds: first.milliseconds + second.milliseconds, again: true };
}

async function load({ target, requests, clients }: LoadTask): Promise<LoadResult> {
  const samples: Sample[] = [];
  const over = new AbortController();
  const [first] = requests;
  const last = requests.at(-1) ?? first;
  const client = async (index: number) => {
    const kept = index % 2 === 0;
    const agent = connection(kept);
    for (let turn = index; !over.signal.aborted; turn += 1) {
      const asked = turn % LAST_EVERY === 0 ? last : first;
      const answer = await askAsBrowser(target, agent, asked);
      samples.push({ ...answer, body: "", kept });
      await sleep(BETWEEN_REQUESTS_MS);
    }
  };
  const asking = Array.from({ length: clients }, (_, index) => client(index));
  await text(process.stdin);
  over.abort();
  await Promise.all(asking);
  return counted(samples);
}

function counted(samples: readonly Sample[]): LoadResult {
  const failed = samples.filter(({ failure }) => failure !== undefined);
  const failures: Record<string, number> = {};
  for (const { failure = "", kept } of failed) {
    const what = `${failure}, ${kept ? "kept" : "new"} connection`;
    failures[what] = (failures[what] ?? 0) + 1;
  }
  const times = samples.map(({ milliseconds }) => milliseconds);
  const [median = Number.NaN, worst = Number.NaN] = [0.5, 1].map((share) =>
    Math.round(quantile(times, share)),
  );
  const milliseconds = { median, worst };
  const again = samples.filter((it) => it.again).length;
  return { requests: samples.length, again, failed: failed.length, failures, milliseconds };
}

async function done(task: Task): Promise<Outcome | LoadResult> {
  switch (task.kind) {
    case "until":
      return until(task);
    case "socket":
      return socket(task);
    case "load":
      return load(task);
  }
}

if (import.meta.main) {
  const task: Task = JSON.parse(process.argv[2] ?? "{}");
  process.stdout.write(JSON.stringify(await done(task)));
  // A WebSocket that nobody closes would keep this program.
  process.exit();
}
