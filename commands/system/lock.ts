import { link, mkdir, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "./errors.ts";
import { isStillRunning, startOf } from "./processes.ts";

const POLL_MS = 200;
/** Breaking a lock takes milliseconds; a breaker that is older than this has died over it. */
const BREAKING_MS = 5_000;

interface Holder {
  readonly pid: number;
  readonly started: string;
}

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once, when somebody else holds the lock. */
  readonly onWait: (pid: number) => void;
}

/**
 * Does some work that only one process at a time may do.
 *
 * The lock is a file that names its holder. The lock of a process that is no more, killed or before
 * a reboot, is broken.
 */
export async function withLock<T>(
  file: string,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await acquire(file, options);
  try {
    await removeAbandoned(file);
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string, { signal, onWait }: LockOptions): Promise<void> {
  let reported = false;
  for (;;) {
    signal?.throwIfAborted();
    if (await tryToTake(file)) return;
    const holder = await holderOf(file);
    if (holder && (await isAlive(holder))) {
      if (!reported) onWait(holder.pid);
      reported = true;
      await sleep(POLL_MS, undefined, signal ? { signal } : {}).catch(() =>
        signal?.throwIfAborted(),
      );
    } else if (holder) {
      await breakLock(file);
    }
  }
}

/** A link appears whole or not at all, so nobody ever reads half a holder. */
async function tryToTake(file: string): Promise<boolean> {
  const mine = `${file}.${crypto.randomUUID()}`;
  const started = (await startOf(process.pid)) ?? "";
  await writeFile(mine, `${process.pid} ${started}`, { mode: 0o600 });
  try {
    await link(mine, file);
    return true;
  } catch (error) {
    // Somebody else has it, or took ours for abandoned while it was still empty.
    if (hasCode(error, "EEXIST", "ENOENT")) return false;
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

/** What processes have left that were killed while they tried. */
async function removeAbandoned(file: string): Promise<void> {
  const prefix = `${basename(file)}.`;
  const names = (await readdir(dirname(file))).filter((name) => name.startsWith(prefix));
  for (const name of names.filter((it) => UUID.test(it))) {
    const attempt = join(dirname(file), name);
    const holder = await holderOf(attempt);
    if (holder && !(await isAlive(holder))) await rm(attempt, { force: true });
  }
}

const UUID = /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    const [pid, ...started] = (await readFile(file, "utf8")).split(" ");
    return { pid: Number(pid), started: started.join(" ") };
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function isAlive({ pid, started }: Holder): Promise<boolean> {
  return isStillRunning(pid, started);
}

/**
 * One breaker at a time, who looks again first: else a second one could remove the lock that the
 * first has just taken.
 */
async function breakLock(file: string): Promise<void> {
  const breaker = `${file}.breaking`;
  try {
    await (await open(breaker, "wx", 0o600)).close();
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    await removeIfAbandoned(breaker);
    await sleep(POLL_MS);
    return;
  }
  const holder = await holderOf(file);
  if (holder && !(await isAlive(holder))) await rm(file, { force: true });
  await rm(breaker, { force: true });
}

async function removeIfAbandoned(breaker: string): Promise<void> {
  const info = await stat(breaker).catch(() => undefined);
  if (info && Date.now() - info.mtimeMs > BREAKING_MS) await rm(breaker, { force: true });
}
