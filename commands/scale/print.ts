import type { Totals } from "../../components/cost.ts";
import type { Measure, Measures, QueueMeasure } from "./measure.ts";
import { arrow, cut, table } from "./table.ts";

const LEAST_COMMAND = 16;
const UNKNOWN = "-";
const right = (title: string) => ({ title, align: "right" }) as const;

/** What runs, as a table; commands are cut to keep it as wide as asked. */
export function formationText({ formation, queue, totals }: Measures, width: number): string {
  const columns = [
    { title: "type" },
    { title: "command" },
    right("replicas"),
    right("workers × threads"),
    right("memory"),
    right("CPU"),
    { title: "spread" },
  ];
  const cells = (command: (row: Measure) => string) =>
    formation.map((row) => [
      row.type,
      command(row),
      String(row.replicas),
      `${row.workers ?? UNKNOWN} × ${row.threads ?? UNKNOWN}`,
      row.memory,
      row.cpu,
      row.spread,
    ]);
  const rest = Math.max(
    ...table(
      columns,
      cells(() => "command"),
    )
      .split("\n")
      .map(lengthOf),
  );
  const room = Math.max(LEAST_COMMAND, width - rest + "command".length);
  return `${table(
    columns,
    cells(({ command }) => cut(command, room)),
  )}\n\n${totalsText(totals, queue)}`;
}

function lengthOf({ length }: string): number {
  return length;
}

function totalsText(
  { pods, memory, cpu, concurrency, surgePods }: Totals,
  queue?: QueueMeasure,
): string {
  const withQueue = queue ? ` (${queue.replicas} of them the queue of web)` : "";
  return [
    `In all: ${count(pods, "pod")}${withQueue}, ${memory} memory, ${cpu} CPU, ${count(concurrency, "request")} at once.`,
    `A rollout of everything adds ${count(surgePods, "pod")} for its duration.`,
  ].join("\n");
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** Two plans side by side. */
export interface Comparison {
  /** Undefined where what stands there now cannot run. */
  readonly before: Measures | undefined;
  readonly after: Measures;
  /** Process types whose pods are replaced. */
  readonly restarts: readonly string[];
  readonly queueRestarts: boolean;
}

/** What changes, as a table: sums of each process type, and of all. */
export function comparisonText({ before, after, restarts, queueRestarts }: Comparison): string {
  const columns = [
    { title: "type" },
    right("pods"),
    right("memory"),
    right("CPU"),
    right("concurrency"),
    right("surge"),
    { title: "pods restart" },
  ];
  const rows = after.formation.map((row) => {
    const old = before?.formation.find(({ type }) => type === row.type);
    return [
      row.type,
      ...arrows(old && sums(old), sums(row)),
      restartText(restarts.includes(row.type)),
    ];
  });
  const queue = after.queue && [
    "(queue)",
    ...arrows(undefined, { ...after.queue, pods: after.queue.replicas }),
    restartText(queueRestarts),
  ];
  const all = ["in all", ...arrows(before && inAll(before.totals), inAll(after.totals))];
  return table(columns, [...rows, ...(queue ? [queue] : []), all]);
}

function restartText(restarts: boolean): string {
  return restarts ? "yes, one rollout" : "no";
}

interface Sums {
  readonly pods: number;
  readonly memory: string;
  readonly cpu: string;
  readonly concurrency?: number | undefined;
  readonly surge?: number;
}

function sums({ replicas, total, surgePods }: Measure): Sums {
  return { pods: replicas, ...total, surge: surgePods };
}

function inAll({ surgePods, ...all }: Totals): Sums {
  return { ...all, surge: surgePods };
}

function arrows(before: Sums | undefined, after: Sums): string[] {
  const cells = ({ pods, memory, cpu, concurrency, surge }: Sums) => [
    String(pods),
    memory,
    cpu,
    String(concurrency ?? UNKNOWN),
    String(surge ?? UNKNOWN),
  ];
  const old = before && cells(before);
  return cells(after).map((cell, index) => arrow(old?.[index], cell));
}
