/**
 * The client, a program of its own so that it can be in another network and is not disturbed by the
 * lane:
 *
 *     node client.ts '{"kind":"rounds", …}'
 *
 * Prints what it found as JSON.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "../statistics.ts";
import { callback, connection, page, type Answer, type Target } from "../nodes/requests.ts";
import { openWebSockets } from "./websockets.ts";

/**
 * Four callbacks at once, and up to three pages, again and again: a round is over when all four
 * callbacks are answered.
 */
export interface RoundsTask {
  readonly kind: "rounds";
  readonly target: Target;
  readonly rounds: number;
  /** WebSockets that are open meanwhile. @default 0 */
  readonly webSockets?: number;
}

export interface Round {
  readonly seconds: number;
  /** How many callbacks each pod had, the most first: [1, 1, 1, 1] is four pods at once. */
  readonly perPod: readonly number[];
  readonly failures: readonly string[];
  /** WebSockets that were open when it was over. */
  readonly webSockets: number;
}

/** A steady load: each client asks, waits a little, and asks again. */
export interface LoadTask {
  readonly kind: "load";
  readonly target: Target;
  readonly seconds: number;
  /** Half of them keep their connection. */
  readonly clients: number;
}

export interface LoadResult {
  readonly pages: Counted;
  readonly callbacks: Counted;
}

interface Counted {
  readonly kept: Count;
  readonly fresh: Count;
}

export interface Count {
  readonly requests: number;
  readonly failed: number;
  /** What happened -> how often. */
  readonly failures: Readonly<Record<string, number>>;
  /** Seconds from the beginning of the load at which the first of them began. */
  readonly failedAt: readonly number[];
  readonly milliseconds: {
    readonly median: number;
    /** 99 of 100 took less. */
    readonly of100: number;
    readonly worst: number;
  };
}

/** Slow callbacks alone: each client asks for the next one when it has an answer. */
export interface CallbacksTask {
  readonly kind: "callbacks";
  readonly target: Target;
  /** For so long clients begin with another one; each asks once at least. */
  readonly seconds: number;
  readonly clients: number;
}

export interface TimedAnswer {
  /** Seconds from the beginning of all to that of this request. */
  readonly at: number;
  readonly seconds: number;
  /** When it was answered, in milliseconds since 1970. */
  readonly ended: number;
  /** That which answered; undefined where none did. */
  readonly pod?: string;
  readonly failure?: string;
}

export type Task = RoundsTask | LoadTask | CallbacksTask;

const CALLBACKS = 4;
const BETWEEN_ROUNDS_MS = 200;
const BETWEEN_REQUESTS_MS = 20;
/** Of so many requests one is a callback. */
const CALLBACK_EVERY = 10;
const FAILURES_SHOWN = 20;

async function rounds({ target, rounds: times, webSockets = 0 }: RoundsTask): Promise<Round[]> {
  const sockets = await openWebSockets(target, webSockets);
  const found: Round[] = [];
  for (let round = 0; round < times; round += 1) {
    const begin = performance.now();
    const numbers = Array.from({ length: CALLBACKS }, (_, index) => index + 1);
    const answers = await Promise.all(
      numbers.map((number) => callback(target, connection(false), number)),
    );
    found.push({
      seconds: (performance.now() - begin) / 1000,
      perPod: countPods(answers),
      failures: answers.flatMap(({ failure }) => failure ?? []),
      webSockets: sockets.open(),
    });
    for (let pages = round % CALLBACKS; pages > 0; pages -= 1) {
      await page(target, connection(false));
    }
    await sleep(BETWEEN_ROUNDS_MS);
  }
  sockets.close();
  return found;
}

function countPods(answers: readonly Answer[]): number[] {
  const counts = new Map<string, number>();
  for (const answer of answers) {
    const pod = podOf(answer);
    if (pod !== undefined) counts.set(pod, (counts.get(pod) ?? 0) + 1);
  }
  return [...counts.values()].sort((a, b) => b - a);
}

