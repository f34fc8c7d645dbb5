/** How a stack stands: what the file wants, what was applied, and what runs. Plain values. */
import type { Amounts } from "../../components/fit/capacity.ts";
import type { Cost, Replicas } from "../../components/cost/cost.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import type { AutoscalerTrouble } from "../../components/plan/autoscaler-findings.ts";
import { autoscalerTrouble } from "../../components/plan/autoscaler-findings.ts";
import { replicasOf } from "../../components/cost/cost.ts";
import type { Thousandths } from "../../components/manifest/quantity.ts";
import {
  formatCpu,
  formatMemory,
  MEBIBYTE,
  percentOf,
  roundedUp,
} from "../../components/manifest/quantity.ts";
import type { LiveApp } from "./live-app.ts";
import type { LivePod, PodState } from "./live.ts";
import { POD_STATES } from "./live.ts";

/** One process type of a stack. */
export interface TypeStatus {
  readonly type: string;
  /** Replicas by the stack file. */
  readonly wanted: Replicas;
  /** Replicas by the last `pulumi up` that came to its end; undefined where that is not known. */
  readonly applied: Replicas | undefined;
  /** Replicas that the Deployment asks for now; undefined where there is none. */
  readonly desired: number | undefined;
  /** Pods that are ready. */
  readonly running: number;
  readonly pods: Readonly<Record<PodState, number>>;
  /** Reasons of the cluster for pods that do not run, and of how many. */
  readonly reasons: readonly { readonly reason: string; readonly pods: number }[];
  /** Pods of which a container has ended within the last hour, and of these for lack of memory. */
  readonly restarted: { readonly pods: number; readonly outOfMemory: number };
  /** What the pods that were measured use; undefined where that is not known. */
  readonly use: Use | undefined;
  /** Somebody has scaled the Deployment by hand. */
  readonly scaledByHand: ScaledByHand | undefined;
  /** Why the autoscaler does not scale; undefined where it does, or where that is not known. */
  readonly autoscalerTrouble: AutoscalerTrouble | undefined;
}

export interface Use {
  readonly memory: string;
  readonly memoryPercent: number | undefined;
  readonly cpu: string;
  readonly cpuPercent: number | undefined;
}

export interface ScaledByHand {
  readonly from: number;
  readonly to: number;
  readonly by: string;
  readonly at: string | undefined;
}

/** Pods of an app on one node. */
export interface NodeStatus {
  /** Undefined for those that wait for a node. */
  readonly node: string | undefined;
  readonly zone: string | undefined;
  /** By process type, all that are there, in whatever state. */
  readonly pods: Readonly<Record<string, number>>;
}

const HOUR_MS = 3_600_000;

/** @param now milliseconds since 1970 */
export function typeStatuses(
  plan: AppPlan,
  { live, applied, now }: { live: LiveApp; applied: Cost | undefined; now: number },
): TypeStatus[] {
  const byType = Map.groupBy(live.pods.values(), ({ type }) => type);
  return plan.processes.map(({ type, name, scaling }) => {
    const pods = byType.get(type) ?? [];
    const deployment = live.deployments.get(name);
    const before = applied?.processes[type]?.replicas;
    const counts = countsOf(pods);
    return {
      type,
      wanted: replicasOf(scaling),
      applied: before,
      desired: deployment?.replicas,
      running: counts.ready,
      pods: counts,
      reasons: reasonsOf(pods),
      restarted: restartedSince(pods, now - HOUR_MS),
      use: useOf(pods, live.use),
      scaledByHand:
        typeof before === "number" && deployment?.scaledBy && deployment.replicas !== before
          ? {
              from: before,
              to: deployment.replicas,
              by: deployment.scaledBy.by,
              at: deployment.scaledBy.at,
            }
          : undefined,
      autoscalerTrouble:
        scaling.kind === "auto" ? autoscalerTrouble(live.autoscalers, name, now) : undefined,
    };
  });
}

