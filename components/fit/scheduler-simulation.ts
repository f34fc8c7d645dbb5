import type { Spread } from "../manifest/placement.ts";
import type { Amounts, ClusterNode } from "./capacity.ts";
import { minus, plus } from "./capacity.ts";

/** A pod to be placed. */
export interface Placeable {
  /** The pods that it keeps away from: those of its process type and version. */
  readonly group: string;
  readonly size: Amounts;
  readonly spread: Spread;
}

/** A pod on a node. */
export interface PlacedPod extends Placeable {
  readonly node: string;
}

/**
 * What a node lacks for a pod; `own`: it has one of its group already, and each is to have a node
 * of its own.
 */
export type Shortage = "own" | "pods" | keyof Amounts;

interface Slot {
  readonly name: string;
  readonly open: boolean;
  readonly allocatable: Amounts;
  free: Amounts;
  freePods: number;
  readonly groups: Map<string, number>;
}

/**
 * Nodes with the pods on them, to try out what the scheduler would do. Changed in place.
 *
 * What fits follows the scheduler's filters: a request of none needs no room, and a node's free
 * room may be below none. Where it goes is the scheduler's preference in short: where fewest of the
 * group are, then where most room is.
 *
 * Source: kube-scheduler, plugins NodeResourcesFit, InterPodAffinity and PodTopologySpread.
 */
export class SchedulerSimulation {
  readonly #slots: Map<string, Slot>;

  private constructor(slots: readonly Slot[]) {
    this.#slots = new Map(slots.map((slot) => [slot.name, slot]));
  }

  static of(nodes: readonly ClusterNode[]): SchedulerSimulation {
    return new SchedulerSimulation(
      nodes.map(({ name, open, allocatable, mostPods, used, pods }) => ({
        name,
        open,
        allocatable,
        free: minus(allocatable, used),
        freePods: mostPods - pods,
        groups: new Map(),
      })),
    );
  }

  copy(): SchedulerSimulation {
    return new SchedulerSimulation(
      [...this.#slots.values()].map((slot) => ({ ...slot, groups: new Map(slot.groups) })),
    );
  }

  /** How many nodes take pods at all. */
  get openNodes(): number {
    return [...this.#slots.values()].filter(({ open }) => open).length;
  }

  /** How many pods of a group a node has. */
  count(group: string, node: string): number {
    return this.#slots.get(node)?.groups.get(group) ?? 0;
  }

  /** Takes down a pod that is on a node, whether or not it would fit. */
  hold({ group, size, node }: PlacedPod): void {
    const slot = this.#slots.get(node);
    if (!slot) return;
    slot.free = minus(slot.free, size);
    slot.freePods -= 1;
    slot.groups.set(group, (slot.groups.get(group) ?? 0) + 1);
  }

  release({ group, size, node }: PlacedPod): void {
    const slot = this.#slots.get(node);
    if (!slot) return;
    slot.free = plus(slot.free, size);
    slot.freePods += 1;
    slot.groups.set(group, (slot.groups.get(group) ?? 0) - 1);
  }

  /** Puts a pod where the scheduler would; undefined where it would stay Pending. */
  place(pod: Placeable): PlacedPod | undefined {
    let best: Slot | undefined;
    for (const slot of this.#slots.values()) {
      if (!slot.open || shortagesOf(slot, pod).length > 0) continue;
      if (best === undefined || isBetter(slot, best, pod)) best = slot;
    }
    if (best === undefined) return undefined;
    const placed = { ...pod, node: best.name };
    this.hold(placed);
    return placed;
  }

  /** On how many of the nodes that take pods each thing is lacking for a pod. */
  shortages(pod: Placeable): ReadonlyMap<Shortage, number> {
    const found = new Map<Shortage, number>();
    for (const slot of this.#slots.values()) {
      if (!slot.open) continue;
      for (const shortage of shortagesOf(slot, pod))
        found.set(shortage, (found.get(shortage) ?? 0) + 1);
    }
    return found;
  }
}

const RESOURCES = ["cpu", "memory", "storage"] as const;

function shortagesOf(
  { free, freePods, groups }: Slot,
  { group, size, spread }: Placeable,
): Shortage[] {
  const found: Shortage[] = RESOURCES.filter((name) => size[name] > 0n && size[name] > free[name]);
  if (freePods < 1) found.unshift("pods");
  if (spread === "required" && (groups.get(group) ?? 0) > 0) found.unshift("own");
  return found;
}

function isBetter(slot: Slot, than: Slot, { group, size, spread }: Placeable): boolean {
  if (spread !== "off") {
    const more = (slot.groups.get(group) ?? 0) - (than.groups.get(group) ?? 0);
    if (more !== 0) return more < 0;
  }
  const room = roomAfter(slot, size) - roomAfter(than, size);
  if (room !== 0) return room > 0;
  return slot.name < than.name;
}

/**
 * What would be left of a node, as the mean share of CPU and memory. It ranks nodes, no more: a
 * float will do.
 */
function roomAfter({ free, allocatable }: Slot, size: Amounts): number {
  const share = (name: "cpu" | "memory") =>
    allocatable[name] > 0n ? Number(free[name] - size[name]) / Number(allocatable[name]) : 0;
  return (share("cpu") + share("memory")) / 2;
}
