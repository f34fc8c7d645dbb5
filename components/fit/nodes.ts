import type { Shortage } from "./scheduler-simulation.ts";
import type { Capacity } from "./capacity.ts";
import type { Findings } from "./findings.ts";
import { pluralize, NO_FINDINGS, mergeFindings } from "./findings.ts";
import type { Placement, Placements } from "./placement.ts";
import { placePods, placeable, placeUpTo } from "./placement.ts";
import { tryRollout } from "./rollout.ts";
import type { PodDemand } from "./pod-demand.ts";

/** Whether the nodes have room for what is wanted, now, during a rollout, and at its most. */
export function fitNodes(demand: readonly PodDemand[], { nodes, pods }: Capacity): Findings {
  if (!nodes || !pods) return NO_FINDINGS;
  const placed = placePods(demand, { nodes, pods });
  const judged = placed.placements.filter((placement) => placement.demand.grows);
  const steady = judged.map((placement) => steadyFindings(placement, placed));
  const rollouts = judged.map((placement) => rolloutFindings(placement, placed));
  // Last, since this fills the nodes: every process type at its maximum at once.
  const max = judged.map((placement) => mostFindings(placement, placed));
  return mergeFindings([...steady, ...rollouts, ...max]);
}

function steadyFindings(
  { demand, placed, shortages }: Placement,
  { simulation }: Placements,
): Findings {
  const { type, min, keys, spread, priorityClass } = demand;
  const short = min - placed.length;
  if (short <= 0) return { problems: [], warnings: [], notes: sharing(demand, placed) };
  const why = reason(shortages, simulation.openNodes);
  const found = `${short} of ${pluralize(min, "replica")} would stay Pending: ${why}`;
  // Others can make room on a node, but not for two replicas that need a node each.
  const mayPreempt =
    priorityClass !== undefined && (shortages.get("own") ?? 0) < simulation.openNodes;
  if (mayPreempt) {
    const message = `${found}, unless nodes are added or pods of a lower priority make room. Lower it, or what each ${type} asks for`;
    return { problems: [], warnings: [{ location: keys.replicas, message }], notes: [] };
  }
  if (spread === "required") {
    const message = `${found}; each needs a node of its own. Lower it to ${placed.length}, add nodes, or let replicas share one (spread: preferred)`;
    return { problems: [{ location: keys.replicas, message }], warnings: [], notes: [] };
  }
  const message = `${found}, unless nodes are added. Lower it, or what each ${type} asks for`;
  return {
    problems: [],
    warnings: [{ location: keys.replicas, message }],
    notes: sharing(demand, placed),
  };
}

function rolloutFindings(placement: Placement, { simulation }: Placements): Findings {
  const { type, min, surge, keys } = placement.demand;
  // What does not fit at rest does not fit with more pods either, and is reported already.
  if (surge === 0 || placement.placed.length < min) return NO_FINDINGS;
  const { room, ends, shortages } = tryRollout(simulation, placement);
  if (!ends) {
    const why = reason(shortages, simulation.openNodes);
    const message = `a rollout would stall: it adds ${pluralize(surge, "pod")} for its duration, and ${why}. Add nodes, or lower what each ${type} asks for`;
    return { problems: [], warnings: [{ location: keys.replicas, message }], notes: [] };
  }
  if (room >= surge) return NO_FINDINGS;
  const note = `${type}: a rollout finds room for ${room} of the ${pluralize(surge, "pod")} that it adds at once, so it takes longer`;
  return { problems: [], warnings: [], notes: [note] };
}

function mostFindings({ demand, placed, target }: Placement, { simulation }: Placements): Findings {
  const { max, min, keys, isScheduled = false } = demand;
  // Too few for the minimum is reported already; at the maximum nothing is added.
  if (max === min || placed.length < min) return NO_FINDINGS;
  const pod = placeable(demand);
  const missing = max - placed.length - placeUpTo(simulation, pod, max - placed.length).length;
  if (missing === 0) return NO_FINDINGS;
  const why = reason(simulation.shortages(pod), simulation.openNodes);
  const now = target > placed.length ? `${target - placed.length} of them now, ` : "";
  const when = isScheduled ? "when it runs" : "at its maximum";
  const message = `${when}, ${missing} of ${pluralize(max, "replica")} would stay Pending, ${now}unless nodes are added: ${why}`;
  return { problems: [], warnings: [{ location: keys.replicas, message }], notes: [] };
}

/** With a node for each there is nothing to say; without regard to nodes nothing is promised. */
function sharing({ type, spread }: PodDemand, placed: Placement["placed"]): string[] {
  if (spread !== "preferred") return [];
  const counts = new Map<string, number>();
  for (const { node } of placed) counts.set(node, (counts.get(node) ?? 0) + 1);
  const max = Math.max(0, ...counts.values());
  if (max < 2) return [];
  const nodes = pluralize(counts.size, "node");
  return [`${type}: ${placed.length} replicas on ${nodes}, so up to ${max} share a node`];
}

const WORDS: Readonly<Record<Shortage, (nodes: number) => string>> = {
  own: (nodes) => `${nodes} ${nodes === 1 ? "has" : "have"} one already`,
  pods: (nodes) => `${nodes} ${nodes === 1 ? "has" : "have"} all the pods allowed`,
  cpu: (nodes) => `${nodes} too little CPU`,
  memory: (nodes) => `${nodes} too little memory`,
  storage: (nodes) => `${nodes} too little local storage`,
};

/** `of 3 nodes, 2 have one already and 1 too little memory`. */
function reason(shortages: ReadonlyMap<Shortage, number>, openNodes: number): string {
  if (openNodes === 0) return "no node accepts pods";
  const found = LACKS.flatMap((shortage) => {
    const nodes = shortages.get(shortage) ?? 0;
    return nodes === 0 ? [] : [WORDS[shortage](nodes)];
  });
  return `of ${pluralize(openNodes, "node")}, ${found.join(", ")}`;
}

const LACKS = ["own", "pods", "cpu", "memory", "storage"] as const;
