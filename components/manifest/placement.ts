import type { types } from "@pulumi/kubernetes";

export const SPREADS = ["preferred", "required", "off"] as const;

/**
 * Whether the replicas of one process type go to different nodes: when possible, always, or without
 * regard.
 */
export type Spread = (typeof SPREADS)[number];

type PodPlacement = Pick<types.input.core.v1.PodSpec, "affinity" | "topologySpreadConstraints">;
type Strategy = types.input.apps.v1.DeploymentStrategy;

const NODE = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";
/**
 * Only pods of the same version count, else a rollout leaves the new pods where the old ones were
 * not.
 */
const sameVersion = ["pod-template-hash"];

/**
 * Where the pods of one process type go.
 *
 * `required` asks for a node of its own for each replica. Zones stay a preference even then: on
 * nodes without the zone label (most clusters of one zone) a required one would leave every pod
 * Pending.
 *
 * Source: Kubernetes docs, "Assigning Pods to Nodes" and "Pod Topology Spread Constraints";
 * `matchLabelKeys` in pod affinity needs Kubernetes 1.31.
 */
export function placement(spread: Spread, selector: Record<string, string>): PodPlacement {
  if (spread === "off") return {};
  const others = { labelSelector: { matchLabels: selector }, matchLabelKeys: sameVersion };
  const term = { ...others, topologyKey: NODE };
  const evenly = (topologyKey: string, whenUnsatisfiable: string) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable,
    ...others,
  });
  return {
    affinity: {
      podAntiAffinity:
        spread === "required"
          ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
          : {
              preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 100, podAffinityTerm: term },
              ],
            },
    },
    topologySpreadConstraints: [
      evenly(NODE, spread === "required" ? "DoNotSchedule" : "ScheduleAnyway"),
      evenly(ZONE, "ScheduleAnyway"),
    ],
  };
}

/** What decides how a new version takes the old one's place. */
interface Rollout {
  readonly singleton: boolean;
  readonly pod: { readonly spread: Spread };
}

const SURGE_PERCENT = 25;

/**
 * How a new version takes the old one's place: the new pods first, so that no replica is missing.
 * With `required`, the nodes may all be taken, so an old pod goes first. Of a singleton, the old
 * pod is gone before the new one comes.
 */
export function rolloutStrategy({ singleton, pod }: Rollout): Strategy {
  if (singleton) return { type: "Recreate" };
  return {
    type: "RollingUpdate",
    rollingUpdate:
      pod.spread === "required"
        ? { maxSurge: 0, maxUnavailable: 1 }
        : { maxSurge: `${SURGE_PERCENT}%`, maxUnavailable: 0 },
  };
}

/** Pods that a rollout adds for its duration. */
export function surgePods({ singleton, pod }: Rollout, replicas: number): number {
  return singleton || pod.spread === "required" ? 0 : surgeOf(replicas);
}

/** The surge of so many replicas: Kubernetes rounds the percentage up. */
export function surgeOf(replicas: number): number {
  return Math.ceil((replicas * SURGE_PERCENT) / 100);
}

/** The part of a cluster's answer that shows whether the cluster knows `matchLabelKeys`. */
interface AnsweredAntiAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly AnsweredTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly podAffinityTerm: AnsweredTerm;
  }[];
}

interface AnsweredTerm {
  readonly matchLabelKeys?: readonly string[];
}

/**
 * Whether a cluster left `matchLabelKeys` out of what it was sent: before 1.31, Kubernetes does so
 * in silence.
 */
export function dropsMatchLabelKeys(answer: AnsweredAntiAffinity | undefined): boolean {
  const required = answer?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const preferred = answer?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const terms = [...required, ...preferred.map(({ podAffinityTerm }) => podAffinityTerm)];
  return terms.length > 0 && terms.every((term) => term.matchLabelKeys === undefined);
}
