import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach } from "vitest";
import type { Update } from "./update.ts";
import { readEvents } from "./update.ts";

/** A run of Pulumi while it goes on. */
export interface Running {
  /** Of the engine: Pulumi's own process. */
  readonly pid: number;
  /** How it went, when it has come to an end. A signal that ended it counts as status -1. */
  readonly ended: Promise<Update>;
  /** All that it has printed so far. */
  readonly output: () => string;
  /** Sends a signal to the engine alone. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** What Ctrl-C in a terminal does: SIGINT to all that run in its foreground. */
  readonly interrupt: () => void;
}

/** What runs at the moment: the command line, and what it has printed so far. */
const running = new Map<Running, string>();

/** What a test that ran out of time was waiting for, since nobody else would tell. */
afterEach(({ task }) => {
  if (task.result?.state !== "fail") return;
  for (const [{ output }, command] of running)
    console.error(`${task.name}: ${command} goes on, and has printed:\n${output()}`);
});

/** Starts Pulumi in a process group of its own. */
export function startPulumi(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly eventLog: string },
): Running {
  const { cwd, env, eventLog } = options;
  const child = spawn(program, [...args, "--event-log", eventLog], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} cannot be started`);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const end = async (): Promise<Update> => {
    // What it has started may hold its output open for a moment longer than it lives.
    const [status] = await once(child, "exit");
    if (!child.stdout.closed) await Promise.race([once(child, "close"), later()]);
    const events = await readEvents(eventLog);
    return { status: typeof status === "number" ? status : -1, output, ...events };
  };
  const started: Running = {
    pid,
    ended: end().finally(() => running.delete(started)),
    output: () => output,
    kill: (signal) => void process.kill(pid, signal),
    interrupt: () => void process.kill(-pid, "SIGINT"),
  };
  running.set(started, args.join(" "));
  return started;
}

const later = () => new Promise((resolve) => setTimeout(resolve, 2_000));
