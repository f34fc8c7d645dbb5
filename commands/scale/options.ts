import type { ChosenStack } from "../command-line.ts";
import {
  chosenStack,
  parsedFlags,
  refuseWords,
  STACK_FLAGS,
  STACK_USAGE,
  UsageError,
} from "../command-line.ts";
import { hasLocal } from "../local.ts";
import { SCALE_FIELDS } from "./fields.ts";

const UNDO_LOCAL = hasLocal() ? "; with --local, of the local cluster" : "";

export const USAGE = `Shows the scale of a stack, or changes it in the stack file.

  npx dash-scale scale                           what runs, and the total
  npx dash-scale scale web=4                     four replicas of web
  npx dash-scale scale web+2 worker-1            two more of web, one less of worker
  npx dash-scale scale web=2:1Gi                 two replicas of web with 1Gi memory each
  npx dash-scale scale web.workers=3 web.cpu=1   gunicorn workers and CPU of each replica of web
  npx dash-scale scale --undo                    the scale of the last update that had another one

Fields: ${SCALE_FIELDS}.
\`web.min=2 web.max=8 web.cpu=70\` has an autoscaler choose the replicas by CPU, \`web.concurrency=70\` by requests, and
\`web=4\` fixes them again. Everything is checked first, as \`pulumi up\` does; where anything is wrong, nothing is
written. \`worker-1\` always means one less of worker.

${STACK_USAGE}
  --undo              puts back the scale that \`npx dash-scale history\` has of before${UNDO_LOCAL}
  --dry-run           shows what would change, and writes nothing
  --confirm           confirms a scale-down of more than half in the stack file, too, where the stack's guards ask for it
  --up                then runs \`pulumi up --stack NAME\`
  -y, --yes           with --up: without asking
  --json              prints JSON, for scripts
`;

/** What was typed, apart from its words being understood. */
export interface Options extends ChosenStack {
  readonly undo: boolean;
  /** Whether the history is that of the local cluster. */
  readonly local: boolean;
  readonly dryRun: boolean;
  readonly confirm: boolean;
  readonly up: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly words: readonly string[];
}

const FLAGS = {
  ...STACK_FLAGS,
  undo: { type: "boolean", default: false },
  local: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  confirm: { type: "boolean", default: false },
  up: { type: "boolean", default: false },
  yes: { type: "boolean", short: "y", default: false },
  json: { type: "boolean", default: false },
} as const;

/**
 * Reads a command line.
 *
 * @throws UsageError where something in it is not understood
 */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals: words } = parsedFlags(args, FLAGS);
  const { undo, local, up, yes, json, confirm, "dry-run": dryRun } = values;
  const chosen = chosenStack(values);
  if (undo) refuseWords(words);
  if (local && !undo) throw new UsageError("--local is for --undo: the stack file is the same");
  if (up)
    refuseUp({ dryRun, json, stackFile: chosen.stackFile, nothing: !undo && words.length === 0 });
  if (yes && !up) throw new UsageError("--yes is for --up: it is Pulumi that asks");
  return { ...chosen, undo, local, dryRun, confirm, up, yes, json, words };
}

function refuseUp(
  given: Pick<Options, "dryRun" | "json" | "stackFile"> & { readonly nothing: boolean },
): void {
  if (given.dryRun)
    throw new UsageError("--dry-run changes nothing, so --up has nothing to bring up");
  if (given.json) throw new UsageError("--up prints what Pulumi prints, which is not JSON");
  if (given.stackFile !== undefined) throw new UsageError("--up needs a stack: give --stack");
  if (given.nothing)
    throw new UsageError(
      "--up needs something to change, such as web=4; without a change, run pulumi up",
    );
}
