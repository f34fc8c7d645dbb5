import type { Problem, Warning } from "../config/errors.ts";
import { callsIn } from "../procfile/call.ts";
import { celeryWarnings } from "../procfile/celery.ts";
import { daemonWarnings, managerWarnings, storeWarnings } from "../procfile/daemon.ts";
import { dialectWarnings } from "../procfile/dialect.ts";
import { endWarnings } from "../procfile/end.ts";
import { shellStaysParent } from "../procfile/exec.ts";
import {
  companionWarnings,
  migrationWarnings,
  periodicWarnings,
  processorWarnings,
  scheduledWarnings,
  shutdownWarnings,
} from "../procfile/line-warnings.ts";
import type { LineFinding } from "../procfile/line-finding.ts";
import { typeAsArgument, typeAsProgram } from "../procfile/mixed-lines.ts";
import { unusableFiles } from "../procfile/named-files.ts";
import { portOfNobody } from "../procfile/port.ts";
import type { ProcfileEntry } from "../procfile/procfile.ts";
import { refusedWarnings } from "../procfile/refused.ts";
import { selfWritingWarnings } from "../procfile/self-writing.ts";
import { isPreloaded } from "../procfile/server.ts";
import { parseShell } from "../procfile/shell.ts";
import { graceWarnings } from "../procfile/shutdown.ts";
import { sizeWarnings } from "../procfile/sizes.ts";
import { isPerCpuWorker, jobWarnings } from "../procfile/task-workers.ts";
import { buildWarnings, folderWarnings, outputWarnings } from "../procfile/writes.ts";
import { maxReplicasOf } from "../manifest/scaling.ts";
import type { ProcessContext, ProcessPlan } from "./process-plan.ts";
import { isScheduled, knownServer, WEB } from "./process-plan.ts";

/** What is wrong or doubtful in a process type. */
export interface ProcessFindings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  /** What is worth knowing and nothing to worry about. */
  readonly notes: readonly Warning[];
}

/** Everything that a Procfile line and its scale show before anything runs. */
export function processFindings(
  entry: ProcfileEntry,
  plan: ProcessPlan,
  context: ProcessContext,
): ProcessFindings {
  const { settings } = context;
  const at = ({ offset, message }: LineFinding) => ({
    location: shifted(entry.commandLocation, offset),
    message,
  });
  const { command, type } = entry;
  const mistake = settings.launcher === "shell" ? mistakeOf(command) : undefined;
  if (mistake) return { problems: [at(mistake)], warnings: [], notes: [] };
  const { port } = plan;
  return {
    problems: (port?.problems ?? []).map(at),
    warnings: [
      ...shellWarnings(entry, context),
      ...portWarningsOf(command, plan).map(at),
      ...celeryWarnings(command, settings.writable).map(at),
      ...(port ? [...migrationWarnings(command), ...companionWarnings(command)] : []).map(at),
      ...(port ? managerWarnings(command) : []).map(at),
      ...lineWarnings(command, context).map(at),
      ...shutdownWarnings(command, settings.env).map(at),
      ...periodicWarnings(command, maxReplicasOf(plan.scaling)).map(at),
      ...[...daemonWarnings(command), ...storeWarnings(command)].map(at),
      ...endingWarnings(command, plan, context).map(at),
      ...endWarnings(command, knownServer(plan), plan.pod.gracePeriodSeconds).map(at),
      ...(context.scale.workers === undefined
        ? processorWarnings(command, `dash-scale:scale.${type}.workers`).map(at)
        : []),
      ...sizeWarnings(plan, isPreloaded(command)),
      ...optionWarnings(plan, context),
      ...healthWarnings(entry, plan),
    ],
    notes: [
      ...frameworkNotes(entry, plan),
      ...(isPerCpuWorker(command, settings.env) ? [processesNote(plan)] : []),
    ],
  };
}

/** Grace periods against what programs do at SIGTERM. */
function endingWarnings(
  command: string,
  { type, gracefulTimeout: graceful }: ProcessPlan,
  { options: { gracePeriod } }: ProcessContext,
): LineFinding[] {
  const key = `dash-scale:processes.${type}.gracePeriod`;
  return [
    ...graceWarnings(command, { graceful, gracePeriod, key }),
    ...jobWarnings(command, gracePeriod, key),
  ];
}

function portWarningsOf(command: string, plan: ProcessPlan): readonly LineFinding[] {
  if (isScheduled(plan)) return scheduledWarnings(command, plan.type);
  return plan.port ? plan.port.warnings : portOfNobody(command, plan.type);
}

/** What is wrong or doubtful in the line of the release. */
export function releaseFindings(
  { command, commandLocation }: ProcfileEntry,
  context: Pick<ProcessContext, "settings" | "files">,
): Pick<ProcessFindings, "problems" | "warnings"> {
  const at = ({ offset, message }: LineFinding) => ({
    location: shifted(commandLocation, offset),
    message,
  });
  const mistake = context.settings.launcher === "shell" ? mistakeOf(command) : undefined;
  if (mistake) return { problems: [at(mistake)], warnings: [] };
  return { problems: [], warnings: lineWarnings(command, context, true).map(at) };
}

