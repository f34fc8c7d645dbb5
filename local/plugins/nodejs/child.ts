/** Runs a program to its end and says how it ended, in the words of the official host. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** The SDK ends with this status when it has already told the user what is wrong. */
const ALREADY_EXPLAINED = 32;
/** How long a program may take to end after it was asked to. */
const GRACE_MS = 5_000;
const OUT_OF_MEMORY =
  "Detected a possible out of memory error. Consider increasing the memory available to the " +
  "nodejs process by setting the `nodeargs` runtime option in Pulumi.yaml to " +
  "`nodeargs: --max-old-space-size=<size>`, `<size>` in megabytes.";

export interface Ending {
  /** What went wrong, or empty. */
  error: string;
  /** Whether the user knows already, so that nothing more should be said. */
  bail: boolean;
}

export interface Run {
  args: readonly string[];
  environment: Record<string, string>;
  cancelled: AbortSignal;
  onStart: (child: ChildProcess) => Promise<void>;
}

export async function runProgram(run: Run): Promise<Ending> {
  // The working directory is the engine's choice (it starts us there) and is handed on.
  const child = spawn("node", run.args, {
    env: { ...process.env, ...run.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const memory = { ranOut: false };
  child.stderr.on("data", (chunk: Buffer) => {
    memory.ranOut ||= chunk.includes("<--- Last few GCs --->");
  });
  // Copied, not shared: Node.js may make a stream of its own non-blocking, and with it ours.
  const copied = Promise.all([
    copy(child.stdout, process.stdout),
    copy(child.stderr, process.stderr),
  ]);
  const release = interruptOn(run.cancelled, child);
  try {
    const ended = outcome(child);
    await run.onStart(child);
    const how = await ended;
    if (child.pid !== undefined) await copied;
    const isMemory = how.error !== "" && memory.ranOut;
    return isMemory ? { ...how, error: `${how.error}. ${OUT_OF_MEMORY}` } : how;
  } finally {
    release();
  }
}

function outcome(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      const reason = `Problem executing program (could not run language executor): ${error.message}`;
      resolve({ error: reason, bail: false });
    });
    child.once("close", (code, signal) => resolve(ending(code, signal)));
  });
}

/** What an exit status or a signal means to the engine. */
export function ending(code: number | null, signal: NodeJS.Signals | null): Ending {
  if (signal !== null) return { error: `Program was ended by the signal ${signal}`, bail: false };
  if (code === 0) return { error: "", bail: false };
  if (code === ALREADY_EXPLAINED) return { error: "", bail: true };
  return { error: `Program exited with non-zero exit code: ${String(code)}`, bail: false };
}

/** Everything that the program printed must reach the engine before we say that it ended. */
function copy(from: Readable, to: Writable): Promise<void> {
  from.pipe(to, { end: false });
  return new Promise((resolve) => {
    from.once("close", () => to.write("", () => resolve()));
  });
}

function interruptOn(cancelled: AbortSignal, child: ChildProcess): () => void {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    child.kill("SIGINT");
    timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  };
  if (cancelled.aborted) interrupt();
  else cancelled.addEventListener("abort", interrupt, { once: true });
  return () => {
    cancelled.removeEventListener("abort", interrupt);
    clearTimeout(timer);
  };
}
