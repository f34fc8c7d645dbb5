import type { ConfigValue } from "../config/value.ts";
import type { CheckedSettings } from "../config/app.ts";
import type { CheckedProcess } from "../config/processes.ts";
import { checkProcess, NO_PROCESS_OPTIONS, PROCESSES } from "../config/processes.ts";
import type { CheckedScale } from "../config/scale.ts";
import { checkQueueReferences } from "../config/queue.ts";
import { checkReleaseScale, checkScale, DEFAULT_SCALE, SCALE } from "../config/scale.ts";
import type { CheckedService } from "../config/services.ts";
import { servicesOfType } from "../config/services.ts";
import type { Problem, Warning } from "../config/errors.ts";
import { didYouMean, listOr } from "../config/errors.ts";
import type { JobPlan } from "../manifest/job.ts";
import { withoutOption } from "../procfile/server.ts";
import { maxReplicasOf } from "../manifest/scaling.ts";
import { processFindings, releaseFindings } from "./process-findings.ts";
import type { ProcessContext, ProcessPlan } from "./process-plan.ts";
import { processPlan, WEB } from "./process-plan.ts";
import type { AppFiles } from "../procfile/app-files.ts";
import { filesOf, NO_FILES } from "../procfile/app-files.ts";
import type { Procfile, ProcfileEntry } from "../procfile/procfile.ts";
import { processType } from "../procfile/procfile.ts";

