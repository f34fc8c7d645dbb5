/** What runs of a stack, as the page draws it. */
import type { AppPlan } from "../../../components/plan/app-plan.ts";
import { stackAdvice } from "../../status/advice.ts";
import { adviceViews } from "../../status/advice-view.ts";
import type { Look } from "../../status/looks.ts";
import type { LivePod, PodState } from "../../status/live.ts";
import type { Seen } from "../../status/stack-status.ts";
import { remarksOn, stackStatus } from "../../status/stack-status.ts";
import { podsText } from "../../status/summary.ts";
import type { LiveApp } from "../../status/live-app.ts";
import type { ClusterView, NodePods } from "../api.ts";

/** More squares of one process type than that say less than numbers. */
const MAX_SQUARES = 200;

export function clusterView(
  plan: AppPlan,
  seen: Seen,
  { looks, stack }: { readonly looks: readonly Look[]; readonly stack: string },
): ClusterView {
  const { formation, unknown, unreachable } = stackStatus(plan, seen);
  const { advice, unseen } = stackAdvice(plan, seen, looks);
  const { namespace } = plan.settings;
  const byType = Map.groupBy(seen.live.pods.values(), ({ type }) => type);
  return {
    asked: true,
    ...(unreachable === undefined ? {} : { unreachable }),
    unknown,
    advice: adviceViews(advice, { flag: `--stack ${stack}`, namespace }),
    unseen,
    formation: formation.map((status) => ({
      ...status,
      remarks: remarksOn(status),
      podsText: podsText(status.pods),
      nodes: nodePods(byType.get(status.type) ?? [], seen.live),
    })),
  };
}

/** All nodes, by zone; those that wait for a node at the end. */
function nodePods(pods: readonly LivePod[], live: LiveApp): NodePods[] {
  const isDrawn = pods.length <= MAX_SQUARES;
  const byNode = Map.groupBy(pods, ({ node }) => node);
  const names = [...new Set([...live.nodes.keys(), ...byNode.keys()])];
  // Thousands of nodes without a pod say nothing.
  const shown = names.length > MAX_SQUARES ? [...byNode.keys()] : names;
  return shown
    .map((node) => placed(node, byNode.get(node) ?? [], { live, isDrawn }))
    .toSorted(byPlace);
}

function placed(
  node: string | undefined,
  pods: readonly LivePod[],
  { live, isDrawn }: { readonly live: LiveApp; readonly isDrawn: boolean },
): NodePods {
  const zone = node === undefined ? undefined : live.nodes.get(node)?.zone;
  const counts: Record<PodState, number> = {
    ready: 0,
    starting: 0,
    waiting: 0,
    failing: 0,
    ending: 0,
  };
  for (const { state } of pods) counts[state] += 1;
  const sorted = pods.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...(node === undefined ? {} : { node }),
    ...(zone === undefined ? {} : { zone }),
    counts,
    ...(isDrawn
      ? { pods: sorted.map(({ name, state, reason }) => ({ name, state, reason })) }
      : {}),
  };
}

function byPlace(a: NodePods, b: NodePods): number {
  if (a.node === undefined || b.node === undefined) return a.node === undefined ? 1 : -1;
  return (
    (a.zone ?? "").localeCompare(b.zone ?? "", "en") ||
    a.node.localeCompare(b.node, "en", { numeric: true })
  );
}
