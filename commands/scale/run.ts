import { basename, relative } from "node:path";
import process from "node:process";
import type { AppPlan } from "../../components/plan.ts";
import { hasCode, CommandError } from "../system/errors.ts";
import { runInForeground } from "../system/children.ts";
import { projectName, ROOT, stackFile, textOf } from "../stack-file.ts";
import type { Decision, StackFile } from "./decide.ts";
import { decide, planOf } from "./decide.ts";
import { changedLines, changedLinesText } from "./lines.ts";
import { measured, restarted, restartsQueue } from "./measure.ts";
import type { Options } from "./options.ts";
import { comparisonText, formationText } from "./print.ts";
import { editFile } from "./write.ts";

/** A stack file, before it is read. */
interface Place {
  readonly stack: string;
  readonly file: string;
  readonly shown: string;
}

/** Runs `npm run scale` and returns its exit status. */
export async function run(options: Options): Promise<number> {
  const place = placeOf(options);
  if (options.words.length === 0) {
    show(place, options);
    return 0;
  }
  const decision = await carryOut(place, options);
  const written = decision.text !== undefined && !options.dryRun;
  tell(place, { ...decision, written }, options);
  return options.up ? up(options) : 0;
}

function placeOf({ stack, stackFile: path }: Options): Place {
  // `organization/project/stack`: the file is named after the last part.
  const name = stack.split("/").at(-1) ?? stack;
  const file = path ?? stackFile(name);
  const fromFile = /^Pulumi\.(.+)\.ya?ml$/.exec(basename(file))?.[1] ?? basename(file);
  return {
    stack: path === undefined ? name : fromFile,
    file,
    shown: relative(process.cwd(), file),
  };
}

function read(place: Place, text = textOf(place.file)): StackFile {
  return { ...place, text, project: projectName() };
}

function show(place: Place, { json }: Options): void {
  const plan = planOf(read(place));
  warn(plan);
  const measures = measured(plan);
  const { stack, shown } = place;
  if (json) print(jsonText({ stack, file: shown, ...measures }));
  else print(`${heading(place)}\n\n${formationText(measures, process.stdout.columns ?? 80)}\n`);
}

/** Decides under the lock, of the text that is then replaced. */
async function carryOut(place: Place, { words, dryRun, confirm }: Options): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const edit = (text: string) => {
    outcome = { ...decide(read(place, text), words, confirm), old: text };
    return outcome.text;
  };
  if (dryRun) edit(textOf(place.file));
  else await editFile(place.file, edit);
  if (!outcome) throw new Error("the stack file was not read");
  return outcome;
}

interface Outcome extends Decision {
  /** The stack file's text before. */
  readonly old: string;
}

function tell(place: Place, outcome: Outcome & { written: boolean }, options: Options): void {
  const { before, after, old, text, written } = outcome;
  warn(after);
  const comparison = {
    before: before && measured(before),
    after: measured(after),
    restarts: before ? restarted(before, after) : [],
    queueRestarts: before !== undefined && restartsQueue(before, after),
  };
  const lines = text === undefined ? [] : changedLines(old, text);
  const { stack, shown } = place;
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
    `${heading(place)}\n\n${broken}${comparisonText(comparison)}\n\n${changedLinesText(lines)}\n\n`,
  );
  print(written ? writtenText(place, options) : "Dry run: nothing was written.\n");
}

function writtenText({ shown }: Place, { stack, stackFile: path, up: isNext }: Options): string {
  const next =
    isNext || path !== undefined
      ? ""
      : ` Next: pulumi up --stack ${stack} (on the cluster of npm start: npm run up -- --stack ${stack})`;
  return `Written to ${shown}.${next}\n`;
}

function heading({ stack, shown }: Place): string {
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
      `There is no pulumi on the PATH, so the stack file is as you want it and the cluster is not. Install Pulumi, or, for the cluster of npm start, run: npm run up -- --stack ${stack}`,
    );
  }
}
