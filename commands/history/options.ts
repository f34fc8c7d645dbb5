import type { ChosenStack } from "../command-line.ts";
import {
  chosenStack,
  parsedFlags,
  refuseWords,
  STACK_FLAGS,
  STACK_USAGE,
  UsageError,
} from "../command-line.ts";
import { LOCAL_USAGE } from "../local.ts";

const DEFAULT_COUNT = 20;
const MAX_COUNT = 1_000;

export const USAGE = `Lists the updates of a stack, latest first: when, who, what it changed of the scale, how it ended, how long it took.

  npx dash-scale history                      the stack dev
  npx dash-scale history --stack production   another stack
  npx dash-scale scale --undo                 puts the scale of before back into the stack file

Pulumi notes the author of the commit; who ran it is known of updates that dash-scale itself has started.

${STACK_USAGE}${LOCAL_USAGE}
  --count N           so many at most; default: ${DEFAULT_COUNT}
  --json              prints JSON, for scripts
`;

export interface Options extends ChosenStack {
  readonly local: boolean;
  readonly count: number;
  readonly json: boolean;
}

const FLAGS = {
  ...STACK_FLAGS,
  local: { type: "boolean", default: false },
  count: { type: "string", default: String(DEFAULT_COUNT) },
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
  const count = Number(values.count);
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT)
    throw new UsageError(
      `--count: got ${JSON.stringify(values.count)}; expected a whole number from 1 to ${MAX_COUNT}`,
    );
  return { ...chosenStack(values), local, count, json };
}
