import type { Held, Lack, Placeable } from "./scheduler-simulation.ts";
import { Board } from "./scheduler-simulation.ts";
import type { Capacity, ClusterNode, NamespacePod } from "./capacity.ts";
import { same } from "./capacity.ts";
import type { Wanted } from "./pod-demand.ts";
import { amountsOf } from "./pod-demand.ts";

/** Where the pods of one kind would be. */
export interface Placement {
  readonly wanted: Wanted;
  /** Pods that are to run now: as many as run, within `least` and `most`. */
  readonly target: number;
  readonly held: readonly Held[];
  /** Of the target, the pods that no node has room for. */
  readonly pending: number;
  /** The pods that run now and that these take the place of; none where they stay. */
  readonly replaced: readonly Held[];
  /** What is lacking for one more. */
  readonly lacking: ReadonlyMap<Lack, number>;
}

/** All pods of an app on the nodes of a cluster. */
export interface Placements {
  readonly board: Board;
  readonly placements: readonly Placement[];
}

/**
 * Where the scheduler would put what is wanted. Pods that run stay where they are; a larger scale adds pods, a smaller one
 * takes them from the fullest nodes. Only where their size changes, all of a kind are placed anew.
 */
export function place(
  wanted: readonly Wanted[],
  { nodes, pods }: { nodes: readonly ClusterNode[]; pods: NonNullable<Capacity["pods"]> },
): Placements {
  const board = Board.of(nodes);
  const names = new Set(wanted.map(({ name }) => name));
  const running = pods.flatMap(heldBy);
  for (const { instance, held } of running) {
    if (instance === undefined || !names.has(instance)) board.hold(held);
  }
  // First of all what stays, since nothing that comes can drive it out.
  const begun = wanted.map((kind) => {
    const own = running.filter(({ instance }) => instance === kind.name);
    return begin(
      board,
      kind,
      own.map(({ held }) => held),
    );
  });
  return { board, placements: begun.map((kind) => complete(board, kind)) };
}

/** A pod that ends leaves its room to others. */
function heldBy({ instance, node, ending, requests }: NamespacePod) {
  if (node === undefined || ending) return [];
  const held: Held = { group: instance ?? "", size: requests, spread: "off", node };
  return [{ instance, held }];
}

export function placeable({ name, size, spread }: Wanted): Placeable {
  return { group: name, size: amountsOf(size), spread };
}

type Begun = Pick<Placement, "wanted" | "target" | "held" | "replaced">;

function begin(board: Board, wanted: Wanted, running: readonly Held[]): Begun {
  const target = Math.min(Math.max(running.length, wanted.least), wanted.most);
  if (isReplaced(wanted, running)) return { wanted, target, held: [], replaced: running };
  const held = [...running];
  for (const pod of held) board.hold(pod);
  while (held.length > target) board.release(takeFullest(board, held));
  return { wanted, target, held, replaced: [] };
}

/** Whether none of the pods that run can stay: another size, or two on a node where each is to have its own. */
function isReplaced(wanted: Wanted, running: readonly Held[]): boolean {
  const { size, spread } = placeable(wanted);
  if (running.some((pod) => !same(pod.size, size))) return true;
  const nodes = new Set(running.map(({ node }) => node));
  return spread === "required" && nodes.size < running.length;
}

/** Takes a pod out of the list: one of the node that has most of its group, the last one where nodes are equal. */
export function takeFullest(board: Board, held: Held[]): Held {
  let index = 0;
  const count = (at: number) => {
    const pod = held[at];
    return pod ? board.count(pod.group, pod.node) : 0;
  };
  for (let at = 1; at < held.length; at++) if (count(at) >= count(index)) index = at;
  const [taken] = held.splice(index, 1);
  if (!taken) throw new Error("there is no pod to take");
  return taken;
}

function complete(board: Board, { wanted, target, held, replaced }: Begun): Placement {
  const pod = placeable(wanted);
  const added = placeUpTo(board, pod, target - held.length);
  const all = [...held, ...added];
  const lacking = board.lacking(pod);
  return { wanted, target, held: all, pending: target - all.length, replaced, lacking };
}

/** Places as many as fit, up to a number. */
export function placeUpTo(board: Board, pod: Placeable, most: number): Held[] {
  const added: Held[] = [];
  while (added.length < most) {
    const held = board.place(pod);
    if (held === undefined) break;
    added.push(held);
  }
  return added;
}
