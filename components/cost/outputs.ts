import { isMap } from "../config/is-map.ts";
import type { Cost, ProcessSummary, Replicas, Totals } from "./cost.ts";
import { SPREADS } from "../manifest/placement.ts";
import { parseQuantity } from "../manifest/quantity.ts";

/**
 * What a stack came to by its outputs.
 *
 * @returns undefined where the outputs are not those of this program
 */
export function costFromOutputs(outputs: unknown): Cost | undefined {
  if (!isMap(outputs)) return undefined;
  const { processes, totals } = outputs;
  if (!isMap(processes) || !isTotals(totals)) return undefined;
  const summaries = Object.entries(processes);
  if (!summaries.every(isSummaryOfType)) return undefined;
  return { processes: Object.fromEntries(summaries.filter(isSummaryOfType)), totals };
}

function isSummaryOfType(entry: [string, unknown]): entry is [string, ProcessSummary] {
  const [, value] = entry;
  if (!isMap(value) || !isReplicas(value["replicas"])) return false;
  const counts = [value["concurrency"] ?? 0, value["surgePods"]];
  const isSpread = SPREADS.some((it) => it === value["spread"]);
  return (
    isSpread &&
    counts.every(isCount) &&
    areQuantities(value["memory"], value["cpu"], value["storage"])
  );
}

function isTotals(value: unknown): value is Totals {
  if (!isMap(value) || !isCount(value["pods"])) return false;
  const { memory, cpu, proxy } = value;
  const hasProxy = isMap(proxy) && isCount(proxy["replicas"]);
  return areQuantities(memory, cpu, ...(hasProxy ? [proxy["memory"], proxy["cpu"]] : []));
}

function isReplicas(value: unknown): value is Replicas {
  return isCount(value) || (isMap(value) && isCount(value["min"]) && isCount(value["max"]));
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value);
}

function areQuantities(...values: readonly unknown[]): boolean {
  return values.every((it) => typeof it === "string" && parseQuantity(it) !== undefined);
}
