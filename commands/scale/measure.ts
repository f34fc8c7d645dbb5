import { isDeepStrictEqual } from "node:util";
import { readApp } from "../../components/app-files.ts";
import type { Totals } from "../../components/cost.ts";
import { summaries, totals } from "../../components/cost.ts";
import { podTemplate } from "../../components/manifest/deployment.ts";
import type { Spread } from "../../components/manifest/placement.ts";
import { surgePods } from "../../components/manifest/placement.ts";
import type { Thousandths } from "../../components/manifest/quantity.ts";
import { formatCpu, formatMemory, parseQuantity } from "../../components/manifest/quantity.ts";
import { QUEUE_REPLICAS, QUEUE_SIZE } from "../../components/manifest/queue.ts";
import type { AppPlan } from "../../components/plan.ts";
import type { ProcessPlan } from "../../components/process-plan.ts";

/** What one process type runs as, and what it comes to. */
export interface Measure {
  readonly type: string;
  /** As the Procfile has it. */
  readonly command: string;
  readonly replicas: number;
  /** gunicorn workers of each replica, and threads of each worker; absent where they cannot be known. */
  readonly workers?: number;
  readonly threads?: number;
  /** Of each replica. */
  readonly memory: string;
  readonly cpu: string;
  readonly storage: string;
  readonly spread: Spread;
  /** Of all replicas. */
  readonly total: { readonly memory: string; readonly cpu: string; readonly concurrency?: number };
  /** Pods that a rollout adds for its duration. */
  readonly surgePods: number;
}

/** The pods in front of `web` that are no process type and are in the totals. */
export interface QueueMeasure {
  readonly replicas: number;
  readonly memory: string;
  readonly cpu: string;
}

/** A whole app, measured. */
export interface Measures {
  /** In the order of the Procfile. */
  readonly formation: readonly Measure[];
  /** Undefined where requests do not wait in a queue. */
  readonly queue: QueueMeasure | undefined;
  readonly totals: Totals;
}

export function measured(plan: AppPlan): Measures {
  const { entries } = readApp(plan.settings.procfile).procfile;
  const sums = summaries(plan.processes);
  const formation = plan.processes.map((process) => {
    const { type, replicas, pod } = process;
    const { workers, threads, concurrency, memory = "0", cpu = "0" } = sums[type] ?? {};
    return {
      type,
      command: entries.find((entry) => entry.type === type)?.command ?? "",
      replicas,
      ...(workers === undefined ? {} : { workers }),
      ...(threads === undefined ? {} : { threads }),
      memory: pod.memory,
      cpu: pod.cpu,
      storage: pod.storage,
      spread: pod.spread,
      total: { memory, cpu, ...(concurrency === undefined ? {} : { concurrency }) },
      surgePods: surgePods(process),
    };
  });
  return { formation, queue: queueOf(plan), totals: totals(plan) };
}

function queueOf({ traffic }: AppPlan): QueueMeasure | undefined {
  if (!traffic?.queue) return undefined;
  return {
    replicas: QUEUE_REPLICAS,
    memory: formatMemory(ofQueue(QUEUE_SIZE.memory)),
    cpu: formatCpu(ofQueue(QUEUE_SIZE.cpu)),
  };
}

function ofQueue(quantity: string): Thousandths {
  return BigInt(QUEUE_REPLICAS) * (parseQuantity(quantity) ?? 0n);
}

/** Process types whose pods are replaced: their template changes while they run before and after. */
export function restarted(before: AppPlan, after: AppPlan): string[] {
  return after.processes
    .filter((plan) => {
      const old = before.processes.find(({ type }) => type === plan.type);
      if (!old || old.replicas === 0 || plan.replicas === 0) return false;
      return !isDeepStrictEqual(templateOf(old), templateOf(plan));
    })
    .map(({ type }) => type);
}

/** Whether the pods of the queue are replaced, which a change of what a replica serves at once brings. */
export function restartsQueue(before: AppPlan, after: AppPlan): boolean {
  const [old, now] = [before.traffic?.queue, after.traffic?.queue];
  return old !== undefined && now !== undefined && !isDeepStrictEqual(old, now);
}

/** What a pod refers to by name is the same before and after: scaling changes none of it. */
function templateOf(plan: ProcessPlan): unknown {
  return podTemplate(plan, { image: "", serviceAccount: "" });
}
