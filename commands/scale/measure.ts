import { isDeepStrictEqual } from "node:util";
import type { Cost, Replicas } from "../../components/cost/cost.ts";
import { costOf, replicasOf } from "../../components/cost/cost.ts";
import type { Prices } from "../../components/cost/price.ts";
import { podTemplate } from "../../components/manifest/deployment.ts";
import type { Spread } from "../../components/manifest/placement.ts";
import type { ScheduledScaling, Scaling } from "../../components/manifest/scaling.ts";
import { maxReplicasOf, scheduleText } from "../../components/manifest/scaling.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import type { ProcessPlan } from "../../components/plan/process-plan.ts";
import { isScheduled } from "../../components/plan/process-plan.ts";

/** What one process type runs as. */
export interface Measure {
  readonly type: string;
  /** As the Procfile has it. */
  readonly command: string;
  readonly replicas: Replicas;
  /** What an autoscaler goes by; absent where none does. */
  readonly autoscale?: Autoscale;
  /** When it runs; absent where it always does. */
  readonly schedule?: Clock;
  /**
   * gunicorn workers of each replica, and threads of each worker; absent where they cannot be
   * known.
   */
  readonly workers?: number;
  readonly threads?: number;
  /** Of each replica. */
  readonly memory: string;
  readonly cpu: string;
  readonly storage: string;
  readonly spread: Spread;
}

type Autoscale = Omit<Scaling & { readonly kind: "auto" }, "kind" | "min" | "max">;
type Clock = Omit<ScheduledScaling, "kind">;

/** A whole app, measured. */
export interface Measures extends Cost {
  /** In the order of the Procfile. */
  readonly formation: readonly Measure[];
  /** What an hour costs; absent where nobody has said. */
  readonly prices?: Prices;
}

export function measured(plan: AppPlan): Measures {
  const formation = plan.processes.map(({ type, scaling, workers, threads, pod }) => ({
    type,
    command: plan.commands.get(type) ?? "",
    replicas: replicasOf(scaling),
    ...chosenBy(scaling),
    ...(workers === undefined ? {} : { workers }),
    ...(threads === undefined ? {} : { threads }),
    memory: pod.memory,
    cpu: pod.cpu,
    storage: pod.storage,
    spread: pod.spread,
  }));
  const { prices } = plan;
  return { formation, ...costOf(plan), ...(prices ? { prices } : {}) };
}

function chosenBy(scaling: Scaling): Pick<Measure, "autoscale" | "schedule"> {
  if (scaling.kind === "fixed") return {};
  if (scaling.kind === "scheduled") {
    const { kind: _, ...schedule } = scaling;
    return { schedule };
  }
  const { kind: _kind, min: _min, max: _max, ...autoscale } = scaling;
  return { autoscale };
}

/** What chooses when how many run: `CPU 70 %, 10 in celery`; empty where nothing does. */
export function chooserText({ autoscale, schedule }: Measure): string {
  if (schedule) return `${scheduleText(schedule)}${schedule.suspended ? " (suspended)" : ""}`;
  if (!autoscale) return "";
  const { cpu, memory, concurrency, queues, schedule: periods } = autoscale;
  return [
    ...(cpu === undefined ? [] : [`CPU ${cpu} %`]),
    ...(memory === undefined ? [] : [`memory ${memory} %`]),
    ...(concurrency === undefined ? [] : [`concurrency ${concurrency} %`]),
    ...queues.map(({ length, list }) => `${length} in ${list}`),
    ...(periods.length === 0 ? [] : [`${periods.length} × schedule`]),
  ].join(", ");
}

/**
 * Process types whose pods are replaced: their template changes while they run before and after.
 */
export function restarted(before: AppPlan, after: AppPlan): string[] {
  return after.processes
    .filter((plan) => {
      const old = before.processes.find(({ type }) => type === plan.type);
      // The next run of a schedule has the new template, and none is ended for it.
      if (!old || isScheduled(old) || isScheduled(plan)) return false;
      if (maxReplicasOf(old.scaling) === 0 || maxReplicasOf(plan.scaling) === 0) return false;
      return !isDeepStrictEqual(templateOf(old), templateOf(plan));
    })
    .map(({ type }) => type);
}

/**
 * Whether the pods of the proxy are replaced, which a change of what a replica serves at once
 * brings.
 */
export function restartsProxy(before: AppPlan, after: AppPlan): boolean {
  const [old, now] = [before.traffic?.proxy, after.traffic?.proxy];
  return old !== undefined && now !== undefined && !isDeepStrictEqual(old, now);
}

/** What a pod refers to by name is the same before and after: scaling changes none of it. */
function templateOf(plan: ProcessPlan): unknown {
  return podTemplate(plan, { image: "", serviceAccount: "" });
}
