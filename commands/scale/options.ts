import { resolve } from "node:path";
import process from "node:process";
import { parsedFlags, refuseSwallowed, UsageError } from "../command-line.ts";

export const USAGE = `Shows the scale of a stack, or changes it in the stack file.

  npm run scale                              what runs, and what it comes to
  npm run scale -- web=4                     four replicas of web
  npm run scale -- web+2 worker-1            two more of web, one less of worker
  npm run scale -- web=2:1Gi                 two replicas of web with 1Gi memory each
  npm run scale -- web.workers=3 web.cpu=1   gunicorn workers and CPU of each replica of web

Fields: replicas, workers, threads, memory, cpu, storage, spread. Everything is checked first, as \`pulumi up\` does;
where anything is wrong, nothing is written. \`worker-1\` always means one less of worker.

  -s, --stack NAME    the stack; default: dev
  --stack-file PATH   a stack file anywhere, instead of --stack
  --dry-run           shows what would change, and writes nothing
  --confirm           confirms a scale-down of more than half in the stack file, too, where the stack's guards ask for it
  --up                then runs \`pulumi up --stack NAME\`
  -y, --yes           with --up: without asking
  --json              prints JSON, for scripts
`;

/** What was typed, apart from its words being understood. */
export interface Options {
  readonly help: boolean;
  /** As Pulumi is told it: maybe `organization/project/stack`. */
  readonly stack: string;
  readonly stackFile: string | undefined;
  readonly dryRun: boolean;
  readonly confirm: boolean;
  readonly up: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly words: readonly string[];
}

const FLAGS = {
  stack: { type: "string", short: "s" },
  "stack-file": { type: "string" },
  "dry-run": { type: "boolean", default: false },
  confirm: { type: "boolean", default: false },
  up: { type: "boolean", default: false },
  yes: { type: "boolean", short: "y", default: false },
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
  const { help, up, yes, json, confirm } = values;
  const { stack, "stack-file": path, "dry-run": dryRun } = values;
  const call = { command: "npm run scale", words: positionals, env };
  const flags = { stack, "stack-file": path, up, json, confirm, "dry-run": dryRun };
  refuseSwallowed(flags, call, isChange);
  if (stack !== undefined && path !== undefined)
    throw new UsageError("give --stack or --stack-file, not both");
  if (stack === "") throw new UsageError("--stack wants the name of a stack");
  if (up) refuseUp({ dryRun, json, path, words: positionals });
  if (yes && !up) throw new UsageError("--yes is for --up: it is Pulumi that asks");
  // npm runs scripts in the project's root; a path is meant from where it was typed.
  const stackFile = path === undefined ? undefined : resolve(env["INIT_CWD"] ?? "", path);
  const stackName = stack ?? "dev";
  return { help, stack: stackName, stackFile, dryRun, confirm, up, yes, json, words: positionals };
}

function isChange(word: string): boolean {
  return /[=+]|-\d+$/.test(word);
}

function refuseUp(given: {
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly path: string | undefined;
  readonly words: readonly string[];
}): void {
  if (given.dryRun)
    throw new UsageError("--dry-run changes nothing, so --up has nothing to bring up");
  if (given.json) throw new UsageError("--up prints what Pulumi prints, which is no JSON");
  if (given.path !== undefined) throw new UsageError("--up needs a stack: give --stack");
  if (given.words.length === 0)
    throw new UsageError("--up wants something to change, such as web=4; else run pulumi up");
}
