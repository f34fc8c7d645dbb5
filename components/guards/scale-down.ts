import type { Confirmations } from "../config/guards.ts";
import type { Cost, Replicas } from "../cost/cost.ts";
import { rangeOf } from "../cost/cost.ts";
import type { Problem, Warning } from "../config/errors.ts";
import { preview } from "../config/errors.ts";

const CONFIRM = "dash-scale:confirm";

/** A process type that loses more than half of its replicas. */
export interface ScaleDown {
  readonly type: string;
  /** As it is confirmed: `10 -> 2`. */
  readonly change: string;
  /** For people. */
  readonly summary: string;
}

/**
 * Process types of which more than half of the replicas go: of those that run at least, or at most,
 * where an autoscaler chooses. One that is no longer in the Procfile goes to nothing.
 *
 * @param before undefined where nothing ran yet, or what ran is not known
 */
export function scaleDowns(before: Cost | undefined, after: Cost): ScaleDown[] {
  return Object.entries(before?.processes ?? {}).flatMap(([type, { replicas: old, schedule }]) => {
    const now = after.processes[type]?.replicas;
    if (!isMoreThanHalf(old, now ?? 0)) return [];
    const change = `${formatReplicas(old)} -> ${formatReplicas(now ?? 0)}`;
    const isNewlyScheduled =
      schedule === undefined && after.processes[type]?.schedule !== undefined;
    const clock = isNewlyScheduled ? ", since it has a schedule now" : "";
    const gone = now === undefined ? ", since the Procfile no longer has it" : clock;
    return [
      {
        type,
        change,
        summary: `${formatReplicas(old)} replicas of ${type} become ${formatReplicas(now ?? 0)}${gone}`,
      },
    ];
  });
}

function isMoreThanHalf(old: Replicas, now: Replicas): boolean {
  const [was, is] = [rangeOf(old), rangeOf(now)];
  return is.min * 2 < was.min || is.max * 2 < was.max;
}

/** `10`, `4-20`. */
function formatReplicas(replicas: Replicas): string {
  return typeof replicas === "number" ? String(replicas) : `${replicas.min}-${replicas.max}`;
}

/** A problem for each scale-down that is not confirmed. */
export function missingConfirmations(
  downs: readonly ScaleDown[],
  confirmations: Confirmations,
): Problem[] {
  return downs
    .filter(({ type, change }) => confirmations.get(type) !== change)
    .map(({ type, change, summary }) => {
      const found = confirmations.get(type);
      const other =
        found === undefined ? "is missing" : `got ${preview(found)}, which is another change`;
      const message = `${other}: ${summary}, less than half. If that is meant, confirm it: pulumi config set --path ${CONFIRM}.${type} "${change}"`;
      return { location: `${CONFIRM}.${type}`, message };
    });
}

/**
 * A warning for each confirmation of what does not happen now: it would allow what nobody thinks of
 * today.
 */
export function staleConfirmations(
  downs: readonly ScaleDown[],
  confirmations: Confirmations,
): Warning[] {
  return [...confirmations]
    .filter(([type, change]) => !downs.some((down) => down.type === type && down.change === change))
    .map(([type, change]) => ({
      location: `${CONFIRM}.${type}`,
      message: `${change} is not what changes now, so it can go: pulumi config rm --path ${CONFIRM}.${type}`,
    }));
}