function countsOf(pods: readonly LivePod[]): Record<PodState, number> {
  const counts = { ready: 0, starting: 0, waiting: 0, failing: 0, ending: 0 };
  for (const { state } of pods) counts[state] += 1;
  return counts;
}

/** Only what is wrong: that a pod has just begun is no reason. */
function reasonsOf(pods: readonly LivePod[]): TypeStatus["reasons"] {
  const wrong = pods.filter(({ state }) => state === "waiting" || state === "failing");
  const grouped = Map.groupBy(wrong, ({ reason }) => reason);
  return [...grouped].map(([reason, those]) => ({ reason, pods: those.length }));
}

function restartedSince(pods: readonly LivePod[], since: number): TypeStatus["restarted"] {
  const ended = pods.flatMap(({ lastEnd }) => (lastEnd && lastEnd.at >= since ? lastEnd : []));
  return {
    pods: ended.length,
    outOfMemory: ended.filter(({ outOfMemory }) => outOfMemory).length,
  };
}

function useOf(pods: readonly LivePod[], use: LiveApp["use"]): Use | undefined {
  if (typeof use === "string") return undefined;
  const measured = pods.flatMap(({ name, requests }) => {
    const used = use.get(name);
    return used ? [{ used, requests }] : [];
  });
  if (measured.length === 0) return undefined;
  const sum = (of: (it: (typeof measured)[number]) => Thousandths) =>
    measured.reduce((total, it) => total + of(it), 0n);
  const amounts = (name: keyof Pick<Amounts, "cpu" | "memory">) => ({
    used: sum(({ used }) => used[name]),
    requested: sum(({ requests }) => requests[name]),
  });
  const [memory, cpu] = [amounts("memory"), amounts("cpu")];
  return {
    // Rounded up, as quantities are: nobody wants the last byte.
    memory: formatMemory(roundedUp(memory.used, MEBIBYTE)),
    memoryPercent: percentOf(memory.used, memory.requested),
    cpu: formatCpu(cpu.used),
    cpuPercent: percentOf(cpu.used, cpu.requested),
  };
}

/** Where the pods are: by zone and node; those that wait for a node at the end. */
export function nodeStatuses(plan: AppPlan, live: LiveApp): NodeStatus[] {
  const types = new Set(plan.processes.map(({ type }) => type));
  const pods = [...live.pods.values()].filter(({ type }) => types.has(type));
  const byNode = Map.groupBy(pods, ({ node }) => node);
  const names = new Set([...live.nodes.keys(), ...byNode.keys()]);
  return [...names]
    .map((node) => ({
      node,
      zone: node === undefined ? undefined : live.nodes.get(node)?.zone,
      pods: countsByType(byNode.get(node) ?? []),
    }))
    .toSorted(byPlace);
}

function countsByType(pods: readonly LivePod[]): Record<string, number> {
  const grouped = Map.groupBy(pods, ({ type }) => type);
  return Object.fromEntries([...grouped].map(([type, those]) => [type, those.length]));
}

function byPlace(a: NodeStatus, b: NodeStatus): number {
  if (a.node === undefined || b.node === undefined) return a.node === undefined ? 1 : -1;
  return (
    (a.zone ?? "").localeCompare(b.zone ?? "", "en") ||
    a.node.localeCompare(b.node, "en", { numeric: true })
  );
}

/** `3 ready, 2 waiting for a node`. */
export function podsText(counts: TypeStatus["pods"]): string {
  const parts = POD_STATES.filter((state) => counts[state] > 0 || state === "ready").map(
    (state) => `${counts[state]} ${STATE_TEXTS[state]}`,
  );
  return parts.join(", ");
}

const STATE_TEXTS: Readonly<Record<PodState, string>> = {
  ready: "ready",
  starting: "starting",
  waiting: "waiting for a node",
  failing: "failing",
  ending: "ending",
};
