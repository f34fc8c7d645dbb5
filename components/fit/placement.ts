import type { PlacedPod, Shortage, Placeable } from "./scheduler-simulation.ts";
import { SchedulerSimulation } from "./scheduler-simulation.ts";
import type { Capacity, ClusterNode, NamespacePod } from "./capacity.ts";
import { same } from "./capacity.ts";
import type { PodDemand } from "./pod-demand.ts";
import { amountsOf } from "./pod-demand.ts";

/** Where the pods of one kind would be. */
export interface Placement {
  readonly demand: PodDemand;
  /** Pods that are to run now: as many as run, within `least` and `most`. */
  readonly target: number;
  readonly placed: readonly PlacedPod[];
  /** Of the target, the pods that no node has room for. */
  readonly pending: number;
  /** The pods that run now and that these take the place of; none where they stay. */
  readonly replaced: readonly PlacedPod[];
  /** What is lacking for one more. */
  readonly shortages: ReadonlyMap<Shortage, number>;
}

/** All pods of an app on the nodes of a cluster. */
export interface Placements {
  readonly simulation: SchedulerSimulation;
  readonly placements: readonly Placement[];
}

/**
 * Where the scheduler would put what is wanted. Pods that run stay where they are; a larger scale
 * adds pods, a smaller one takes them from the fullest nodes. Only where their size changes, all of
 * a kind are placed anew.
 */
export function placePods(
  demand: readonly PodDemand[],
  { nodes, pods }: { nodes: readonly ClusterNode[]; pods: NonNullable<Capacity["pods"]> },
): Placements {
  const simulation = SchedulerSimulation.of(nodes);
  const names = new Set(demand.map(({ name }) => name));
  const running = pods.flatMap(heldBy);
  for (const { instance, placed } of running) {
    if (instance === undefined || !names.has(instance)) simulation.hold(placed);
  }
  // First of all what stays, since nothing that comes can drive it out.
  const begun = demand.map((kind) => {
    const own = running.filter(({ instance }) => instance === kind.name);
    return begin(
      simulation,
      kind,
      own.map(({ placed }) => placed),
    );
  });
  return { simulation, placements: begun.map((kind) => complete(simulation, kind)) };
}

/** A pod that ends leaves its room to others. */
function heldBy({ instance, node, ending, requests }: NamespacePod) {
  if (node === undefined || ending) return [];
  const placed: PlacedPod = { group: instance ?? "", size: requests, spread: "off", node };
  return [{ instance, placed }];
}

export function placeable({ name, size, spread }: PodDemand): Placeable {
  return { group: name, size: amountsOf(size), spread };
}

type Begun = Pick<Placement, "demand" | "target" | "placed" | "replaced">;

function begin(
  simulation: SchedulerSimulation,
  demand: PodDemand,
  running: readonly PlacedPod[],
): Begun {
  const target = Math.min(Math.max(running.length, demand.min), demand.max);
  if (isReplaced(demand, running)) return { demand, target, placed: [], replaced: running };
  const placed = [...running];
  for (const pod of placed) simulation.hold(pod);
  while (placed.length > target) simulation.release(takeFullest(simulation, placed));
  return { demand, target, placed, replaced: [] };
}

/**
 * Whether none of the pods that run can stay: another size, or two on a node where each is to have
 * its own.
 */
function isReplaced(demand: PodDemand, running: readonly PlacedPod[]): boolean {
  const { size, spread } = placeable(demand);
  if (running.some((pod) => !same(pod.size, size))) return true;
  const nodes = new Set(running.map(({ node }) => node));
  return spread === "required" && nodes.size < running.length;
}

/**
 * Takes a pod out of the list: one of the node that has most of its group, the last one where nodes
 * are equal.
 */
export function takeFullest(simulation: SchedulerSimulation, placed: PlacedPod[]): PlacedPod {
  let index = 0;
  const count = (at: number) => {
    const pod = placed[at];
    return pod ? simulation.count(pod.group, pod.node) : 0;
  };
  for (let at = 1; at < placed.length; at++) if (count(at) >= count(index)) index = at;
  const [taken] = placed.splice(index, 1);
  if (!taken) throw new Error("there is no pod to take");
  return taken;
}

function complete(
  simulation: SchedulerSimulation,
  { demand, target, placed, replaced }: Begun,
): Placement {
  const pod = placeable(demand);
  const added = placeUpTo(simulation, pod, target - placed.length);
  const all = [...placed, ...added];
  const shortages = simulation.shortages(pod);
  return { demand, target, placed: all, pending: target - all.length, replaced, shortages };
}

/** Places as many as fit, up to a number. */
export function placeUpTo(
  simulation: SchedulerSimulation,
  pod: Placeable,
  max: number,
): PlacedPod[] {
  const added: PlacedPod[] = [];
  while (added.length < max) {
    const placed = simulation.place(pod);
    if (placed === undefined) break;
    added.push(placed);
  }
  return added;
}