/** The formation of an app: which processes run, and how many replicas of each. */
export interface Formation {
  /** Runs once for each version; undefined where the Procfile has no release. */
  readonly release: JobPlan | undefined;
  /** In the order of the Procfile. */
  readonly processes: readonly ProcessPlan[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  readonly notes: readonly Warning[];
}

/** Runs once for each version instead of all the time. */
const RELEASE = "release";
const MAX_NAME_LENGTH = 63;

/**
 * What the stack says of process types, not checked yet: `dash-scale:scale` and
 * `dash-scale:processes`.
 */
export interface FormationConfig {
  readonly scale: ConfigValue;
  readonly processes: ConfigValue;
  /** Names of the environment variables that every process type has, plain and secret. */
  readonly variables: ReadonlySet<string>;
  readonly services: readonly CheckedService[];
}

/** The Procfile's process types, each as the stack has it. */
export function formation(
  files: AppFiles,
  config: FormationConfig,
  settings: CheckedSettings,
): Formation {
  const { procfile } = files;
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  const scales = byType(procfile, config.scale, SCALE.expected, (value, type) =>
    type === RELEASE ? checkReleaseScale(value) : checkScale(value, settings.maxReplicas),
  );
  const options = byType(procfile, config.processes, PROCESSES.expected, (value, type) =>
    type === RELEASE ? refuseRelease(value) : checkProcess(value, type === WEB),
  );
  const notes: Warning[] = unnamedNotes(procfile, new Set(scales.keys()));
  for (const found of procfile.entries.map((entry) => lineFindings(entry, files, settings))) {
    problems.push(...found.problems);
    warnings.push(...found.warnings);
  }
  problems.push(...config.services.flatMap((service) => unknownTypes(service, procfile)));
  const serviceNames = config.services.map(({ name }) => name);
  const processes = procfile.entries
    .filter(({ type }) => type !== RELEASE)
    .map((entry) => {
      const { type } = entry;
      const scale = scales.get(type);
      const context = {
        scale: scale?.checked ?? DEFAULT_SCALE,
        options: options.get(type)?.checked ?? NO_PROCESS_OPTIONS,
        settings,
        ...variablesOf(config, type),
        files: filesOf(entry.command, files),
        inCode: files.scripts.get(entry.command),
      };
      const plan = processPlan(entry, context);
      if (scale) checkFlags(scale.value, entry, { scale: scale.checked, server: plan.server });
      const found = processFindings(entry, plan, context);
      problems.push(...found.problems);
      warnings.push(...found.warnings);
      notes.push(...found.notes);
      const { variables } = context;
      if (scale) checkQueueReferences(scale.value, { variables, services: serviceNames });
      if (scale && plan.singleton && maxReplicasOf(plan.scaling) > 1)
        scale.value.problem(tooManyOf(plan));
      return plan;
    });
  const scale = scales.get(RELEASE)?.checked ?? DEFAULT_SCALE;
  const release = releasePlan(procfile, { scale, ...variablesOf(config, RELEASE), settings });
  return { release, processes, problems, warnings, notes };
}

/** What is wrong with a line itself. */
function lineFindings(
  entry: ProcfileEntry,
  files: AppFiles,
  settings: CheckedSettings,
): { readonly problems: readonly Problem[]; readonly warnings: readonly Warning[] } {
  const problems = problemsOf(entry, settings);
  if (entry.type !== RELEASE) return { problems, warnings: [] };
  const found = releaseFindings(entry, { settings, files: filesOf(entry.command, files) });
  return { problems: [...problems, ...found.problems], warnings: found.warnings };
}

/**
 * Heroku and Dokku start none of a process type that nobody scaled; here one replica runs, and
 * stays.
 */
function unnamedNotes({ entries }: Procfile, named: ReadonlySet<string>): Warning[] {
  const types = entries
    .map(({ type }) => type)
    .filter((type) => type !== WEB && type !== RELEASE && !named.has(type));
  if (types.length === 0) return [];
  const runs = types.length === 1 ? "runs as one replica" : "run as one replica each";
  const off = types.map((type) => `${type}: 0`).join(", ");
  const message = `${types.join(", ")} ${runs}, since the stack does not name ${types.length === 1 ? "it" : "them"}, and a program that ends is started again; to have none: { ${off} }`;
  return [{ location: "dash-scale:scale", message }];
}

/** What a process type has of variables that are not in the plain ones. */
function variablesOf(
  { variables, services }: FormationConfig,
  type: string,
): Pick<ProcessContext, "variables" | "services"> {
  const own = servicesOfType(services, type);
  const names = own.flatMap(({ env }) => Object.keys(env));
  return { services: own, variables: new Set([...variables, ...names]) };
}

function unknownTypes({ types, location }: CheckedService, procfile: Procfile): Problem[] {
  const known = procfile.entries.map(({ type }) => type);
  if (procfile.problems.length > 0 || known.length === 0) return [];
  return (types ?? [])
    .filter((type) => !known.includes(type))
    .map((type) => ({
      location: `${location}.types`,
      message: `the Procfile has no process type "${type}"; it has ${listOr(known)}.${didYouMean(type, known)}`,
    }));
}

function refuseRelease(value: ConfigValue): CheckedProcess {
  value.problem(
    "release is not a process that keeps running: it runs once for each version; leave it out",
  );
  return NO_PROCESS_OPTIONS;
}

/**
 * The `release` line as a Job: it has a size and no replicas, so that scaling others never runs it
 * again.
 */
function releasePlan(
  { entries }: Procfile,
  context: Pick<ProcessContext, "scale" | "variables" | "services" | "settings">,
): JobPlan | undefined {
  const entry = entries.find(({ type }) => type === RELEASE);
  if (!entry) return undefined;
  const { app, type, name, pod } = processPlan(entry, {
    ...context,
    scale: { ...context.scale, spread: "off" },
    options: NO_PROCESS_OPTIONS,
    files: NO_FILES,
    inCode: undefined,
  });
  return { app, type, name, pod, timeoutSeconds: context.settings.releaseTimeout };
}

function tooManyOf({ type, scaling }: ProcessPlan): string {
  return `got ${maxReplicasOf(scaling)} replicas of "${type}"; expected 1 or 0, since each replica of a scheduler runs every job; if it is not a scheduler, write dash-scale:processes.${type}.singleton: false`;
}

/** What a map of the stack says of a process type, before and after its check. */
interface OfType<Checked> {
  readonly value: ConfigValue;
  readonly checked: Checked;
}

/**
 * What a map of the stack says of each process type, by its DNS label, checked in the map's order.
 * The stack may use the Procfile's spelling too.
 */
function byType<Checked>(
  procfile: Procfile,
  config: ConfigValue,
  example: string,
  check: (value: ConfigValue, type: string) => Checked,
): Map<string, OfType<Checked>> {
  const types = procfile.entries.map(({ type }) => type);
  // A Procfile that was not read in full may well have what it seems to lack.
  const readInFull = procfile.problems.length === 0 && types.length > 0;
  const found = new Map<string, OfType<Checked>>();
  for (const [key, value] of config.entries(example)) {
    const type = processType(key);
    if (found.has(type)) value.problem(`"${type}" appears twice; keep one of the two`);
    if (readInFull && !types.includes(type)) {
      const known = types.filter((it) => it !== RELEASE);
      const hint = didYouMean(key, known);
      value.problem(`the Procfile has no process type "${key}"; it has ${listOr(known)}.${hint}`);
      if (type === RELEASE) continue;
    }
    found.set(type, { value, checked: check(value, type) });
  }
  return found;
}

function problemsOf(entry: ProcfileEntry, { name }: CheckedSettings): Problem[] {
  const problems: Problem[] = [];
  const objectName = `${name}-${entry.type}`;
  if (objectName.length > MAX_NAME_LENGTH) {
    const message = `got the object name "${objectName}" of ${objectName.length} characters; expected at most ${MAX_NAME_LENGTH}; shorten the process type or dash-scale:app.name`;
    problems.push({ location: entry.location, message });
  }
  return problems;
}

/** `workers` and `threads` are the server's. */
function checkFlags(
  given: ConfigValue,
  entry: ProcfileEntry,
  { scale, server }: { scale: CheckedScale; server: ProcessPlan["server"] },
): void {
  for (const name of withoutOption(entry.command, scale)) {
    // The server itself gets no such flag, but the proxy in front of the server counts by it.
    if (name === "threads" && server && server.threads.fallback === undefined) continue;
    const why = server
      ? `${server.name}, at ${entry.location}, has no option for ${name}`
      : `${entry.location} does not run a known server, such as gunicorn or uvicorn`;
    given.field(name).problem(`${why}; scale "${entry.type}" by replicas, memory or cpu`);
  }
}
