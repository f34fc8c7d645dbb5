import { ConfigError } from "../components/config/errors.ts";
import { UsageError } from "./command-line.ts";
import { CommandError, Interrupted } from "./system/errors.ts";

/** A command, as far as a message about its failure depends on it. */
interface Invocation {
  /** `npx dash-scale scale`. */
  readonly command: string;
  /** Whether a script asked for JSON, which goes to standard output. */
  readonly json: boolean;
  /** Exit status of a command line that is not understood. */
  readonly usageStatus: number;
}

/** What a command says at its end, and how it ends. */
interface Explanation {
  readonly status: number;
  readonly stderr: string;
  readonly stdout?: string;
}

/** Writes what has ended a command, and returns the exit status. */
export function explain(error: unknown, call: Invocation): number {
  const { status, stderr, stdout = "" } = explanation(error, call);
  process.stderr.write(stderr);
  process.stdout.write(stdout);
  return status;
}

export function explanation(
  error: unknown,
  { command, json, usageStatus }: Invocation,
): Explanation {
  if (error instanceof Interrupted)
    return { status: error.exitStatus, stderr: `${error.message}\n` };
  if (error instanceof UsageError) {
    const stderr = `${error.message}\nHow to use it: ${command} --help\n`;
    return { status: usageStatus, stderr };
  }
  if (error instanceof ConfigError) {
    const stdout = `${JSON.stringify({ problems: error.problems }, undefined, 2)}\n`;
    return { status: 1, stderr: `${error.message}\n`, ...(json && { stdout }) };
  }
  if (error instanceof CommandError) return { status: 1, stderr: `${error.message}\n` };
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: 1, stderr: `${trace}\n\n${REPORT}\n` };
}

const REPORT =
  "This is a bug in dash-scale. Please report it, with the lines above and the command that you ran.";
