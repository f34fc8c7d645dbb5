import type { Lack } from "./scheduler-simulation.ts";
import type { Capacity } from "./capacity.ts";
import type { Findings } from "./findings.ts";
import { counted, NONE, together } from "./findings.ts";
import type { Placement, Placements } from "./placement.ts";
import { place, placeable, placeUpTo } from "./placement.ts";
import { tryRollout } from "./rollout.ts";
import type { Wanted } from "./pod-demand.ts";

/** Whether the nodes have room for what is wanted, now, during a rollout, and at its most. */
export function fitNodes(wanted: readonly Wanted[], { nodes, pods }: Capacity): Findings {
  if (!nodes || !pods) return NONE;
  const placed = place(wanted, { nodes, pods });
  const judged = placed.placements.filter((placement) => placement.wanted.asks);
  const steady = judged.map((placement) => steadyFindings(placement, placed));
  const rollouts = judged.map((placement) => rolloutFindings(placement, placed));
  // Last, since it fills the board: all at their most at once.
  const most = judged.map((placement) => mostFindings(placement, placed));
  return together([...steady, ...rollouts, ...most]);
}

function steadyFindings({ wanted, held, lacking }: Placement, { board }: Placements): Findings {
  const { type, least, keys, spread, priorityClass } = wanted;
  const short = least - held.length;
  if (short <= 0) return { problems: [], warnings: [], notes: sharing(wanted, held) };
  const why = reason(lacking, board.openNodes);
  const found = `${short} of ${counted(least, "replica")} would stay Pending: ${why}`;
  // Others can make room on a node, but not for two replicas that need a node each.
  const mayPreempt = priorityClass !== undefined && (lacking.get("own") ?? 0) < board.openNodes;
  if (mayPreempt) {
    const message = `${found}, unless nodes are added or pods of a lower priority make room. Lower it, or what each ${type} asks for`;
    return { problems: [], warnings: [{ place: keys.replicas, message }], notes: [] };
  }
  if (spread === "required") {
    const message = `${found}; each needs a node of its own. Lower it to ${held.length}, add nodes, or let replicas share one (spread: preferred)`;
    return { problems: [{ place: keys.replicas, message }], warnings: [], notes: [] };
  }
  const message = `${found}, unless nodes are added. Lower it, or what each ${type} asks for`;
  return {
    problems: [],
    warnings: [{ place: keys.replicas, message }],
    notes: sharing(wanted, held),
  };
}

function rolloutFindings(placement: Placement, { board }: Placements): Findings {
  const { type, least, surge, keys } = placement.wanted;
  // What does not fit at rest does not fit with more pods either; that was told.
  if (surge === 0 || placement.held.length < least) return NONE;
  const { room, ends, lacking } = tryRollout(board, placement);
  if (!ends) {
    const why = reason(lacking, board.openNodes);
    const message = `a rollout would stall: it adds ${counted(surge, "pod")} for its duration, and ${why}. Add nodes, or lower what each ${type} asks for`;
    return { problems: [], warnings: [{ place: keys.replicas, message }], notes: [] };
  }
  if (room >= surge) return NONE;
  const note = `${type}: a rollout finds room for ${room} of the ${counted(surge, "pod")} that it adds at once, so it takes longer`;
  return { problems: [], warnings: [], notes: [note] };
}

function mostFindings({ wanted, held, target }: Placement, { board }: Placements): Findings {
  const { most, least, keys } = wanted;
  // Short of its least, it was told; at its most, there is no more to come.
  if (most === least || held.length < least) return NONE;
  const pod = placeable(wanted);
  const missing = most - held.length - placeUpTo(board, pod, most - held.length).length;
  if (missing === 0) return NONE;
  const why = reason(board.lacking(pod), board.openNodes);
  const now = target > held.length ? `${target - held.length} of them now, ` : "";
  const message = `at its maximum, ${missing} of ${counted(most, "replica")} would stay Pending, ${now}unless nodes are added: ${why}`;
  return { problems: [], warnings: [{ place: keys.replicas, message }], notes: [] };
}

/** With a node for each there is nothing to say; without regard to nodes nothing is promised. */
function sharing({ type, spread }: Wanted, held: Placement["held"]): string[] {
  if (spread !== "preferred") return [];
  const counts = new Map<string, number>();
  for (const { node } of held) counts.set(node, (counts.get(node) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  if (most < 2) return [];
  const nodes = counted(counts.size, "node");
  return [`${type}: ${held.length} replicas on ${nodes}, so up to ${most} share a node`];
}

const WORDS: Readonly<Record<Lack, (nodes: number) => string>> = {
  own: (nodes) => `${nodes} ${nodes === 1 ? "has" : "have"} one already`,
  pods: (nodes) => `${nodes} ${nodes === 1 ? "has" : "have"} all the pods allowed`,
  cpu: (nodes) => `${nodes} too little CPU`,
  memory: (nodes) => `${nodes} too little memory`,
  storage: (nodes) => `${nodes} too little local storage`,
};

/** `of 3 nodes, 2 have one already and 1 too little memory`. */
function reason(lacking: ReadonlyMap<Lack, number>, openNodes: number): string {
  if (openNodes === 0) return "no node accepts pods";
  const found = LACKS.flatMap((lack) => {
    const nodes = lacking.get(lack) ?? 0;
    return nodes === 0 ? [] : [WORDS[lack](nodes)];
  });
  return `of ${counted(openNodes, "node")}, ${found.join(", ")}`;
}

const LACKS = ["own", "pods", "cpu", "memory", "storage"] as const;
