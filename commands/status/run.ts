import { queryCluster } from "../../infra/cluster/query.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { autoscalerKinds } from "../../components/plan/autoscaler-findings.ts";
import { planOf } from "../plan.ts";
import type { StackFile } from "../scale/decide.ts";
import { heading } from "../scale/print.ts";
import type { StackLocation } from "../stack-file.ts";
import { locateStack, readStackFile } from "../stack-file.ts";
import { clusterOf, stackTools } from "../stack-tools.ts";
import type { StackTools } from "../drift/stack-tools.ts";
import { Interrupted } from "../system/errors.ts";
import { interruptible } from "../system/interrupt.ts";
import { readText } from "../yaml.ts";
import { countingProxy, stackAdvice } from "./advice.ts";
import { adviceViews } from "./advice-view.ts";
import type { Applied } from "./applied.ts";
import { lastApplied } from "./applied.ts";
import type { LiveApp, LiveTarget } from "./live-app.ts";
import { followLiveApp, NOTHING_SEEN, readLiveApp, rolloutsOf } from "./live-app.ts";
import type { Options } from "./options.ts";
import type { Look } from "./looks.ts";
import { withLook } from "./looks.ts";
import type { ShownAdvice } from "./print.ts";
import { statusText } from "./print.ts";
import type { Seen, StackStatus } from "./stack-status.ts";
import { stackStatus } from "./stack-status.ts";

/** A stack that is looked at. */
interface Subject {
  readonly location: StackLocation & Pick<StackFile, "text">;
  readonly plan: AppPlan;
  /** As Pulumi calls it. */
  readonly stack: string;
  readonly tools: StackTools;
  readonly target: LiveTarget;
  /** How commands name the stack: `--stack dev`. */
  readonly flag: string;
  /** Whether advice is asked for. */
  readonly advises: boolean;
}

/** How a stack stands, and what is advised where that is asked for. */
interface Report {
  readonly status: StackStatus;
  readonly advised: ShownAdvice | undefined;
}

/** Runs `dash-scale status` and returns its exit status. */
export async function run(options: Options): Promise<number> {
  const location = locateStack(options);
  const text = readText(location.file);
  const plan = planOf({ ...location, text });
  const { pulumiStack: stack } = location;
  const tools = await stackTools(stack, options.local);
  const { name: app, namespace } = plan.settings;
  const settings = clusterOf(readStackFile(location), tools);
  const { advice: advises, stackFile: path } = options;
  const flag = path === undefined ? `--stack ${location.stack}` : `--stack-file ${path}`;
  const proxy = advises ? countingProxy(plan) : undefined;
  const autoscalers = autoscalerKinds(plan.processes);
  const target = { settings, namespace, app, proxy, autoscalers };
  const subject = { location: { ...location, text }, plan, stack, tools, target, flag, advises };
  return options.watch ? watch(subject, options) : once(subject, options);
}

async function once(subject: Subject, { json }: Options): Promise<number> {
  const { stack, tools, target } = subject;
  const [applied, answer] = await interruptible((signal) =>
    Promise.all([
      lastApplied(stack, tools, signal),
      queryCluster({ settings: target.settings }, (http) => readLiveApp(http, target)),
    ]),
  );
  const live: LiveApp = answer.found ?? { ...NOTHING_SEEN, unreachable: answer.reason };
  const looks = withLook([], subject.plan, live);
  const report = reportOn(subject, { live, applied, now: Date.now() }, looks);
  process.stdout.write(json ? jsonOf(subject, report, 2) : textOf(subject, report));
  return report.status.unreachable === undefined ? 0 : 1;
}

function reportOn(
  { plan, location, target, advises, flag }: Subject,
  seen: Seen,
  looks: readonly Look[],
) {
  const status = stackStatus(plan, seen);
  if (!advises) return { status, advised: undefined };
  const { advice, unseen } = stackAdvice(plan, seen, looks);
  const views = adviceViews(advice, { flag, namespace: target.namespace }, location);
  return { status, advised: { advice: views, unseen } };
}

/** Goes on until a signal, which is how it is meant to end. */
async function watch(subject: Subject, { json }: Options): Promise<number> {
  const show = (report: Report) => {
    if (json) return void process.stdout.write(jsonOf(subject, report));
    const clear = process.stdout.isTTY ? CLEAR : "";
    process.stdout.write(`${clear}${textOf(subject, report)}${process.stdout.isTTY ? "" : "\n"}`);
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
  subject: Subject,
  show: (report: Report) => void,
  signal: AbortSignal,
): Promise<number> {
  const { plan, stack, tools, target } = subject;
  let live = NOTHING_SEEN;
  let looks: readonly Look[] = [];
  let applied: Applied = await lastApplied(stack, tools, signal);
  let progress = "";
  let shown = "";
  const showChange = () => {
    const report = reportOn(subject, { live, applied, now: Date.now() }, looks);
    const text = JSON.stringify(report);
    if (text !== shown) show(report);
    shown = text;
  };
  const readApplied = async () => {
    applied = await lastApplied(stack, tools, signal).catch(() => applied);
    if (!signal.aborted) showChange();
  };
  const seen = (now: LiveApp) => {
    live = now;
    looks = withLook(looks, plan, now);
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

function textOf({ location, target }: Subject, { status, advised }: Report): string {
  return statusText(`${heading(location)}, namespace ${target.namespace}`, status, advised);
}

function jsonOf({ location, target }: Subject, report: Report, indent?: number): string {
  const { stack, shown: file } = location;
  const value = { stack, file, namespace: target.namespace, ...report.status, ...report.advised };
  return `${JSON.stringify(value, undefined, indent)}\n`;
}
