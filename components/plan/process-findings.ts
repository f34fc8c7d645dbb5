import type { Problem, Warning } from "../config/errors.ts";
import { celeryWarnings } from "../procfile/celery.ts";
import { shellStaysParent } from "../procfile/exec.ts";
import {
  migrationWarnings,
  processorWarnings,
  shutdownWarnings,
} from "../procfile/line-warnings.ts";
import type { LineFinding } from "../procfile/line-finding.ts";
import { portOfNobody } from "../procfile/port.ts";
import type { ProcfileEntry } from "../procfile/procfile.ts";
import { parseShell } from "../procfile/shell.ts";
import { sizeWarnings } from "../procfile/sizes.ts";
import type { ProcessContext, ProcessPlan } from "./process-plan.ts";
import { WEB } from "./process-plan.ts";

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
      ...(port ? port.warnings : portOfNobody(command, type)).map(at),
      ...celeryWarnings(command, []).map(at),
      ...(port ? migrationWarnings(command) : []).map(at),
      ...shutdownWarnings(command, settings.env).map(at),
      ...(context.scale.workers === undefined
        ? processorWarnings(command, `dash-scale:scale.${type}.workers`).map(at)
        : []),
      ...sizeWarnings(plan),
      ...optionWarnings(plan, context),
      ...healthWarnings(entry, plan),
    ],
    notes: frameworkNotes(entry, plan),
  };
}

function mistakeOf(command: string): LineFinding | undefined {
  const { unclosed, unexpected } = parseShell(command);
  if (!unclosed) return unexpected;
  const message = `${unclosed.what} is never closed, so the shell would refuse the line; close it`;
  return { offset: unclosed.offset, message };
}

function shifted(location: string, columns: number): string {
  const [, before = "", column = "1"] = /^(.*):(\d+)$/s.exec(location) ?? [];
  return `${before}:${Number(column) + columns}`;
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
function optionWarnings(
  { type, port, scaling, pod }: ProcessPlan,
  { options }: ProcessContext,
): Warning[] {
  const key = `dash-scale:processes.${type}`;
  const { health } = pod;
  const elsewhere =
    port !== undefined && "port" in health && health.port !== port.port
      ? [{ location: `${key}.health.port`, message: otherPort(port.port) }]
      : [];
  const isUnset =
    scaling.kind === "auto" && port === undefined && options.gracePeriod === undefined;
  const isOfAnyWorker =
    health.kind === "exec" &&
    PING.test(health.command.join(" ")) &&
    !TO_ONE.test(health.command.join(" "));
  return [
    ...elsewhere,
    ...(isUnset
      ? [{ location: `${key}.gracePeriod`, message: noGrace(pod.gracePeriodSeconds) }]
      : []),
    ...(isOfAnyWorker ? [{ location: `${key}.health.exec`, message: ANY_WORKER }] : []),
  ];
}

function otherPort(port: number): string {
  return `health is checked on another port than ${port}, where web listens and requests are sent; if web listens there, have its command say so, or leave health.port out`;
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

function healthWarnings({ location }: ProcfileEntry, { pod, framework }: ProcessPlan): Warning[] {
  const isKnown = framework.kind === "other" && pod.health.kind === "tcp";
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
      message: `nothing beside the Procfile says whether this is a Dash app, so ${ONLY_TCP}`,
    },
  ];
}

function notDash(name: string): string {
  return `the app is not a Dash app but ${name}`;
}

const ONLY_TCP =
  "its health is only told by its port being open, which may be before it has loaded; name a path that answers 200 when it has: dash-scale:processes.web.health.path";
