import type { CheckedSettings } from "../config/app.ts";
import { NO_PROCESS_OPTIONS } from "../config/processes.ts";
import type { CheckedScale } from "../config/scale.ts";
import { checkQueueReferences } from "../config/queue.ts";
import type { CheckedService } from "../config/services.ts";
import { servicesOfType } from "../config/services.ts";
import type { ConfigValue } from "../config/value.ts";
import type { Problem, Warning } from "../config/errors.ts";
import { didYouMean, listOr } from "../config/errors.ts";
import type { JobPlan } from "../manifest/job.ts";
import { withoutOption } from "../procfile/server.ts";
import { maxReplicasOf } from "../manifest/scaling.ts";
import { processFindings, releaseFindings } from "./process-findings.ts";
import type { ProcessContext, ProcessPlan } from "./process-plan.ts";
import { isRunning, isScheduled, processPlan, knownServer, WEB } from "./process-plan.ts";
import type { FormationConfig, OfType, TypeConfig } from "./type-config.ts";
import { RELEASE, typeConfig } from "./type-config.ts";
import type { AppFiles } from "../procfile/app-files.ts";
import { filesOf, NO_FILES } from "../procfile/app-files.ts";
import { endNote, scriptIn } from "../procfile/end.ts";
import type { Procfile, ProcfileEntry } from "../procfile/procfile.ts";

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

const MAX_NAME_LENGTH = 63;

/** The Procfile's process types, each as the stack has it. */
export function formation(
  files: AppFiles,
  config: FormationConfig,
  settings: CheckedSettings,
): Formation {
  const { procfile } = files;
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  const types = typeConfig(procfile, config, settings);
  for (const found of procfile.entries.map((entry) => lineFindings(entry, files, settings))) {
    problems.push(...found.problems);
    warnings.push(...found.warnings);
  }
  problems.push(...config.services.flatMap((service) => unknownTypes(service, procfile)));
  const notes: Warning[] = [];
  const processes = procfile.entries
    .filter(({ type }) => type !== RELEASE)
    .map((entry) => {
      const context = {
        ...types.of(entry.type),
        settings,
        ...variablesOf(config, entry.type),
        files: filesOf(entry.command, files),
        inCode: files.scripts.get(entry.command),
      };
      const plan = processPlan(entry, context);
      const found = processFindings(entry, plan, context);
      problems.push(...nameProblems(plan), ...found.problems);
      warnings.push(...found.warnings);
      notes.push(...found.notes);
      const scale = types.scaleOf(entry.type);
      if (scale) checkScaleOf(entry, plan, { scale, context, services: config.services });
      return plan;
    });
  const { scale } = types.of(RELEASE);
  const release = releasePlan(procfile, { scale, ...variablesOf(config, RELEASE), settings });
  return {
    release,
    processes,
    problems,
    warnings,
    notes: [...unnamedNotes(processes, types), ...notes, ...endNotes(procfile, processes)],
  };
}

/** What is wrong in the scale of a process type, as soon as its line is known. */
function checkScaleOf(
  entry: ProcfileEntry,
  plan: ProcessPlan,
  given: {
    readonly scale: OfType<CheckedScale>;
    readonly context: Pick<ProcessContext, "variables">;
    readonly services: readonly CheckedService[];
  },
): void {
  const { value, checked } = given.scale;
  if (isRunning(plan)) checkFlags(value, entry, { scale: checked, server: plan.server });
  const { variables } = given.context;
  checkQueueReferences(value, { variables, services: given.services.map(({ name }) => name) });
  if (plan.singleton && maxReplicasOf(plan.scaling) > 1) value.problem(tooManyOf(plan));
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
function unnamedNotes(processes: readonly ProcessPlan[], { scaleOf }: TypeConfig): Warning[] {
  const types = processes
    .filter((plan) => plan.type !== WEB && isRunning(plan) && !scaleOf(plan.type))
    .map(({ type }) => type);
  if (types.length === 0) return [];
  const runs = types.length === 1 ? "runs as one replica" : "run as one replica each";
  const off = types.map((type) => `${type}: 0`).join(", ");
  const message = `${types.join(", ")} ${runs}, since the stack does not name ${types.length === 1 ? "it" : "them"}, and a program that ends is started again; to have none: { ${off} }; to run one by the clock: dash-scale:processes.TYPE.schedule`;
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

/** Process types of which nobody but their author knows whether they end at SIGTERM. */
function endNotes({ entries }: Procfile, plans: readonly ProcessPlan[]): Warning[] {
  const scripts = entries.flatMap(({ type, command }) => {
    // One that runs by the clock is to end by itself.
    const plan = plans.filter(isRunning).find((it) => it.type === type);
    const script = plan && scriptIn(command, knownServer(plan));
    return script === undefined ? [] : [[type, script] as const];
  });
  if (scripts.length === 0) return [];
  return [{ location: "dash-scale:processes", message: endNote(scripts) }];
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

function problemsOf(entry: ProcfileEntry, { name }: CheckedSettings): Problem[] {
  const problems: Problem[] = [];
  const objectName = `${name}-${entry.type}`;
  if (objectName.length > MAX_NAME_LENGTH) {
    const message = `got the object name "${objectName}" of ${objectName.length} characters; expected at most ${MAX_NAME_LENGTH}; shorten the process type or dash-scale:app.name`;
    problems.push({ location: entry.location, message });
  }
  return problems;
}

/** Kubernetes names the Jobs of a CronJob after it, and adds 11 characters. */
const MAX_SCHEDULED_NAME_LENGTH = MAX_NAME_LENGTH - 11;

function nameProblems(plan: ProcessPlan): Problem[] {
  const { type, name } = plan;
  if (!isScheduled(plan) || name.length <= MAX_SCHEDULED_NAME_LENGTH) return [];
  const message = `got the object name "${name}" of ${name.length} characters; expected at most ${MAX_SCHEDULED_NAME_LENGTH} with a schedule; shorten the process type or dash-scale:app.name`;
  return [{ location: `dash-scale:processes.${type}.schedule`, message }];
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
