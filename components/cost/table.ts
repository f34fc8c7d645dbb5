import type { Cost, ProcessSummary } from "./cost.ts";
import { rangeOf } from "./cost.ts";
import type { Thousandths } from "../manifest/quantity.ts";
import { formatCpu, formatMemory, parseQuantity } from "../manifest/quantity.ts";
import { WEB } from "../plan/process-plan.ts";
import type { Column } from "./text-table.ts";
import { arrow, table } from "./text-table.ts";

/** A further column of a table of costs. */
export interface CostColumn {
  readonly title: string;
  /** By process type; `(queue)` for the queue in front of `web`. */
  readonly cellOf: (name: string) => string;
}

export const QUEUE_ROW = "(queue)";
const TOTAL_ROW = "total";
/** Of a row: a process type that serves no requests has none to know. */
const UNKNOWN = "-";
const UNKNOWN_TOTAL = "unknown";

/**
 * What a change costs, as a table: pods, memory, CPU, concurrency and surge of each process type and in all.
 *
 * @param before undefined where nothing ran, or what ran is not known
 */
export function costTable(before: Cost | undefined, after: Cost, further?: CostColumn): string {
  const olds = before && rangesOf(before);
  const news = rangesOf(after);
  const names = [...new Set([...news.keys(), ...(olds?.keys() ?? [])])];
  const rows = names.map((name) => [
    name,
    ...arrows(olds && (olds.get(name) ?? NOTHING), news.get(name) ?? NOTHING),
    ...(further ? [further.cellOf(name)] : []),
  ]);
  const inAll = arrows(olds && sumOf(olds), sumOf(news), UNKNOWN_TOTAL);
  return table(
    [...COLUMNS, ...(further ? [{ title: further.title }] : [])],
    [...rows, [TOTAL_ROW, ...inAll]],
  );
}

const COLUMNS: readonly Column[] = [
  { title: "type" },
  ...["pods", "memory", "CPU", "concurrency", "surge"].map(
    (title) => ({ title, align: "right" }) as const,
  ),
];

interface Amounts {
  readonly pods: number;
  readonly memory: Thousandths;
  readonly cpu: Thousandths;
  /** Undefined where it is not known. */
  readonly concurrency: number | undefined;
  readonly surge: number | undefined;
}

/** From least to most; the same unless an autoscaler chooses. */
interface Range {
  readonly least: Amounts;
  readonly most: Amounts;
}

const NONE: Amounts = { pods: 0, memory: 0n, cpu: 0n, concurrency: undefined, surge: 0 };
const NOTHING: Range = { least: NONE, most: NONE };

function rangesOf({ processes, totals: { queue } }: Cost): Map<string, Range> {
  const ranges = new Map(
    Object.entries(processes).map(([type, summary]) => [type, amountsOf(summary)]),
  );
  if (queue) ranges.set(QUEUE_ROW, amountsOf(queue));
  return ranges;
}

type Summary = Pick<ProcessSummary, "replicas" | "memory" | "cpu"> &
  Partial<Pick<ProcessSummary, "concurrency" | "surgePods">>;

function amountsOf({ replicas, memory, cpu, concurrency, surgePods }: Summary): Range {
  const { min, max } = rangeOf(replicas);
  const most = {
    pods: max,
    memory: parseQuantity(memory) ?? 0n,
    cpu: parseQuantity(cpu) ?? 0n,
    concurrency,
    surge: surgePods,
  };
  const share = (whole: bigint) => (max === 0 ? 0n : (whole * BigInt(min)) / BigInt(max));
  const least = {
    ...most,
    pods: min,
    memory: share(most.memory),
    cpu: share(most.cpu),
    concurrency: concurrency === undefined ? undefined : Number(share(BigInt(concurrency))),
  };
  return { least, most };
}

function sumOf(ranges: ReadonlyMap<string, Range>): Range {
  const all = [...ranges.values()];
  const sum = (amounts: readonly Amounts[]) => ({
    ...amounts.reduce(plus, ZERO),
    // Unknown is not 0: where it is unknown of what gets traffic, it is of all.
    ...(isUnknown(ranges.get(WEB)) ? { concurrency: undefined } : {}),
  });
  return { least: sum(all.map(({ least }) => least)), most: sum(all.map(({ most }) => most)) };
}

function isUnknown(web: Range | undefined): boolean {
  return web !== undefined && web.most.pods > 0 && web.most.concurrency === undefined;
}

const ZERO: Amounts = { ...NONE, concurrency: 0, surge: 0 };

function plus(a: Amounts, b: Amounts): Amounts {
  return {
    pods: a.pods + b.pods,
    memory: a.memory + b.memory,
    cpu: a.cpu + b.cpu,
    concurrency: (a.concurrency ?? 0) + (b.concurrency ?? 0),
    surge: (a.surge ?? 0) + (b.surge ?? 0),
  };
}

function arrows(before: Range | undefined, after: Range, unknown = UNKNOWN): string[] {
  const old = before && cells(before, unknown);
  return cells(after, unknown).map((cell, index) => arrow(old?.[index], cell));
}

function cells({ least, most }: Range, unknown: string): string[] {
  const range = (text: (amounts: Amounts) => string) => {
    const [from, to] = [text(least), text(most)];
    return from === to ? to : `${from}–${to}`;
  };
  return [
    range(({ pods }) => String(pods)),
    range(({ memory }) => formatMemory(memory)),
    range(({ cpu }) => formatCpu(cpu)),
    range(({ concurrency }) => String(concurrency ?? unknown)),
    String(most.surge ?? unknown),
  ];
}
