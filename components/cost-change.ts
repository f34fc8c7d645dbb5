import type { Cost, ProcessSummary } from "./cost.ts";
import { rangeOf } from "./cost.ts";
import { parseQuantity } from "./manifest/quantity.ts";

/**
 * Whether a change wants anything of the cluster that it does not give already: more replicas, replicas of another size, or
 * other places for them. What only takes away is not to be held up.
 */
export function asksForMore(before: Cost | undefined, after: Cost): boolean {
  if (after.totals.queue && !before?.totals.queue) return true;
  return Object.entries(after.processes).some(([type, now]) => {
    const old = before?.processes[type];
    if (!old) return true;
    const [was, is] = [rangeOf(old.replicas), rangeOf(now.replicas)];
    return is.min > was.min || is.max > was.max || old.spread !== now.spread || !areAlike(old, now);
  });
}

/** Whether one replica is as big as before, where there are any; in whole products, since a share may be none. */
function areAlike(old: ProcessSummary, now: ProcessSummary): boolean {
  const [was, is] = [BigInt(rangeOf(old.replicas).max), BigInt(rangeOf(now.replicas).max)];
  if (is === 0n) return true;
  return (["memory", "cpu", "storage"] as const)
    .filter((name) => old[name] !== undefined)
    .every((name) => amountIn(old[name]) * is === amountIn(now[name]) * was);
}

function amountIn(quantity = "0"): bigint {
  return parseQuantity(quantity) ?? 0n;
}
