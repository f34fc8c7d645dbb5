/** What is remembered of an app that is looked at again and again: of each look, the most. */
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { WEB } from "../../components/plan/process-plan.ts";
import { maxReplicasOf } from "../../components/manifest/scaling.ts";
import type { Thousandths } from "../../components/manifest/quantity.ts";
import { larger } from "../../components/manifest/quantity.ts";
import type { LiveApp } from "./live-app.ts";
import type { LivePod } from "./live.ts";

/** One look at an app. */
export interface Look {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** By process type, of its pods that have run long enough; not of those that were not measured. */
  readonly use: ReadonlyMap<string, TypeUse>;
  /** Undefined where that is not known, and while a replica that may run was not ready. */
  readonly requests: number | undefined;
}

/** The most that one pod used. */
export interface TypeUse {
  readonly pods: number;
  readonly memory: Thousandths;
  readonly cpu: Thousandths;
}

const MINUTE_MS = 60_000;
const REMEMBERED_MS = 15 * MINUTE_MS;
/**
 * What a pod uses while it starts says nothing of the time after.
 *
 * Source: Kubernetes docs, kube-controller-manager,
 * `--horizontal-pod-autoscaler-cpu-initialization-period` (5 minutes).
 */
const SETTLED_MS = 5 * MINUTE_MS;

/** The looks of the last minutes, with that of now; the same where nobody has looked since. */
export function withLook(looks: readonly Look[], plan: AppPlan, live: LiveApp): readonly Look[] {
  const { surveyed: at } = live;
  if (at === 0 || at === looks.at(-1)?.at) return looks;
  const recent = looks.filter((it) => at - it.at <= REMEMBERED_MS);
  return [...recent, { at, use: useByType(live), requests: requestsOf(plan, live) }];
}

function useByType({ pods, use, surveyed }: LiveApp): Map<string, TypeUse> {
  const most = new Map<string, TypeUse>();
  if (typeof use === "string") return most;
  for (const pod of pods.values()) {
    const used = use.get(pod.name);
    if (!used || !isSettled(pod, surveyed)) continue;
    const before = most.get(pod.type) ?? { pods: 0, memory: 0n, cpu: 0n };
    most.set(pod.type, {
      pods: before.pods + 1,
      memory: larger(before.memory, used.memory),
      cpu: larger(before.cpu, used.cpu),
    });
  }
  return most;
}

function isSettled({ state, runsSince }: LivePod, now: number): boolean {
  return state === "ready" && runsSince !== undefined && now - runsSince >= SETTLED_MS;
}

/** While pods restart, or come, requests pile up that more replicas would not have. */
function requestsOf(
  { processes }: AppPlan,
  { pods, requestsNow, surveyed }: LiveApp,
): number | undefined {
  const web = processes.find(({ type }) => type === WEB);
  if (!web || typeof requestsNow === "string") return undefined;
  const settled = [...pods.values()].filter((pod) => pod.type === WEB && isSettled(pod, surveyed));
  return settled.length >= maxReplicasOf(web.scaling) ? requestsNow : undefined;
}
