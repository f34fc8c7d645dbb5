import { CommandError } from "../../commands/system/errors.ts";
import { lastLines, run, type RunOptions } from "../../commands/system/children.ts";
import type { Desk, Words } from "./peer.ts";
import { MemoryOfTree } from "../memory.ts";

/** What a command took. */
export interface Taken {
  /** From start to end. */
  readonly seconds: number;
  /**
   * Processor time of the program and all that it started and waited for; not that of the cluster.
   */
  readonly cpuSeconds: number;
}

/** A shell that says, last, what time its children took: POSIX `times`. */
const TIMED = `"$@"; status=$?; times >&2; exit $status`;

/**
 * Runs a peer's command in its folder and times it.
 *
 * @throws CommandError when it fails: what failed has not been measured
 */
export async function timed(desk: Desk, words: Words): Promise<Taken> {
  const begin = performance.now();
  const stderr = await ran(desk, ["/bin/sh", "-c", TIMED, "sh", ...words]);
  const seconds = (performance.now() - begin) / 1000;
  return { seconds, cpuSeconds: cpuSecondsIn(stderr) };
}

/**
 * The most memory that a command and all that it started had at once, in bytes: proportional set
 * sizes, so that what is shared counts once.
 */
export async function memoryOf(desk: Desk, words: Words): Promise<number> {
  const memory = new MemoryOfTree();
  try {
    await ran(desk, words, { onStart: (pid) => memory.watch(pid) });
  } finally {
    memory.end();
  }
  return memory.most;
}

/**
 * Runs a peer's command in its folder, and gives what it wrote to standard error.
 *
 * @throws CommandError when it fails
 */
export async function ran(
  { cluster, folder }: Desk,
  words: Words,
  { env, onStart }: Pick<RunOptions, "env" | "onStart"> = {},
): Promise<string> {
  const [program = "", ...args] = words;
  const { environment, signal } = cluster;
  const options = { cwd: folder, env: env ?? environment.env, signal, ...(onStart && { onStart }) };
  const { status, stdout, stderr } = await run(program, args, options);
  if (status === 0) return stderr;
  const said = lastLines(`${stdout}\n${stderr}`, 30);
  throw new CommandError(`${words.join(" ")} ended with status ${status} in ${folder}:\n${said}`);
}

/**
 * The second line of what `times` prints: user and system time of the children, as in `1m2.34s
 * 0m0.56s`.
 */
function cpuSecondsIn(stderr: string): number {
  const lines = [...stderr.matchAll(/^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/gm)];
  const [user = 0, userRest = 0, system = 0, systemRest = 0] =
    lines.at(-1)?.slice(1).map(Number) ?? [];
  return (user + system) * 60 + userRest + systemRest;
}
