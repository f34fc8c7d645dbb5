import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

/** How much of what a program prints is kept. */
const KEPT_CHARACTERS = 200_000;
const GRACE_MS = 10_000;
const POLL_MS = 100;

/** A program that runs until it is told to end, or until this process ends. */
export class Daemon {
  readonly #child: ChildProcess;
  readonly #name: string;
  #output = "";

  constructor(name: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#name = name;
    this.#child = spawn(name, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    // What cannot be started says so in the output.
    this.#child.on("error", (error) => (this.#output += error.message));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_CHARACTERS);
      });
    }
    const end = () => void this.#child.kill("SIGKILL");
    process.once("exit", end);
    this.#child.once("exit", () => process.off("exit", end));
  }

  get output(): string {
    return this.#output;
  }

  /** @throws with what the program has printed when it ends, or is not ready in time */
  async untilReady(isReady: () => Promise<boolean>, milliseconds: number): Promise<void> {
    const until = Date.now() + milliseconds;
    while (!(await isReady().catch(() => false))) {
      const problem = this.#hasEnded() ? "has ended" : Date.now() > until && "is not ready in time";
      if (problem) throw new Error(`${this.#name} ${problem}:\n${this.#output}`);
      await sleep(POLL_MS);
    }
  }

  async end(): Promise<void> {
    if (this.#hasEnded()) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), GRACE_MS);
    await ended;
    clearTimeout(timer);
  }

  #hasEnded(): boolean {
    const { exitCode, signalCode, pid } = this.#child;
    return exitCode !== null || signalCode !== null || pid === undefined;
  }
}
