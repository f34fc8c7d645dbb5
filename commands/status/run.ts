import { queryCluster } from "../../infra/cluster/query.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { planAt } from "../plan.ts";
import { heading } from "../scale/print.ts";
import type { StackLocation } from "../stack-file.ts";
import { locateStack, readStackFile } from "../stack-file.ts";
import { clusterOf, stackTools } from "../stack-tools.ts";
import type { StackTools } from "../drift/stack-tools.ts";
import { Interrupted } from "../system/errors.ts";
import { interruptible } from "../system/interrupt.ts";
import type { Applied } from "./applied.ts";
import { lastApplied } from "./applied.ts";
import type { LiveApp, LiveTarget } from "./live-app.ts";
import { followLiveApp, NOTHING_SEEN, readLiveApp, rolloutsOf } from "./live-app.ts";
import type { Options } from "./options.ts";
import { statusText } from "./print.ts";
import type { StackStatus } from "./stack-status.ts";
import { stackStatus } from "./stack-status.ts";

/** A stack that is looked at. */
interface Subject {
  readonly location: StackLocation;
  readonly plan: AppPlan;
  /** As Pulumi calls it. */
  readonly stack: string;
  readonly tools: StackTools;
  readonly target: LiveTarget;
}

/** Runs `dash-scale status` and returns its exit status. */
export async function run(options: Options): Promise<number> {
  const location = locateStack(options);
  const plan = planAt(location);
  const { pulumiStack: stack } = location;
  const tools = await stackTools(stack, options.local);
  const { name: app, namespace } = plan.settings;
  const settings = clusterOf(readStackFile(location), tools);
  const subject = { location, plan, stack, tools, target: { settings, namespace, app } };
  return options.watch ? watch(subject, options) : once(subject, options);
}

async function once(subject: Subject, { json }: Options): Promise<number> {
  const { stack, tools, target, plan } = subject;
  const [applied, answer] = await interruptible((signal) =>
    Promise.all([
      lastApplied(stack, tools, signal),
      queryCluster({ settings: target.settings }, (http) => readLiveApp(http, target)),
    ]),
  );
  const live: LiveApp = answer.found ?? { ...NOTHING_SEEN, unreachable: answer.reason };
  const status = stackStatus(plan, { live, applied, now: Date.now() });
  process.stdout.write(json ? jsonOf(subject, status, 2) : textOf(subject, status));
  return status.unreachable === undefined ? 0 : 1;
}

/** Goes on until a signal, which is how it is meant to end. */
async function watch(subject: Subject, { json }: Options): Promise<number> {
  const show = (status: StackStatus) => {
    if (json) return void process.stdout.write(jsonOf(subject, status));
    const clear = process.stdout.isTTY ? CLEAR : "";
    process.stdout.write(`${clear}${textOf(subject, status)}${process.stdout.isTTY ? "" : "\n"}`);
  };
  try {
    return await interruptible((signal) => followStatus(subject, show, signal));
  } catch (error) {
    if (error instanceof Interrupted) return 0;
    throw error;
  }
}

/** To the upper left, and nothing below. */
const CLEAR = "\u001B[H\u001B[J";

async function followStatus(
  { plan, stack, tools, target }: Subject,
  show: (status: StackStatus) => void,
  signal: AbortSignal,
): Promise<number> {
  let live = NOTHING_SEEN;
  let applied: Applied = await lastApplied(stack, tools, signal);
  let progress = "";
  let shown = "";
  const showChange = () => {
    const status = stackStatus(plan, { live, applied, now: Date.now() });
    const text = JSON.stringify(status);
    if (text !== shown) show(status);
    shown = text;
  };
  const readApplied = async () => {
    applied = await lastApplied(stack, tools, signal).catch(() => applied);
    if (!signal.aborted) showChange();
  };
  const seen = (now: LiveApp) => {
    live = now;
    showChange();
    const next = rolloutsOf(now);
    // An update has begun or ended: what was applied may be something else now.
    if (next !== progress) void readApplied();
    progress = next;
  };
  await followLiveApp(target, seen, signal);
  signal.throwIfAborted();
  return 0;
}

function textOf({ location, target }: Subject, status: StackStatus): string {
  return statusText(`${heading(location)}, namespace ${target.namespace}`, status);
}

function jsonOf({ location, target }: Subject, status: StackStatus, indent?: number): string {
  const { stack, shown: file } = location;
  return `${JSON.stringify({ stack, file, namespace: target.namespace, ...status }, undefined, indent)}\n`;
}
