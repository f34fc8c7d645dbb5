import type { Thousandths } from "../manifest/quantity.ts";
import { formatCpu, formatMemory, parseQuantity } from "../manifest/quantity.ts";
import { PROXY_REPLICAS, PROXY_SIZE } from "../manifest/proxy.ts";
import type { Spread } from "../manifest/placement.ts";
import { surgePods } from "../manifest/placement.ts";
import type { Scaling } from "../manifest/scaling.ts";
import { maxReplicasOf, minReplicasOf, scheduleText } from "../manifest/scaling.ts";
import type { TrafficPlan } from "../plan/traffic-plan.ts";
import type { ProcessPlan } from "../plan/process-plan.ts";
import { WEB } from "../plan/process-plan.ts";

/** How many replicas run; where an autoscaler chooses, between which numbers. */
export type Replicas = number | { readonly min: number; readonly max: number };

/**
 * What one process type comes to: a stack output. Where an autoscaler chooses, or the clock, it is
 * what the most replicas come to.
 */
export interface ProcessSummary {
  /** Name of its Deployment; absent where it runs by the clock. */
  readonly deployment?: string;
  /** Name of its CronJob; absent where it always runs. */
  readonly cronJob?: string;
  /** When it runs: cron expression and time zone; absent where it always runs. */
  readonly schedule?: string;
  /** Of one that runs by the clock, from 0 to 1: its one pod is there only while it runs. */
  readonly replicas: Replicas;
  /** gunicorn workers in each replica; absent where they cannot be known. */
  readonly workers?: number;
  /** Threads in each worker; absent where they cannot be known. */
  readonly threads?: number;
  /** Requests served at once: replicas × workers × threads; absent where it cannot be known. */
  readonly concurrency?: number;
  /** Memory of all replicas, as a Kubernetes quantity. */
  readonly memory: string;
  /** CPU request of all replicas, in cores, as a Kubernetes quantity. */
  readonly cpu: string;
  /** Local disk of all replicas, as a Kubernetes quantity. */
  readonly storage: string;
  /** Pods that a rollout adds for its duration. */
  readonly surgePods: number;
  readonly spread: Spread;
}

/** What the proxy in front of `web` comes to. */
export interface ProxySummary {
  readonly replicas: number;
  readonly memory: string;
  readonly cpu: string;
}

/**
 * What a whole app comes to: a stack output. Where an autoscaler chooses, or the clock, it is what
 * the most replicas come to.
 */
export interface Totals {
  readonly pods: number;
  readonly cpu: string;
  readonly memory: string;
  /** Requests served at once; absent where it cannot be known of `web`. */
  readonly concurrency?: number;
  /** Pods that a rollout of every process type adds for its duration. */
  readonly surgePods: number;
  /** Of all that, the proxy in front of `web`; absent where there is none. */
  readonly proxy?: ProxySummary;
}

/** What an app comes to, in parts and in total: the stack's outputs. */
export interface Cost {
  /** By process type. */
  readonly processes: Readonly<Record<string, ProcessSummary>>;
  readonly totals: Totals;
}

/** The parts of an app's plan that cost something. */
interface PricedPlan {
  readonly processes: readonly ProcessPlan[];
  /** Undefined without `web`. */
  readonly traffic: TrafficPlan | undefined;
}

/** What an app comes to at its scale. */
export function costOf({ processes, traffic }: PricedPlan): Cost {
  const proxy = traffic?.proxy && { replicas: PROXY_REPLICAS, size: PROXY_SIZE };
  const concurrency = totalConcurrency(processes);
  const all = [...processes.map(sizedOf), ...(proxy ? [proxy] : [])];
  return {
    processes: Object.fromEntries(processes.map((plan) => [plan.type, summary(plan)])),
    totals: {
      pods: sum(all.map(({ replicas }) => replicas)),
      ...amounts(all),
      ...(concurrency === undefined ? {} : { concurrency }),
      surgePods: sum(processes.map((plan) => surgePods(plan, maxReplicasOf(plan.scaling)))),
      ...(proxy ? { proxy: { replicas: PROXY_REPLICAS, ...amounts([proxy]) } } : {}),
    },
  };
}

/** Unknown is not 0: where it is unknown of `web`, the whole is unknown. */
function totalConcurrency(processes: readonly ProcessPlan[]): number | undefined {
  if (processes.some(isUnknown)) return undefined;
  return sum(processes.map((plan) => concurrencyOf(plan) ?? 0));
}

function isUnknown(plan: ProcessPlan): boolean {
  const isServing = plan.type === WEB && maxReplicasOf(plan.scaling) > 0;
  return isServing && concurrencyOf(plan) === undefined;
}

function summary(plan: ProcessPlan): ProcessSummary {
  const { workers, threads } = plan;
  const concurrency = concurrencyOf(plan);
  return {
    ...workloadOf(plan),
    replicas: replicasOf(plan.scaling),
    ...(workers === undefined ? {} : { workers }),
    ...(threads === undefined ? {} : { threads }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...amounts([sizedOf(plan)]),
    storage: formatMemory(totalOf([sizedOf(plan)], "storage")),
    surgePods: surgePods(plan, maxReplicasOf(plan.scaling)),
    spread: plan.pod.spread,
  };
}

function workloadOf({ name, scaling }: ProcessPlan) {
  if (scaling.kind !== "scheduled") return { deployment: name };
  return { cronJob: name, schedule: scheduleText(scaling) };
}

/** Between how many replicas it is; the same number twice where it is fixed. */
export function rangeOf(replicas: Replicas): { readonly min: number; readonly max: number } {
  return typeof replicas === "number" ? { min: replicas, max: replicas } : replicas;
}

export function replicasOf(scaling: Scaling): Replicas {
  const range = { min: minReplicasOf(scaling), max: maxReplicasOf(scaling) };
  return scaling.kind === "fixed" || range.max === 0 ? range.max : range;
}

function concurrencyOf({ scaling, workers, threads }: ProcessPlan): number | undefined {
  if (workers === undefined || threads === undefined) return undefined;
  return maxReplicasOf(scaling) * workers * threads;
}

interface Sized {
  readonly replicas: number;
  readonly size: { readonly memory: string; readonly cpu: string; readonly storage: string };
}

function sizedOf({ scaling, pod }: ProcessPlan): Sized {
  return { replicas: maxReplicasOf(scaling), size: pod };
}

function amounts(all: readonly Sized[]): { memory: string; cpu: string } {
  return { memory: formatMemory(totalOf(all, "memory")), cpu: formatCpu(totalOf(all, "cpu")) };
}

function totalOf(all: readonly Sized[], name: keyof Sized["size"]): Thousandths {
  return all.reduce(
    (before, { replicas, size }) => before + BigInt(replicas) * (parseQuantity(size[name]) ?? 0n),
    0n,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
