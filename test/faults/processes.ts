import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { startOf } from "../../commands/system/processes.ts";

/** A process that one of ours has started, directly or not. */
export interface Descendant {
  readonly pid: number;
  readonly command: string;
  /** Tells it from a later process with the same id. */
  readonly started: string;
}

/** How the command lines of an engine's parts look: the official ones', and the stand-ins'. */
export const PROVIDER = /pulumi-resource-kubernetes|plugins\/kubernetes\/main\.mjs/;
export const HOST = /pulumi-language-nodejs|plugins\/nodejs\/main\.mjs/;
export const PROGRAM = /@pulumi\/pulumi\/cmd\/run/;

const PATIENCE_MS = 15_000;
const POLL_MS = 50;

/** All processes below one of ours, parents first. Linux only. */
export async function descendantsOf(ancestor: number): Promise<Descendant[]> {
  const all = await Promise.all(
    (await readdir("/proc")).filter(isPid).map((entry) => processWith(Number(entry))),
  );
  const known = all.filter((it) => it !== undefined);
  const below = (parent: number): Descendant[] =>
    known
      .filter((it) => it.parent === parent)
      .flatMap(({ pid, command, started }) => [{ pid, command, started }, ...below(pid)]);
  return below(ancestor);
}

/** Kills the one process below ours whose command line looks so. */
export async function kill(ancestor: number, command: RegExp): Promise<void> {
  const found = (await descendantsOf(ancestor)).filter((it) => command.test(it.command));
  const [only, ...more] = found;
  if (!only || more.length > 0) throw new Error(`${found.length} processes look like ${command}`);
  process.kill(only.pid, "SIGKILL");
}

/** Waits until each of them has ended, and gives those that have not in time. */
export async function leftOf(processes: readonly Descendant[]): Promise<Descendant[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const now = await Promise.all(processes.map(({ pid }) => processWith(pid)));
    const left = processes.filter(({ started }, index) => now[index]?.started === started);
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(POLL_MS);
  }
}

function isPid(name: string): boolean {
  return /^\d+$/.test(name);
}

/** A process that runs, or undefined. */
export async function processWith(
  pid: number,
): Promise<(Descendant & { parent: number }) | undefined> {
  try {
    const [command, stat] = await Promise.all(
      ["cmdline", "stat"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8")),
    );
    const [state, parent] = (stat ?? "").slice((stat ?? "").lastIndexOf(")") + 2).split(" ");
    const started = await startOf(pid);
    // What has ended and waits for its parent to notice runs no more.
    if (started === undefined || state === "Z") return undefined;
    return { pid, parent: Number(parent), started, command: (command ?? "").replaceAll("\0", " ") };
  } catch {
    // It has ended since.
    return undefined;
  }
}
