import process from "node:process";
import { parsedFlags, refuseSwallowed, UsageError } from "../command-line.ts";

export const USAGE = `Tells what somebody has changed by hand in the cluster since the last \`pulumi up\`. Changes nothing.

  npm run drift                         the stack dev
  npm run drift -- --stack production   another stack
  npm run drift -- --local              on the cluster of npm start

  -s, --stack NAME   the stack; default: dev
  --local            looks at the cluster of npm start, not where the stack's own context leads
  --json             prints JSON, for scripts

Exit status: 0 nothing has drifted, 2 something has, 1 it could not be found out.
`;

export interface Options {
  readonly help: boolean;
  /** As Pulumi is told it: maybe `organization/project/stack`. */
  readonly stack: string;
  readonly local: boolean;
  readonly json: boolean;
}

const FLAGS = {
  stack: { type: "string", short: "s" },
  local: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Reads a command line.
 *
 * @param env where npm puts a flag when the `--` before it was forgotten
 * @throws UsageError where something in it is not understood
 */
export function readOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Options {
  const { values, positionals } = parsedFlags(args, FLAGS);
  const { help, stack, local, json } = values;
  // Of --local npm leaves no trace: to npm it is a way to write --no-global.
  refuseSwallowed({ stack, json }, { command: "npm run drift", words: positionals, env });
  const [word] = positionals;
  if (word !== undefined)
    throw new UsageError(`found ${word}, where only flags are; a stack is given with --stack`);
  if (stack === "") throw new UsageError("--stack wants the name of a stack");
  return { help, stack: stack ?? "dev", local, json };
}
