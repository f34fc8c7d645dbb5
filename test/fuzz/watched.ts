import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { JsonObject } from "../../infra/cluster/json.ts";
import type { Declarable } from "./declared.ts";
import type { Input, Verdict } from "./input.ts";

/** Processor time that one input may take: a busy machine makes nothing hang. */
const LIMIT_MS = 2000;
/** What waits for something that never comes takes no processor time. */
const LONGEST_MS = 30_000;
const LOOK_MS = 250;
const MOST_MEMORY_MB = 1024;

/** What is asked of the thread. */
export type Task =
  | { readonly what: "judge"; readonly input: Input }
  | { readonly what: "declare"; readonly input: Declarable };

export type Answer =
  | Verdict
  | { readonly outcome: "ready" }
  | { readonly outcome: "declared"; readonly objects: JsonObject[] };

/**
 * An answer of the thread, and the processor time that it has taken since it began, in
 * milliseconds.
 */
export interface Message {
  readonly answer: Answer;
  readonly used: number;
}

/**
 * A message of this thread. Before 24.6, Node.js does not know what a thread takes: any time counts
 * then.
 */
export function messageOf(answer: Answer): Message {
  const used = "threadCpuUsage" in process ? milliseconds(process.threadCpuUsage()) : 0;
  return { answer, used };
}

/**
 * Judges inputs on a thread of its own, which is ended when one takes too long: a loop that never
 * yields is caught, too.
 */
export class Watched {
  readonly #program: URL;
  #thread: Promise<Thread> | undefined;
  /** Settles when nothing that was asked before is without an answer. */
  #before: Promise<unknown> = Promise.resolve();

  /** @param program what the thread runs */
  constructor(program = new URL("./worker.ts", import.meta.url)) {
    this.#program = program;
  }

  async judge(input: Input): Promise<Verdict> {
    const answer = await this.#answer({ what: "judge", input });
    if (answer.outcome === "ready" || answer.outcome === "declared")
      return { outcome: "broken", reason: `an answer that was not asked for: ${answer.outcome}` };
    return answer;
  }

  /** @throws Error where an accepted input cannot be declared */
  async declare(input: Declarable): Promise<JsonObject[]> {
    const answer = await this.#answer({ what: "declare", input });
    if (answer.outcome === "declared") return answer.objects;
    throw new Error(answer.outcome === "broken" ? answer.reason : answer.outcome);
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await (await thread)?.end();
  }

  /**
   * One after the other: whoever has stopped waiting for an answer must not leave it to the next
   * one.
   */
  #answer(task: Task): Promise<Answer> {
    const answer = this.#before.then(() => this.#answerNow(task));
    this.#before = answer.catch(() => {});
    return answer;
  }

  async #answerNow(task: Task): Promise<Answer> {
    this.#thread ??= Thread.started(this.#program);
    const answer = await (await this.#thread).answer(task);
    // A thread that hangs, or has died of what it was given, is of no further use.
    if (answer.outcome === "broken") await this.close();
    return answer;
  }
}

const HANGS: Verdict = { outcome: "broken", reason: `takes more than ${LIMIT_MS / 1000} s` };

class Thread {
  readonly #worker: Worker;
  /** Milliseconds of processor time until the last answer. */
  #used = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
    // What commands print is of no interest, and must not wait to be read.
    worker.stdout.resume();
    worker.stderr.resume();
  }

  static async started(program: URL): Promise<Thread> {
    const resourceLimits = { maxOldGenerationSizeMb: MOST_MEMORY_MB };
    const thread = new Thread(new Worker(program, { stdout: true, stderr: true, resourceLimits }));
    const answer = await thread.#next();
    if (answer.outcome === "ready") return thread;
    await thread.end();
    throw new Error(`the program was not loaded: ${JSON.stringify(answer)}`);
  }

  async answer(task: Task): Promise<Answer> {
    const before = this.#used;
    const next = this.#next();
    this.#worker.postMessage(task);
    const answer = await Promise.race([next, this.#hangs(next)]);
    return this.#used - before > LIMIT_MS ? HANGS : answer;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Comes when the thread has taken too long, or has answered. */
  async #hangs(next: Promise<Answer>): Promise<Answer> {
    const answered = next.then(() => true);
    for (let waited = 0; waited < LONGEST_MS; waited += LOOK_MS) {
      if (await Promise.race([answered, sleep(LOOK_MS, false, { ref: false })])) return next;
      if ((await this.#usedSince(waited)) > LIMIT_MS) return HANGS;
    }
    return HANGS;
  }

  /**
   * Processor time since the last answer. There is none of a thread that has just ended: its end is
   * the answer.
   */
  async #usedSince(waited: number): Promise<number> {
    if (!("cpuUsage" in this.#worker)) return waited;
    const usage = await this.#worker.cpuUsage().catch(() => undefined);
    return usage ? milliseconds(usage) - this.#used : 0;
  }

  /** The next answer of the thread, or how it ended. */
  #next(): Promise<Answer> {
    return new Promise((resolve) => {
      const finish = (answer: Answer) => {
        for (const event of ["message", "error", "exit"]) this.#worker.removeAllListeners(event);
        // An error that comes later, while the thread is ended, is nobody's.
        this.#worker.on("error", () => {});
        resolve(answer);
      };
      const died = (how: unknown) =>
        finish({ outcome: "broken", reason: `the thread died: ${String(how)}` });
      const answered = ({ answer, used }: Message) => {
        this.#used = used;
        finish(answer);
      };
      this.#worker.once("message", answered).once("error", died).once("exit", died);
    });
  }
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
