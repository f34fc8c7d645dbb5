import { existsSync } from "node:fs";
import { throwIfAny } from "../../components/config/errors.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { WEB } from "../../components/plan/process-plan.ts";
import type { ProcfileEntry } from "../../components/procfile/procfile.ts";
import { parseProcfile, readProcfile } from "../../components/procfile/procfile.ts";
import { mustBeSingleton } from "../../components/procfile/singleton.ts";
import type { Project } from "../../infra/project.ts";
import type { Settled } from "../import/settle.ts";
import { planOf } from "../plan.ts";
import type { Environment, NewStack } from "./files.ts";
import { stackYaml } from "./files.ts";

/** What is known of an app before there is a stack file. */
export interface KnownApp {
  readonly entries: readonly ProcfileEntry[];
  /** What was read from another platform's files. */
  readonly settled: Settled | undefined;
}

/** What its stack files have besides. */
interface Named {
  readonly label: string;
  readonly image: string | undefined;
  /** The Procfile, relative to the project's folder. */
  readonly procfile: string;
}

/** A stack file to be: where it is to be, and for which environment. */
interface Target {
  readonly project: Project;
  readonly file: string;
  readonly environment: Environment;
}

/** Of a project beside an app, from the app's. */
export const FOLDER = "deploy";
const RELEASE = "release";

/**
 * The lines of a Procfile; undefined where there is none.
 *
 * @throws ConfigError with all mistakes in it
 */
export function entriesAt(file: string): readonly ProcfileEntry[] | undefined {
  if (!existsSync(file)) return undefined;
  const { entries, problems } = readProcfile(file);
  throwIfAny(problems);
  return entries;
}

/** The app that sources describe. */
export function appOf(settled: Settled, existing: readonly ProcfileEntry[] | undefined): KnownApp {
  if (existing) return { entries: existing, settled };
  const { entries, problems } = parseProcfile(settled.procfile ?? "");
  throwIfAny(problems);
  return { entries, settled };
}

/** Whether sources say which image runs. */
export function namesImage({ owners }: Settled): boolean {
  return owners.some(({ path }) => path.join(".") === "app.image");
}

/** What the stack files of an app are made from, the proxy where what it needs is known. */
export function stackOf(app: KnownApp, named: Named, target: Target): NewStack {
  const scheduled = scheduledTypes(app);
  const processes = app.entries
    .filter(({ type }) => type !== RELEASE && !scheduled.has(type))
    .map((entry) => ({ type: entry.type, singleton: mustBeSingleton(entry) }));
  const settings = app.settled?.settings ?? new Map<string, unknown>();
  const stack = { ...named, processes, settings, isCounted: false };
  const web = planFor(app, stack, target).processes.find(({ type }) => type === WEB);
  return { ...stack, isCounted: web?.workers !== undefined && web.threads !== undefined };
}

/** Types that run by the clock have no scale. */
function scheduledTypes({ settled }: KnownApp): ReadonlySet<string> {
  const paths = settled?.owners.map(({ path }) => path) ?? [];
  return new Set(paths.flatMap(([, type, key]) => (key === "schedule" && type ? [type] : [])));
}

/**
 * What is about to be written is checked as `dash-scale check` does, as if the secrets were set and
 * the Procfile there.
 */
export function planFor(
  { settled }: KnownApp,
  stack: NewStack,
  { project, file, environment }: Target,
): AppPlan {
  const text = settled?.procfile;
  const secrets = (settled?.secrets ?? []).map(({ name }): [string, unknown] => [name, HIDDEN]);
  const planned = {
    ...stack,
    ...(text !== undefined && { procfile: JSON.stringify({ text }) }),
    settings: new Map([...(stack.settings ?? []), ["secrets", new Map(secrets)]]),
  };
  return planOf({ text: stackYaml(planned, environment), file, project });
}

/** Stands for a value that nobody has given yet. */
const HIDDEN = { secure: "set later" };
