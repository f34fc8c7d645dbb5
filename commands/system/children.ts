import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { CommandError } from "./errors.ts";
import { statusOfSignal, withSignalHandlers } from "./interrupt.ts";

/** How long a child may take to end by itself before it is killed. */
const GRACE_MS = 3_000;

const LINES_SHOWN = 15;

export interface RunOptions {
  /** The whole environment of the child; default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Written to the child's standard input. */
  readonly input?: string;
  /** Ends the child, and what it started, when aborted. */
  readonly signal?: AbortSignal;
  /** Told the child's process id as soon as it runs. */
  readonly onStart?: (pid: number) => void;
  /** Each line of the child's standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

export interface RunResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program and collects what it prints.
 *
 * The child gets a process group of its own, so that aborting ends its children as well: `go build`
 * has many.
 *
 * @throws the signal's reason when aborted, and what `spawn` throws when there is no such program;
 * never for a status.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  if (child.pid !== undefined) options.onStart?.(child.pid);
  if (options.onErrorLine) createInterface(child.stderr).on("line", options.onErrorLine);
  // A program that does not read its input closes the pipe early: its exit status is what counts.
  child.stdin.on("error", () => undefined).end(options.input ?? "");

  const stop = () => endGroup(child);
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    const status = await ended(child);
    options.signal?.throwIfAborted();
    return { status, ...output };
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}

/**
 * As {@link run}, for a program whose failure is the end of the matter: a status other than 0 is
 * thrown.
 */
export async function mustRun(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const result = await run(program, args, options);
  if (result.status === 0) return result;
  const said = lastLines(result.stderr.trim() === "" ? result.stdout : result.stderr);
  throw new CommandError(
    `${program} ${args[0] ?? ""} ended with status ${result.status}:\n${said}`,
  );
}

/**
 * Runs a program on this terminal and returns its status.
 *
 * On a terminal Ctrl-C reaches the program directly, since it is in the foreground group with us;
 * elsewhere the signal reaches us alone, and is passed on.
 */
export async function runInForeground(
  program: string,
  args: readonly string[],
  options: Pick<RunOptions, "cwd" | "env">,
): Promise<number> {
  const child = spawn(program, args, { ...options, stdio: "inherit" });
  const passOn = (signal: NodeJS.Signals) => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  return withSignalHandlers(passOn, () => ended(child));
}

/** The end of a long output, indented, as an error message shows it. */
export function lastLines(text: string, count: number = LINES_SHOWN): string {
  const lines = text.trimEnd().split("\n").slice(-count);
  return lines.map((line) => `  ${line}`).join("\n");
}

async function ended(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("close", (status, signal) => resolve(status ?? statusOfSignal(signal ?? "SIGKILL")));
  return promise;
}

function endGroup(child: ChildProcess): void {
  signalGroup(child, "SIGTERM");
  const killer = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS);
  child.once("close", () => clearTimeout(killer));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}
