import type { Spread } from "../manifest/placement.ts";
import { surgePods } from "../manifest/placement.ts";
import { parseQuantity } from "../manifest/quantity.ts";
import { PROXY_REPLICAS, PROXY_SIZE } from "../manifest/proxy.ts";
import type { Scaling } from "../manifest/scaling.ts";
import { minReplicasOf, maxReplicasOf } from "../manifest/scaling.ts";
import type { ReplicaSize } from "../manifest/resources.ts";
import type { AppPlan } from "../plan/app-plan.ts";
import { isScheduled } from "../plan/process-plan.ts";
import type { Amounts } from "./capacity.ts";

/** Pods of one kind that an app wants to run. */
export interface PodDemand {
  /** The process type. */
  readonly type: string;
  /** Name of its Deployment, CronJob or StatefulSet. */
  readonly name: string;
  /** Whether it wants more than it had: what does not takes its room, and is not judged. */
  readonly grows: boolean;
  /** Pods that run at least; the same as `most` unless it autoscales. */
  readonly min: number;
  readonly max: number;
  /** Whether its pod is there only while it runs, by the clock. @default false */
  readonly isScheduled?: boolean;
  /** Pods that a rollout adds for its duration. */
  readonly surge: number;
  readonly size: ReplicaSize;
  readonly spread: Spread;
  /** Name of their PriorityClass; undefined: the cluster's default. */
  readonly priorityClass?: string | undefined;
  /** The config key that a problem of each is reported at. */
  readonly keys: Readonly<Record<"replicas" | keyof ReplicaSize, string>>;
}

/**
 * What an app wants to run: its process types, and the proxy in front of `web` where there is one.
 *
 * @param growing the process types that want more than they had
 */
export function demandOf(
  { processes, traffic }: Pick<AppPlan, "processes" | "traffic">,
  growing: ReadonlySet<string>,
): PodDemand[] {
  const own = processes.map((plan): PodDemand => {
    const { type, name, scaling, pod } = plan;
    const max = maxReplicasOf(scaling);
    const key = `dash-scale:scale.${type}`;
    return {
      type,
      name,
      grows: growing.has(type),
      min: minReplicasOf(scaling),
      max,
      isScheduled: isScheduled(plan),
      surge: surgePods(plan, max),
      size: pod,
      spread: pod.spread,
      priorityClass: pod.priorityClass,
      keys: {
        replicas: replicasKey(type, scaling),
        memory: `${key}.memory`,
        cpu: `${key}.cpu`,
        storage: `${key}.storage`,
      },
    };
  });
  const proxy = traffic?.proxy;
  return proxy ? [...own, proxyDemand(proxy, growing)] : own;
}

function replicasKey(type: string, { kind }: Scaling): string {
  if (kind === "scheduled") return `dash-scale:processes.${type}.schedule`;
  return `dash-scale:scale.${type}.${kind === "fixed" ? "replicas" : "min"}`;
}

/** A StatefulSet replaces its pods in place. */
function proxyDemand(
  { type, name }: { type: string; name: string },
  growing: ReadonlySet<string>,
): PodDemand {
  const key = "dash-scale:app.proxy";
  return {
    type,
    name,
    grows: growing.has(type),
    min: PROXY_REPLICAS,
    max: PROXY_REPLICAS,
    surge: 0,
    size: PROXY_SIZE,
    spread: "preferred",
    keys: { replicas: key, memory: key, cpu: key, storage: key },
  };
}

/** The size of one pod, as it can be counted with. */
export function amountsOf({ cpu, memory, storage }: ReplicaSize): Amounts {
  return {
    cpu: parseQuantity(cpu) ?? 0n,
    memory: parseQuantity(memory) ?? 0n,
    storage: parseQuantity(storage) ?? 0n,
  };
}
