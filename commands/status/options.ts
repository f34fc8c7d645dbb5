import type { ChosenStack } from "../command-line.ts";
import {
  chosenStack,
  parsedFlags,
  refuseWords,
  STACK_FLAGS,
  STACK_USAGE,
} from "../command-line.ts";
import { LOCAL_USAGE } from "../local.ts";

export const USAGE = `Shows how a stack stands: for each process type the replicas that the stack file wants, those that the last \`pulumi up\`
applied, and those that run; on which nodes; what they use, where the cluster has metrics; restarts of the last hour.
Changes nothing.

  npx dash-scale status                      the stack dev
  npx dash-scale status --stack production   another stack
  npx dash-scale status --watch              again at each change, until Ctrl-C
  npx dash-scale status --advice             and what to change, with the figure that says so

${STACK_USAGE}${LOCAL_USAGE}
  -w, --watch         goes on, and prints the whole again at each change
  --advice            adds what to change by what was seen, each with its command; looks longer with --watch
  --json              prints JSON, for scripts; with --watch a line for each change

Exit status: 0, and 1 where the cluster does not answer.
`;

export interface Options extends ChosenStack {
  readonly local: boolean;
  readonly watch: boolean;
  readonly advice: boolean;
  readonly json: boolean;
}

const FLAGS = {
  ...STACK_FLAGS,
  local: { type: "boolean", default: false },
  watch: { type: "boolean", short: "w", default: false },
  advice: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/**
 * Reads a command line.
 *
 * @throws UsageError where something in it is not understood
 */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsedFlags(args, FLAGS);
  const { local, watch, advice, json } = values;
  refuseWords(positionals);
  return { ...chosenStack(values), local, watch, advice, json };
}