/** What the shell in the image may not know, and what cannot be written, in any line. */
function lineWarnings(
  command: string,
  { settings: { launcher, writable, env }, files }: Pick<ProcessContext, "settings" | "files">,
  isRelease = false,
): LineFinding[] {
  return [
    ...(launcher === "shell" ? dialectWarnings(command) : []),
    ...fileWarnings(command, writable),
    ...outputWarnings(command, writable),
    ...folderWarnings(command, writable),
    ...selfWritingWarnings(command, env, writable),
    ...refusedWarnings(command),
    ...typeAsArgument(command),
    ...buildWarnings(command, { writable, requirements: files.requirements }, isRelease),
  ];
}

function mistakeOf(command: string): LineFinding | undefined {
  const { unclosed, unexpected } = parseShell(command);
  if (!unclosed) return unexpected ?? typeAsProgram(command);
  const message = `${unclosed.what} is never closed, so the shell would refuse the line; close it`;
  return { offset: unclosed.offset, message };
}

function shifted(location: string, columns: number): string {
  const [, before = "", column = "1"] = /^(.*):(\d+)$/s.exec(location) ?? [];
  return `${before}:${Number(column) + columns}`;
}

/** Files that a line names in variables of its own. */
function fileWarnings(command: string, writable: readonly string[]): LineFinding[] {
  return callsIn(command).flatMap(({ variables, words }) =>
    unusableFiles(variables, writable).map(({ name, message }) => ({
      offset: words[0]?.start ?? 0,
      message: `${name} ${message}`,
    })),
  );
}

function shellWarnings(
  { command, commandLocation }: ProcfileEntry,
  { settings: { launcher } }: ProcessContext,
): Warning[] {
  if (launcher !== "shell" || !shellStaysParent(command)) return [];
  const message =
    "a compound line stays under its shell, which keeps SIGTERM for itself, so every stop takes the whole grace period; write exec before its last program";
  return [{ location: commandLocation, message }];
}

/** What the stack says of a process type that does not go with its line. */
function optionWarnings(plan: ProcessPlan, context: ProcessContext): Warning[] {
  const { type, port, scaling, pod } = plan;
  const { options } = context;
  const key = `dash-scale:processes.${type}`;
  const { health } = pod;
  const elsewhere =
    port !== undefined && "port" in health && health.port !== port.port
      ? [{ location: `${key}.health.port`, message: otherPort(type, port.port) }]
      : [];
  const isUnset =
    scaling.kind === "auto" && port === undefined && options.gracePeriod === undefined;
  const isOfAnyWorker =
    health.kind === "exec" &&
    PING.test(health.command.join(" ")) &&
    !TO_ONE.test(health.command.join(" "));
  return [
    ...portWarnings(plan, context),
    ...elsewhere,
    ...(isUnset
      ? [{ location: `${key}.gracePeriod`, message: noGrace(pod.gracePeriodSeconds) }]
      : []),
    ...(isOfAnyWorker ? [{ location: `${key}.health.exec`, message: ANY_WORKER }] : []),
  ];
}

function otherPort(type: string, port: number): string {
  return `health is checked on another port than ${port}, where ${type} listens and requests are sent; if ${type} listens there, write dash-scale:processes.${type}.port, or leave health.port out`;
}

/** What the stack says of the port where the command says another one. */
function portWarnings({ type, port }: ProcessPlan, { options }: ProcessContext): Warning[] {
  if (port === undefined || options.port === undefined || options.port === port.port) return [];
  const message = `got ${options.port}, but the command listens on ${port.port}, which everything follows; write $PORT there, or leave port out`;
  return [{ location: `dash-scale:processes.${type}.port`, message }];
}

/** https://github.com/kedacore/keda/issues/4907 and its like: the complaint met most often. */
function noGrace(seconds: number): string {
  return `is not set, and an autoscaler ends replicas in the middle of their tasks, which get ${seconds} s; set it to the length of the longest task`;
}

const PING = /\binspect\b.*\bping\b/;
const TO_ONE = /(^|\s)(-d|--destination)/;
/** Seen with celery 5.7: one of two workers stopped, and the ping exits with 0. */
const ANY_WORKER =
  'celery inspect ping without a destination is answered by any worker, so one that hangs is never restarted; write [sh, -c, "celery -A APP inspect ping -d celery@$HOSTNAME"]';

function healthWarnings(
  { location }: ProcfileEntry,
  { type, pod, framework }: ProcessPlan,
): Warning[] {
  const isKnown = type === WEB && framework.kind === "other" && pod.health.kind === "tcp";
  return isKnown ? [{ location, message: `${notDash(framework.name)}, so ${ONLY_TCP}` }] : [];
}

function frameworkNotes(
  { location }: ProcfileEntry,
  { pod, framework, type }: ProcessPlan,
): Warning[] {
  if (type !== WEB || framework.kind !== "unknown" || pod.health.kind !== "tcp") return [];
  return [
    {
      location,
      message: `nothing says whether this is a Dash app, so ${ONLY_TCP}; if it is one: dash-scale:app.framework: dash`,
    },
  ];
}

function processesNote({ type, pod }: ProcessPlan): Warning {
  const location = `dash-scale:scale.${type}.memory`;
  const message = `a worker of Celery has as many processes as the node has CPUs: how many is unknown here, and each has the app in the memory of the replica (${pod.memory}); write --concurrency N in the line, unless the app sets worker_concurrency`;
  return { location, message };
}

function notDash(name: string): string {
  return name === "" ? "the app is not a Dash app" : `the app is not a Dash app but ${name}`;
}

const ONLY_TCP =
  "its health check sees only that the port is open, which may be before the app has loaded; name a path that answers 200 when it has: dash-scale:processes.web.health.path";
