/** Runs `pulumi up`, and reports what it does. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { StackTools } from "../../drift/stack-tools.ts";
import { hasCode } from "../../system/errors.ts";
import { withLock } from "../../system/lock.ts";
import { isStillRunning, startOf } from "../../system/processes.ts";
import { parseObject } from "../../../infra/cluster/json.ts";
import type { MessageView, RunView } from "../api.ts";
import { endOf, NO_PROGRESS, withEvent } from "./events.ts";
import type { Progress } from "./events.ts";
import type { RunFolder, RunRecord } from "./run-record.ts";

/** What is to be run. */
export interface UpdateOrder {
  readonly stack: string;
  readonly tools: StackTools;
  readonly args: readonly string[];
  /** In words: `web=4`. */
  readonly what: string;
}

/** A run is under way already. */
export class Busy extends Error {
  override readonly name = "Busy";
}

const LOOK_MS = 100;
const MAX_ERROR_LENGTH = 4_000;

/**
 * Starts Pulumi with its output in a file and in a process group of its own: whatever becomes of
 * the page, Pulumi goes on, writes its state and lets go of the stack's lock. With its output in a
 * pipe it would end at the next event, and leave the stack locked.
 *
 * @throws Busy where a run of the same stack is under way
 */
export async function startUpdate(folder: RunFolder, order: UpdateOrder): Promise<RunRecord> {
  await folder.make();
  return withLock(folder.lock, { onWait: () => undefined }, async () => {
    const running = await folder.read();
    if (running && (await isRunning(running)))
      throw new Busy("Pulumi is at work on this stack already");
    await folder.clear();
    const pid = await spawned(folder, order);
    const processStart = (await startOf(pid)) ?? "";
    const record = { pid, processStart, begun: Date.now(), what: order.what };
    await folder.write(record);
    return record;
  });
}

async function spawned(folder: RunFolder, { tools, args }: UpdateOrder): Promise<number> {
  const output = await open(folder.output, "w", 0o600);
  const errors = await open(folder.errors, "w", 0o600);
  try {
    const child = spawn(tools.pulumi, args, {
      cwd: tools.project,
      env: tools.env,
      detached: true,
      stdio: ["ignore", output.fd, errors.fd],
    });
    await once(child, "spawn");
    child.unref();
    return child.pid ?? 0;
  } finally {
    await output.close();
    await errors.close();
  }
}

function isRunning({ pid, processStart }: RunRecord): Promise<boolean> {
  return isStillRunning(pid, processStart);
}

/** A run that is followed. */
export class FollowedUpdate {
  readonly #folder: RunFolder;
  readonly #record: RunRecord;
  readonly #report: (run: RunView) => void;
  #progress: Progress = NO_PROGRESS;
  #state: RunView["state"] = "running";
  #extra: readonly MessageView[] = [];
  #seconds: number | undefined;

  constructor(folder: RunFolder, record: RunRecord, report: (run: RunView) => void) {
    this.#folder = folder;
    this.#record = record;
    this.#report = report;
  }

  get view(): RunView {
    const { steps, messages, changed } = this.#progress;
    const { what, begun } = this.#record;
    return {
      state: this.#state,
      what,
      started: new Date(begun).toISOString(),
      ...(this.#seconds === undefined ? {} : { seconds: this.#seconds }),
      changed,
      steps,
      messages: [...messages, ...this.#extra],
    };
  }

  get isOver(): boolean {
    return this.#state !== "running" && this.#state !== "stopping";
  }

  /** Asks Pulumi to end its waiting, once: what it has told the cluster stays. */
  stop(): void {
    if (this.#state !== "running") return;
    this.#set("stopping");
    try {
      process.kill(this.#record.pid, "SIGINT");
    } catch {
      // It has ended meanwhile.
    }
  }

  /** Follows the run to its end; earlier with the signal, and then the run goes on. */
  async follow(signal: AbortSignal): Promise<void> {
    // From the beginning: another page that follows the run, too, may remove them before this one.
    const [output, errors] = await Promise.all([
      opened(this.#folder.output),
      opened(this.#folder.errors),
    ]);
    const lines = new LineReader(output);
    this.#report(this.view);
    try {
      while (!signal.aborted) {
        // First whether it runs: what it wrote last is read after that.
        const runs = await isRunning(this.#record);
        this.#take(await lines.next());
        if (!runs) return await this.#end((await errors?.readFile("utf8")) ?? "");
        await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await output?.close();
      await errors?.close();
    }
  }

  #take(lines: readonly string[]): void {
    const events = lines.map(parseObject).filter((event) => event !== undefined);
    if (events.length === 0) return;
    for (const event of events)
      this.#progress = withEvent(this.#progress, event, this.#record.begun);
    this.#report(this.view);
  }

  /** @param errors what Pulumi has said on standard error */
  async #end(errors: string): Promise<void> {
    this.#seconds = (Date.now() - this.#record.begun) / 1000;
    const said = errors.trim();
    const hasErrors = this.#progress.messages.some(({ severity }) => severity === "error");
    if (said !== "" && !this.#progress.hasSummary && !hasErrors)
      this.#extra = [{ severity: "error", resource: "", text: errorText(said) }];
    const progress = { ...this.#progress, messages: [...this.#progress.messages, ...this.#extra] };
    const wasStopped = this.#state === "stopping";
    this.#progress = { ...this.#progress, steps: ended(this.#progress.steps) };
    await forget(this.#folder, this.#record);
    this.#set(endOf(progress, wasStopped));
  }

  #set(state: RunView["state"]): void {
    this.#state = state;
    this.#report(this.view);
  }
}

/** Nothing goes on after the end. */
function ended(steps: Progress["steps"]): Progress["steps"] {
  return steps.filter(({ state, op }) => state !== "running" || op !== "");
}

/**
 * What Pulumi says on standard error, for people.
 *
 * Source: pulumi/pulumi, pkg/backend/diy/lock.go: `the stack is currently locked by …`.
 */
export function errorText(said: string): string {
  const [, who, pid, since] = /created by (\S+) \(pid (\d+)\) at (\S+)/.exec(said) ?? [];
  if (who !== undefined && said.includes("locked by"))
    return `Pulumi is at work on this stack since ${since ?? "?"} (${who}, process ${pid ?? "?"}). If that process is gone: pulumi cancel`;
  if (said.includes("incorrect passphrase") || said.includes("passphrase must be set"))
    return `${said}\nStart the page with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE set.`;
  return said.replace(/^error: /, "").slice(0, MAX_ERROR_LENGTH);
}

/** Removes what is kept of a run, and nothing of one that has begun since. */
async function forget(folder: RunFolder, { pid, processStart }: RunRecord): Promise<void> {
  await withLock(folder.lock, { onWait: () => undefined }, async () => {
    const kept = await folder.read();
    const isOther = kept && (kept.pid !== pid || kept.processStart !== processStart);
    if (isOther !== true) await folder.clear();
  });
}

async function opened(file: string): Promise<FileHandle | undefined> {
  return open(file).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
}

/** The whole lines of a file that grows; none of one that is not there. */
class LineReader {
  readonly #file: FileHandle | undefined;
  #position = 0;
  #rest = "";
  readonly #decoder = new TextDecoder();

  constructor(file: FileHandle | undefined) {
    this.#file = file;
  }

  async next(): Promise<string[]> {
    if (!this.#file) return [];
    const { size } = await this.#file.stat();
    const buffer = Buffer.alloc(Math.max(0, size - this.#position));
    const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#position);
    this.#position += bytesRead;
    const text = this.#decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
    const lines = `${this.#rest}${text}`.split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }
}
