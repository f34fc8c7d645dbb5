import process from "node:process";
import type { AppPlan } from "../../components/plan.ts";
import { ROOT } from "../../infra/root.ts";
import { hasLocal } from "../local.ts";
import { hasCode, CommandError } from "../system/errors.ts";
import { runInForeground } from "../system/children.ts";
import type { StackLocation } from "../stack-file.ts";
import { locateStack, projectName, textOf } from "../stack-file.ts";
import type { Decision, StackFile } from "./decide.ts";
import { decide, planOf } from "./decide.ts";
import { changedLines, changedLinesText } from "./lines.ts";
import { measured, restarted, restartsQueue } from "./measure.ts";
import type { Options } from "./options.ts";
import { comparisonText, formationText } from "./print.ts";
import { editFile } from "./write.ts";

/** Runs `dash-scale scale` and returns its exit status. */
export async function run(options: Options): Promise<number> {
  const location = locateStack(options);
  if (options.words.length === 0) {
    show(location, options);
    return 0;
  }
  const decision = await carryOut(location, options);
  const written = decision.text !== undefined && !options.dryRun;
  tell(location, { ...decision, written }, options);
  return options.up ? up(options) : 0;
}

function read(location: StackLocation, text = textOf(location.file)): StackFile {
  return { ...location, text, project: projectName() };
}

function show(location: StackLocation, { json }: Options): void {
  const plan = planOf(read(location));
  warn(plan);
  const measures = measured(plan);
  const { stack, shown } = location;
  if (json) print(jsonText({ stack, file: shown, ...measures }));
  else print(`${heading(location)}\n\n${formationText(measures, process.stdout.columns ?? 80)}\n`);
}

/** Decides under the lock, of the text that is then replaced. */
async function carryOut(
  location: StackLocation,
  { words, dryRun, confirm }: Options,
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const edit = (text: string) => {
    outcome = { ...decide(read(location, text), words, confirm), old: text };
    return outcome.text;
  };
  if (dryRun) edit(textOf(location.file));
  else await editFile(location.file, edit);
  if (!outcome) throw new Error("the stack file was not read");
  return outcome;
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
    queueRestarts: before !== undefined && restartsQueue(before, after),
  };
  const lines = text === undefined ? [] : changedLines(old, text);
  const { stack, shown } = location;
  if (options.json) {
    const { dryRun } = options;
    const changed = text !== undefined;
    print(jsonText({ stack, file: shown, changed, written, dryRun, ...comparison, lines }));
    return;
  }
  if (text === undefined) {
    print(`Nothing to do: ${shown} says so already.\n`);
    return;
  }
  const broken = before ? "" : "What stood there could not run, so there is no before.\n\n";
  print(
    `${heading(location)}\n\n${broken}${comparisonText(comparison)}\n\n${changedLinesText(lines)}\n\n`,
  );
  print(written ? writtenText(location, options) : "Dry run: nothing was written.\n");
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

function heading({ stack, shown }: StackLocation): string {
  return `Stack ${stack} (${shown})`;
}

function warn({ warnings }: AppPlan): void {
  for (const { place, message } of warnings)
    process.stderr.write(`warning: ${place}: ${message}\n`);
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}

/** The ordinary Pulumi with the ordinary login: what is scaled is whatever the stack's own context leads to. */
async function up({ stack, yes }: Options): Promise<number> {
  const args = ["up", "--stack", stack, ...(yes ? ["--yes"] : [])];
  try {
    return await runInForeground("pulumi", args, { cwd: ROOT });
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    throw new CommandError(
      `There is no pulumi on the PATH, so the stack file is as you want it and the cluster is not. Install Pulumi, and run: pulumi up --stack ${stack}${onLocal(stack)}`,
    );
  }
}
