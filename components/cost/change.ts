import type { Cost, ProcessSummary } from "./cost.ts";
import { rangeOf } from "./cost.ts";
import { parseQuantity } from "../manifest/quantity.ts";
import { PROXY } from "../manifest/proxy.ts";

/**
 * The process types that want anything of the cluster that it does not give already: more replicas,
 * replicas of another size, or other places for them. What stays as it is, or only takes away, is
 * not to be held up.
 */
export function growingTypes(before: Cost | undefined, after: Cost): ReadonlySet<string> {
  const processes = Object.entries(after.processes)
    .filter(([type, now]) => grows(before?.processes[type], now))
    .map(([type]) => type);
  const isProxyNew = after.totals.proxy && !before?.totals.proxy;
  return new Set([...processes, ...(isProxyNew ? [PROXY] : [])]);
}

function grows(old: ProcessSummary | undefined, now: ProcessSummary): boolean {
  if (!old) return true;
  const [was, is] = [rangeOf(old.replicas), rangeOf(now.replicas)];
  return is.min > was.min || is.max > was.max || old.spread !== now.spread || !areAlike(old, now);
}

/**
 * Whether one replica is as big as before, where there are any; in whole products, since a share
 * may be none.
 */
function areAlike(old: ProcessSummary, now: ProcessSummary): boolean {
  const [was, is] = [BigInt(rangeOf(old.replicas).max), BigInt(rangeOf(now.replicas).max)];
  if (is === 0n) return true;
  return (["memory", "cpu", "storage"] as const).every(
    (name) => amountIn(old[name]) * is === amountIn(now[name]) * was,
  );
}

function amountIn(quantity: string): bigint {
  return parseQuantity(quantity) ?? 0n;
}
