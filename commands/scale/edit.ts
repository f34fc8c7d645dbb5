import type { Project } from "../../infra/project.ts";
import { hasLocal } from "../local.ts";
import { hasCode, CommandError } from "../system/errors.ts";
import type { StackLocation } from "../stack-file.ts";
import { readText } from "../yaml.ts";
import type { Decision, StackFile } from "./decide.ts";
import { decide, decideScale } from "./decide.ts";
import { changedLines, changedLinesText } from "./lines.ts";
import { measured, restarted, restartsProxy } from "./measure.ts";
import type { Options } from "./options.ts";
import { comparisonText, heading, jsonText, warn } from "./print.ts";

/** Changes the scale in a stack file, reports the result, and returns the exit status. */
export async function edit(location: StackLocation, options: Options): Promise<number> {
  const decision = await carryOut(location, options);
  const written = decision.text !== undefined && !options.dryRun;
  tell(location, { ...decision, written }, options);
  return options.up ? up(options, location.project) : 0;
}

/** Decides under the lock, of the text that is then replaced. */
async function carryOut(location: StackLocation, options: Options): Promise<Outcome> {
  const { dryRun } = options;
  const decision = await deciderOf(location, options);
  let outcome: Outcome | undefined;
  const change = (text: string) => {
    outcome = { ...decision({ ...location, text }), old: text };
    return outcome.text;
  };
  if (dryRun) change(readText(location.file));
  else {
    const { editFile } = await import("./write.ts");
    await editFile(location.file, change);
  }
  if (!outcome) throw new Error("the stack file was not read");
  return outcome;
}

/** What is to become of a stack file's text, whatever that is by then. */
async function deciderOf(
  location: StackLocation,
  options: Options,
): Promise<(file: StackFile) => Decision> {
  const { words, confirm, undo } = options;
  if (!undo) return (file) => decide(file, words, confirm);
  const { earlierScale } = await import("./undo.ts");
  const scale = await earlierScale(location, options);
  return (file) => decideScale(file, scale, confirm);
}

interface Outcome extends Decision {
  /** The stack file's text before. */
  readonly old: string;
}

function tell(
  location: StackLocation,
  outcome: Outcome & { written: boolean },
  options: Options,
): void {
  const { before, after, old, text, written } = outcome;
  warn(after);
  const comparison = {
    before: before && measured(before),
    after: measured(after),
    restarts: before ? restarted(before, after) : [],
    proxyRestarts: before !== undefined && restartsProxy(before, after),
  };
  const lines = text === undefined ? [] : changedLines(old, text);
  const { stack, shown } = location;
  if (options.json) {
    const { dryRun } = options;
    const changed = text !== undefined;
    process.stdout.write(
      jsonText({ stack, file: shown, changed, written, dryRun, ...comparison, lines }),
    );
    return;
  }
  if (text === undefined) {
    process.stdout.write(`Nothing to do: ${shown} says so already.\n${unconfirmed(options)}`);
    return;
  }
  const broken = before ? "" : "The scale before could not run, so only the new one is shown.\n\n";
  process.stdout.write(
    `${heading(location)}\n\n${broken}${comparisonText(comparison)}\n\n${changedLinesText(lines)}\n\n`,
  );
  process.stdout.write(
    written ? writtenText(location, options) : "Dry run: nothing was written.\n",
  );
}

/** What runs in the cluster is not looked at here, so a change of an earlier day is not known. */
function unconfirmed({ confirm }: Options): string {
  return confirm
    ? "--confirm confirms only what this command changes. What runs is compared by pulumi preview: where it wants a confirmation, it prints the command for it.\n"
    : "";
}

function writtenText(
  { shown }: StackLocation,
  { stack, stackFile: path, up: isNext }: Options,
): string {
  const next =
    isNext || path !== undefined ? "" : ` Next: pulumi up --stack ${stack}${onLocal(stack)}`;
  return `Written to ${shown}.${next}\n`;
}

function onLocal(stack: string): string {
  return hasLocal() ? ` (on the local cluster: npx dash-scale local up --stack ${stack})` : "";
}

/**
 * The ordinary Pulumi with the ordinary login: what is scaled is whatever the stack's own context
 * leads to.
 */
async function up({ stack, yes }: Options, { folder }: Project): Promise<number> {
  const args = ["up", "--stack", stack, ...(yes ? ["--yes"] : [])];
  const { runInForeground } = await import("../system/children.ts");
  try {
    return await runInForeground("pulumi", args, { cwd: folder });
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    throw new CommandError(
      `There is no pulumi on the PATH, so the stack file was changed and the cluster was not. Install Pulumi, and run: pulumi up --stack ${stack}${onLocal(stack)}`,
    );
  }
}
