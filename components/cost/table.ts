import type { Cost, ProcessSummary } from "./cost.ts";
import { rangeOf } from "./cost.ts";
import type { Prices } from "./price.ts";
import { monthlyPrice, priceText, priceTitle } from "./price.ts";
import type { Thousandths } from "../manifest/quantity.ts";
import { formatCpu, formatMemory, parseQuantity } from "../manifest/quantity.ts";
import { WEB } from "../plan/process-plan.ts";
import type { Column } from "./text-table.ts";
import { formatChange, table } from "./text-table.ts";

/** A further column of a table of costs. */
export interface CostColumn {
  readonly title: string;
  /** By process type; `(proxy)` for the proxy in front of `web`. */
  readonly cellOf: (name: string) => string;
}

export const PROXY_ROW = "(proxy)";
const TOTAL_ROW = "total";
/** Of a row: a process type that serves no requests has none to know. */
const UNKNOWN = "-";
const UNKNOWN_TOTAL = "unknown";

/** What a table of costs shows besides. */
export interface CostTableOptions {
  /** What an hour costs: one more column. */
  readonly prices?: Prices | undefined;
  readonly further?: CostColumn;
}

/**
 * What a change costs, as a table: pods, memory, CPU, concurrency and surge of each process type
 * and the total, and the price of a month where prices are known; below it, what runs only by the
 * clock.
 *
 * @param before undefined where nothing ran, or what ran is not known
 */
export function costTable(
  before: Cost | undefined,
  after: Cost,
  { prices, further }: CostTableOptions = {},
): string {
  const olds = before && rangesOf(before);
  const news = rangesOf(after);
  const names = [...new Set([...news.keys(), ...(olds?.keys() ?? [])])];
  const rows = names.map((name) => [
    name,
    ...formatChanges(olds && (olds.get(name) ?? NOTHING), news.get(name) ?? NOTHING, { prices }),
    ...(further ? [further.cellOf(name)] : []),
  ]);
  const total = { prices, unknown: UNKNOWN_TOTAL };
  const inAll = formatChanges(olds && sumOf(olds), sumOf(news), total);
  const price = prices ? [{ title: priceTitle(prices), align: "right" } as const] : [];
  const found = table(
    [...COLUMNS, ...price, ...(further ? [{ title: further.title }] : [])],
    [...rows, [TOTAL_ROW, ...inAll]],
  );
  return [found, ...scheduleLines(after)].join("\n\n");
}

/** The price of a month, from the fewest replicas to the most: `45.20`, `45.20-180.80`. */
export function monthlyRange(cost: Cost, prices: Prices): string {
  return priceRange(sumOf(rangesOf(cost)), prices);
}

/** What runs by the clock takes nothing in between, and may run while all others do. */
function scheduleLines({ processes }: Cost): string[] {
  const lines = Object.entries(processes).flatMap(([type, { schedule, replicas }]) => {
    if (schedule === undefined) return [];
    const when = rangeOf(replicas).max === 0 ? "suspended; " : "";
    return [`${type} takes this only while it runs (${when}${schedule}).`];
  });
  return lines.length === 0 ? [] : [lines.join("\n")];
}

const COLUMNS: readonly Column[] = [
  { title: "type" },
  ...["pods", "memory", "CPU", "concurrency", "surge"].map(
    (title) => ({ title, align: "right" }) as const,
  ),
];

interface Figures {
  readonly pods: number;
  readonly memory: Thousandths;
  readonly cpu: Thousandths;
  /** Undefined where it is not known. */
  readonly concurrency: number | undefined;
  readonly surge: number | undefined;
}

/** From `min` to `max` replicas; the same unless an autoscaler chooses. */
interface Range {
  readonly min: Figures;
  readonly max: Figures;
}

const NONE: Figures = { pods: 0, memory: 0n, cpu: 0n, concurrency: undefined, surge: 0 };
const NOTHING: Range = { min: NONE, max: NONE };

function rangesOf({ processes, totals: { proxy } }: Cost): Map<string, Range> {
  const ranges = new Map(
    Object.entries(processes).map(([type, summary]) => [type, amountsOf(summary)]),
  );
  if (proxy) ranges.set(PROXY_ROW, amountsOf(proxy));
  return ranges;
}

type Summary = Pick<ProcessSummary, "replicas" | "memory" | "cpu"> &
  Partial<Pick<ProcessSummary, "concurrency" | "surgePods">>;

function amountsOf({ replicas, memory, cpu, concurrency, surgePods }: Summary): Range {
  const counts = rangeOf(replicas);
  const max = {
    pods: counts.max,
    memory: parseQuantity(memory) ?? 0n,
    cpu: parseQuantity(cpu) ?? 0n,
    concurrency,
    surge: surgePods,
  };
  const share = (whole: bigint) =>
    counts.max === 0 ? 0n : (whole * BigInt(counts.min)) / BigInt(counts.max);
  const min = {
    ...max,
    pods: counts.min,
    memory: share(max.memory),
    cpu: share(max.cpu),
    concurrency: concurrency === undefined ? undefined : Number(share(BigInt(concurrency))),
  };
  return { min, max };
}

function sumOf(ranges: ReadonlyMap<string, Range>): Range {
  const all = [...ranges.values()];
  const sum = (amounts: readonly Figures[]) => ({
    ...amounts.reduce(plus, ZERO),
    // Unknown is not 0: where it is unknown of what gets traffic, it is of all.
    ...(isUnknown(ranges.get(WEB)) ? { concurrency: undefined } : {}),
  });
  return { min: sum(all.map(({ min }) => min)), max: sum(all.map(({ max }) => max)) };
}

function isUnknown(web: Range | undefined): boolean {
  return web !== undefined && web.max.pods > 0 && web.max.concurrency === undefined;
}

const ZERO: Figures = { ...NONE, concurrency: 0, surge: 0 };

function plus(a: Figures, b: Figures): Figures {
  return {
    pods: a.pods + b.pods,
    memory: a.memory + b.memory,
    cpu: a.cpu + b.cpu,
    concurrency: (a.concurrency ?? 0) + (b.concurrency ?? 0),
    surge: (a.surge ?? 0) + (b.surge ?? 0),
  };
}

interface Shown {
  readonly prices: Prices | undefined;
  readonly unknown?: string;
}

function formatChanges(before: Range | undefined, after: Range, shown: Shown): string[] {
  const old = before && cells(before, shown);
  return cells(after, shown).map((cell, index) => formatChange(old?.[index], cell));
}

function cells(range: Range, { prices, unknown = UNKNOWN }: Shown): string[] {
  return [
    rangeText(range, ({ pods }) => String(pods)),
    rangeText(range, ({ memory }) => formatMemory(memory)),
    rangeText(range, ({ cpu }) => formatCpu(cpu)),
    rangeText(range, ({ concurrency }) => String(concurrency ?? unknown)),
    String(range.max.surge ?? unknown),
    ...(prices ? [priceRange(range, prices)] : []),
  ];
}

function priceRange(range: Range, prices: Prices): string {
  return rangeText(range, (it) => priceText(monthlyPrice(it, prices), prices));
}

function rangeText({ min, max }: Range, text: (amounts: Figures) => string): string {
  const [from, to] = [text(min), text(max)];
  return from === to ? to : `${from}-${to}`;
}
