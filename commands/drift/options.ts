import type { ChosenStack } from "../command-line.ts";
import {
  chosenStack,
  parsedFlags,
  refuseWords,
  STACK_FLAGS,
  STACK_USAGE,
  UsageError,
} from "../command-line.ts";
import { hasLocal, LOCAL_USAGE } from "../local.ts";

/**
 * Exit status where drift could not be looked for; not {@link DRIFTED}, which a pipeline acts on.
 */
export const NOT_FOUND_OUT = 1;
/** Exit status where something has drifted. */
export const DRIFTED = 2;

const LOCAL_EXAMPLE = hasLocal()
  ? "\n  npx dash-scale drift --local              on the local cluster"
  : "";
export const USAGE = `Reports what somebody has changed by hand in the cluster since the last \`pulumi up\`. Changes nothing.

  npx dash-scale drift                      the stack dev
  npx dash-scale drift --stack production   another stack${LOCAL_EXAMPLE}

${STACK_USAGE}${LOCAL_USAGE}
  --json              prints JSON, for scripts

Exit status: 0 nothing has drifted, ${DRIFTED} something has, ${NOT_FOUND_OUT} it could not be found out.
`;

export interface Options extends ChosenStack {
  readonly local: boolean;
  readonly json: boolean;
}

const FLAGS = {
  ...STACK_FLAGS,
  local: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/**
 * Reads a command line.
 *
 * @throws UsageError where something in it is not understood
 */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsedFlags(args, FLAGS);
  const { local, json } = values;
  refuseWords(positionals);
  const chosen = chosenStack(values);
  if (local && chosen.stackFile !== undefined)
    throw new UsageError("--local needs a stack: give --stack");
  return { ...chosen, local, json };
}
