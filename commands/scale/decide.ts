import { isMap } from "../../components/config/is-map.ts";
import { isDeepStrictEqual } from "node:util";
import { costOf } from "../../components/cost/cost.ts";
import type { Problem } from "../../components/config/errors.ts";
import { attempted, ConfigError, throwIfAny } from "../../components/config/errors.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { planStack } from "../../components/plan/app-plan.ts";
import { processType } from "../../components/procfile/procfile.ts";
import type { ScaleDown } from "../../components/guards/scale-down.ts";
import { scaleDowns, missingConfirmations } from "../../components/guards/scale-down.ts";
import { stackArgs } from "../../infra/config.ts";
import type { Project } from "../../infra/project.ts";
import type { StackConfiguration } from "../stack-file.ts";
import { stackConfiguration } from "../stack-file.ts";
import type { Change } from "./change.ts";
import { changesOf, misreadings, notFixed, withChanges } from "./change.ts";
import { changesTo } from "./restore.ts";
import { Uneditable } from "./splice.ts";
import { withChangesIn } from "./stack-text.ts";
import { readWords } from "./words.ts";

const SCALE = "dash-scale:scale";
const CONFIRM = "dash-scale:confirm";

/** A stack file as it was read. */
export interface StackFile {
  readonly text: string;
  /** Its path, by which its stack is known. */
  readonly file: string;
  /** As messages call it. */
  readonly shown: string;
  readonly project: Project;
}

/** What words on the command line come to. */
export interface Decision {
  /** Undefined where what stands there now cannot run. */
  readonly before: AppPlan | undefined;
  readonly after: AppPlan;
  /** The stack file's new text; undefined where there is nothing to do. */
  readonly text: string | undefined;
}

/** What was worked out of a stack file before a change. */
interface Basis {
  readonly stack: StackFile;
  readonly configuration: StackConfiguration;
  /** What the file says now, or all that is wrong with it. */
  readonly now: AppPlan | ConfigError;
  /** Whether a scale-down that needs it is confirmed in the stack file, too. */
  readonly confirms: boolean;
}

function basisOf(stack: StackFile, confirms: boolean): Basis {
  const configuration = stackConfiguration(stack.text, stack.file, stack.project.name);
  const now = attempted(() => planStack(stackArgs(configuration, stack.project)));
  return { stack, configuration, now, confirms };
}

/** What stands below `dash-scale:scale` in a stack file. */
export function scaleIn(stack: StackFile): unknown {
  return mapIn(stackConfiguration(stack.text, stack.file, stack.project.name), SCALE);
}

/**
 * Works out how the scale becomes what it was once, checked as {@link decide} does. Process types
 * that the Procfile no longer has are left out.
 *
 * @throws ConfigError with all that is wrong with that scale now
 */
export function decideScale(stack: StackFile, scale: unknown, confirms = false): Decision {
  const basis = basisOf(stack, confirms);
  const types = basis.now instanceof ConfigError ? undefined : new Set(basis.now.commands.keys());
  const { changes, problems } = changesTo(scale, mapIn(basis.configuration, SCALE), types);
  return decided(basis, changes, { problems, hints: [] });
}

/**
 * Works out a change of the scale, checked as `pulumi up` would check it. What ran before is what
 * the stack file says now.
 *
 * @param confirms whether a scale-down that needs it is confirmed in the stack file, too
 * @throws ConfigError with all that is wrong, in the words and in what would come of them
 */
export function decide(stack: StackFile, words: readonly string[], confirms = false): Decision {
  const { edits, ...read } = readWords(words);
  const basis = basisOf(stack, confirms);
  const { now, configuration } = basis;
  // More or less than what?
  if (now instanceof ConfigError && edits.some(({ kind }) => kind === "more"))
    throw new ConfigError([...read.problems, ...now.problems]);
  const running = now instanceof ConfigError ? [] : now.processes;
  const problems = [...read.problems, ...notFixed(edits, running)];
  const types = running.map(({ type }) => type);
  const changes = changesOf(edits, mapIn(configuration, SCALE), running);
  return decided(basis, changes, { problems, hints: misreadings(edits, types) });
}

/** @param said what is wrong in what was asked for; hints count only beside other mistakes */
function decided(
  { stack, configuration, now, confirms }: Basis,
  changes: readonly Change[],
  said: { readonly problems: readonly Problem[]; readonly hints: readonly Problem[] },
): Decision {
  const before = now instanceof ConfigError ? undefined : now;
  const scaled = withScaleValue(configuration, withChanges(mapIn(configuration, SCALE), changes));
  const after = attempted(() => planStack(stackArgs(scaled, stack.project)));
  if (after instanceof ConfigError)
    throw new ConfigError([...said.problems, ...after.problems, ...said.hints]);
  const open = before ? toConfirm(before, after) : [];
  throwIfAny([...said.problems, ...(confirms ? [] : missingHere(open, after))]);
  const effective = changes.filter(({ key }) => !isSame(key, before, after));
  if (effective.length === 0) return { before, after, text: undefined };
  return { before, after, text: edited(stack, effective, confirmationsOf(open, configuration)) };
}

/** Scale-downs that `pulumi up` would want to be confirmed. */
function toConfirm(before: AppPlan, after: AppPlan): ScaleDown[] {
  const { confirms, confirmations } = after.guards;
  if (!confirms) return [];
  return scaleDowns(costOf(before), costOf(after)).filter(
    ({ type, change }) => confirmations.get(type) !== change,
  );
}

function missingHere(open: readonly ScaleDown[], { guards }: AppPlan): Problem[] {
  return missingConfirmations(open, guards.confirmations).map(({ location, message }) => ({
    location,
    message: `${message}; or add --confirm here`,
  }));
}

function confirmationsOf(open: readonly ScaleDown[], stack: StackConfiguration): Change[] {
  const there = mapIn(stack, CONFIRM);
  const keys = isMap(there) ? Object.keys(there) : [];
  return open.map(({ type, change }) => ({
    key: keys.find((key) => processType(key) === type) ?? type,
    fields: { replicas: change },
  }));
}

function edited(
  { text, shown, project }: StackFile,
  changes: readonly Change[],
  confirmations: readonly Change[],
): string {
  try {
    const scaled = withChangesIn(text, changes, { map: SCALE, project: project.name });
    return withChangesIn(scaled, confirmations, { map: CONFIRM, project: project.name });
  } catch (error) {
    if (!(error instanceof Uneditable)) throw error;
    const lines = text.slice(0, error.offset).split("\n");
    const location = `${shown}:${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
    throw new ConfigError([{ location, message: `edit it by hand: ${error.message}` }]);
  }
}

function mapIn({ values }: StackConfiguration, key: string): unknown {
  const text = values[key];
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function withScaleValue(stack: StackConfiguration, scale: unknown): StackConfiguration {
  if (scale === undefined) return stack;
  return { ...stack, values: { ...stack.values, [SCALE]: JSON.stringify(scale) } };
}

function isSame(key: string, before: AppPlan | undefined, after: AppPlan): boolean {
  const type = processType(key);
  const of = ({ processes, release }: AppPlan) =>
    [...processes, release].find((it) => it?.type === type);
  return before !== undefined && isDeepStrictEqual(of(before), of(after));
}
