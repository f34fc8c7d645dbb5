import type { AppPlan } from "./plan.ts";
import type { ProcessPlan } from "./process-plan.ts";
import { surgePods } from "./manifest/placement.ts";
import { QUEUE_REPLICAS, QUEUE_SIZE } from "./manifest/queue.ts";
import type { Thousandths } from "./manifest/quantity.ts";
import { formatCpu, formatMemory, parseQuantity } from "./manifest/quantity.ts";

/** What one process type comes to: a stack output. */
export interface ProcessSummary {
  /** Name of its Deployment. */
  readonly deployment: string;
  readonly replicas: number;
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
}

/** What a whole app comes to: a stack output. */
export interface Totals {
  readonly pods: number;
  readonly cpu: string;
  readonly memory: string;
  /** Requests served at once by all process types of which it is known. */
  readonly concurrency: number;
  /** Pods that a rollout of every process type adds for its duration. */
  readonly surgePods: number;
}

/** What each process type comes to, by type. */
export function summaries(processes: readonly ProcessPlan[]): Record<string, ProcessSummary> {
  return Object.fromEntries(processes.map((plan) => [plan.type, summary(plan)]));
}

function summary(plan: ProcessPlan): ProcessSummary {
  const { workers, threads } = plan;
  const concurrency = concurrencyOf(plan);
  return {
    deployment: plan.name,
    replicas: plan.replicas,
    ...(workers === undefined ? {} : { workers }),
    ...(threads === undefined ? {} : { threads }),
    ...(concurrency === undefined ? {} : { concurrency }),
    memory: formatMemory(memoryOf(plan)),
    cpu: formatCpu(cpuOf(plan)),
  };
}

/** What all process types come to, with the queue in front of them where there is one. */
export function totals({ processes, traffic }: Pick<AppPlan, "processes" | "traffic">): Totals {
  const queue = traffic?.queue ? [{ replicas: QUEUE_REPLICAS, pod: QUEUE_SIZE }] : [];
  const all = [...processes, ...queue];
  return {
    pods: sum(all.map(({ replicas }) => replicas)),
    cpu: formatCpu(all.reduce((total, sized) => total + cpuOf(sized), 0n)),
    memory: formatMemory(all.reduce((total, sized) => total + memoryOf(sized), 0n)),
    concurrency: sum(processes.map((plan) => concurrencyOf(plan) ?? 0)),
    surgePods: sum(processes.map((plan) => surgePods(plan))),
  };
}

function concurrencyOf({ replicas, workers, threads }: ProcessPlan): number | undefined {
  return workers === undefined || threads === undefined ? undefined : replicas * workers * threads;
}

interface Sized {
  readonly replicas: number;
  readonly pod: { readonly memory: string; readonly cpu: string };
}

function memoryOf({ replicas, pod }: Sized): Thousandths {
  return BigInt(replicas) * (parseQuantity(pod.memory) ?? 0n);
}

function cpuOf({ replicas, pod }: Sized): Thousandths {
  return BigInt(replicas) * (parseQuantity(pod.cpu) ?? 0n);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
