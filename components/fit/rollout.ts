import type { SchedulerSimulation, PlacedPod, Shortage } from "./scheduler-simulation.ts";
import type { Placement } from "./placement.ts";
import { placeable, placeUpTo, takeFullest } from "./placement.ts";

/** How a rollout would go. */
export interface Rollout {
  /** Of the pods that it adds for its duration, those that find room at its start. */
  readonly room: number;
  /** Whether it comes to its end. */
  readonly ends: boolean;
  /** What is lacking where it stands still. */
  readonly shortages: ReadonlyMap<Shortage, number>;
}

/**
 * Tries a rollout on a copy of the simulation: new pods come as the surge allows, and for each one
 * that runs an old one goes.
 *
 * Source: Kubernetes docs, "Deployments", with maxUnavailable 0.
 */
export function tryRollout(
  simulation: SchedulerSimulation,
  { demand, target, placed, replaced }: Placement,
): Rollout {
  const trial = simulation.copy();
  const old: PlacedPod[] = replaced.length > 0 ? [...replaced] : [...placed];
  if (replaced.length > 0) {
    for (const pod of placed) trial.release(pod);
    for (const pod of replaced) trial.hold(pod);
  }
  // Another version: it keeps away from its own pods only.
  const pod = { ...placeable(demand), group: `${demand.name} (new)` };
  let fresh = 0;
  let room: number | undefined;
  while (fresh < target) {
    const allowed = Math.min(target + demand.surge - old.length, target) - fresh;
    const added = placeUpTo(trial, pod, allowed).length;
    room ??= Math.min(added, demand.surge);
    fresh += added;
    const spare = Math.min(old.length, old.length + fresh - target);
    for (let gone = 0; gone < spare; gone++) trial.release(takeFullest(trial, old));
    if (added === 0 && spare <= 0) return { room, ends: false, shortages: trial.shortages(pod) };
  }
  return { room: room ?? demand.surge, ends: true, shortages: trial.shortages(pod) };
}
