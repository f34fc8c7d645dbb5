import type { Board, Held, Lack } from "./scheduler-simulation.ts";
import type { Placement } from "./placement.ts";
import { placeable, placeUpTo, takeFullest } from "./placement.ts";

/** How a rollout would go. */
export interface Rollout {
  /** Of the pods that it adds for its duration, those that find room at its start. */
  readonly room: number;
  /** Whether it comes to its end. */
  readonly ends: boolean;
  /** What is lacking where it stands still. */
  readonly lacking: ReadonlyMap<Lack, number>;
}

/**
 * Tries a rollout on a copy of the board: new pods come as the surge allows, and for each one that runs an old one goes.
 *
 * Source: Kubernetes docs, "Deployments", with maxUnavailable 0.
 */
export function tryRollout(board: Board, { wanted, target, held, replaced }: Placement): Rollout {
  const trial = board.copy();
  const old: Held[] = replaced.length > 0 ? [...replaced] : [...held];
  if (replaced.length > 0) {
    for (const pod of held) trial.release(pod);
    for (const pod of replaced) trial.hold(pod);
  }
  // Another version: it keeps away from its own pods only.
  const pod = { ...placeable(wanted), group: `${wanted.name} (new)` };
  let fresh = 0;
  let room: number | undefined;
  while (fresh < target) {
    const allowed = Math.min(target + wanted.surge - old.length, target) - fresh;
    const added = placeUpTo(trial, pod, allowed).length;
    room ??= Math.min(added, wanted.surge);
    fresh += added;
    const spare = Math.min(old.length, old.length + fresh - target);
    for (let gone = 0; gone < spare; gone++) trial.release(takeFullest(trial, old));
    if (added === 0 && spare <= 0) return { room, ends: false, lacking: trial.lacking(pod) };
  }
  return { room: room ?? wanted.surge, ends: true, lacking: trial.lacking(pod) };
}
