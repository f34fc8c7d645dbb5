import { resolve } from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { didYouMean } from "../components/config/errors.ts";

/** A command line that is not understood. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/**
 * Reads flags and words.
 *
 * @throws UsageError where there is no such flag, with the one that was likely meant
 */
export function parsedFlags<const Flags extends ParseArgsOptionsConfig>(
  args: readonly string[],
  flags: Flags,
) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true });
  } catch (error) {
    const long = [...Object.keys(flags), "help"].map((flag) => `--${flag}`);
    const short = Object.values(flags).flatMap((flag) => (flag.short ? [`-${flag.short}`] : []));
    const unknown = args
      .map((word) => word.replace(/=.*$/s, ""))
      .find((word) => word.startsWith("-") && ![...long, ...short].includes(word));
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      unknown === undefined ? reason : `unknown option ${unknown}.${didYouMean(unknown, long)}`,
    );
  }
}

/** @throws UsageError where there is a word on a command line that takes flags only */
export function refuseWords([word]: readonly string[]): void {
  if (word !== undefined)
    throw new UsageError(`got ${word}; expected options only. A stack is given with --stack`);
}

/** The flags by which a user chooses the stack of a command. */
export const STACK_FLAGS = {
  stack: { type: "string", short: "s" },
  "stack-file": { type: "string" },
} as const;

/** The lines of a usage text about them. */
export const STACK_USAGE = `\
  -s, --stack NAME    the stack; default: dev
  --stack-file PATH   a stack file anywhere, instead of --stack`;

const DEFAULT_STACK = "dev";

/** Which stack a command line is about. */
export interface ChosenStack {
  /** The stack's name for Pulumi: maybe `organization/project/stack`. */
  readonly stack: string;
  /** A stack file that was given instead. */
  readonly stackFile: string | undefined;
}

/** @throws UsageError where both were given, or an empty name */
export function chosenStack(given: {
  readonly stack?: string | undefined;
  readonly "stack-file"?: string | undefined;
}): ChosenStack {
  const { stack = DEFAULT_STACK, "stack-file": path } = given;
  if (given.stack !== undefined && path !== undefined)
    throw new UsageError("give --stack or --stack-file, not both");
  if (stack === "") throw new UsageError("--stack needs the name of a stack");
  return { stack, stackFile: path === undefined ? undefined : resolve(path) };
}