function podOf({ body }: Answer): string | undefined {
  return /in pod ([^"\\]+)/.exec(body)?.[1];
}

async function callbacks({ target, seconds, clients }: CallbacksTask): Promise<TimedAnswer[]> {
  const begin = performance.now();
  const passed = () => (performance.now() - begin) / 1000;
  const answers: TimedAnswer[] = [];
  const client = async (index: number) => {
    do {
      const at = passed();
      const answer = await callback(target, connection(false), (index % CALLBACKS) + 1);
      const { failure, milliseconds } = answer;
      const pod = podOf(answer);
      answers.push({
        at,
        seconds: milliseconds / 1000,
        ended: Date.now(),
        ...(pod === undefined ? {} : { pod }),
        ...(failure === undefined ? {} : { failure }),
      });
    } while (passed() < seconds);
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  return answers;
}

interface Sample extends Answer {
  readonly kind: "pages" | "callbacks";
  readonly kept: boolean;
  readonly at: number;
}

async function load(task: LoadTask): Promise<LoadResult> {
  const samples: Sample[] = [];
  const begin = performance.now();
  const client = async (index: number) => {
    const kept = index % 2 === 0;
    const agent = connection(kept);
    for (let turn = index; performance.now() - begin < task.seconds * 1000; turn += 1) {
      const at = (performance.now() - begin) / 1000;
      const kind = turn % CALLBACK_EVERY === 0 ? "callbacks" : "pages";
      const answer =
        kind === "pages"
          ? await page(task.target, agent)
          : await callback(task.target, agent, (index % CALLBACKS) + 1);
      samples.push({ ...answer, body: "", kind, kept, at });
      await sleep(BETWEEN_REQUESTS_MS);
    }
  };
  await Promise.all(Array.from({ length: task.clients }, (_, index) => client(index)));
  const counted = (kind: Sample["kind"]): Counted => {
    const of = samples.filter((sample) => sample.kind === kind);
    return {
      kept: count(of.filter(({ kept }) => kept)),
      fresh: count(of.filter(({ kept }) => !kept)),
    };
  };
  return { pages: counted("pages"), callbacks: counted("callbacks") };
}

function count(samples: readonly Sample[]): Count {
  const failed = samples.filter(({ failure }) => failure !== undefined);
  const failures: Record<string, number> = {};
  for (const { failure = "" } of failed) failures[failure] = (failures[failure] ?? 0) + 1;
  const times = samples.map(({ milliseconds }) => milliseconds);
  return {
    requests: samples.length,
    failed: failed.length,
    failures,
    failedAt: failed.slice(0, FAILURES_SHOWN).map(({ at }) => Math.round(at * 10) / 10),
    milliseconds: {
      median: Math.round(quantile(times, 0.5)),
      of100: Math.round(quantile(times, 0.99)),
      worst: Math.round(quantile(times, 1)),
    },
  };
}

/** Of each kind of request, and each kind of connection. */
export function countsOf(result: LoadResult): Count[] {
  return [result.pages, result.callbacks].flatMap(({ kept, fresh }) => [kept, fresh]);
}

/** Of all of them; the slowest in seconds. */
export function total(result: LoadResult): {
  readonly requests: number;
  readonly failed: number;
  readonly slowest: number;
} {
  return countsOf(result).reduce(
    (sum, { requests, failed, milliseconds }) => ({
      requests: sum.requests + requests,
      failed: sum.failed + failed,
      slowest: Math.max(sum.slowest, milliseconds.worst / 1000),
    }),
    { requests: 0, failed: 0, slowest: 0 },
  );
}

async function resultOf(task: Task): Promise<unknown> {
  switch (task.kind) {
    case "rounds":
      return rounds(task);
    case "load":
      return load(task);
    case "callbacks":
      return callbacks(task);
  }
}

if (import.meta.main) {
  const task: Task = JSON.parse(process.argv[2] ?? "{}");
  process.stdout.write(JSON.stringify(await resultOf(task)));
}
