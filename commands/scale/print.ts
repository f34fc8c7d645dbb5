import type { Replicas } from "../../components/cost/cost.ts";
import type { CostColumn } from "../../components/cost/table.ts";
import { costTable, monthlyRange, PROXY_ROW } from "../../components/cost/table.ts";
import { priceTitle } from "../../components/cost/price.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { truncate, table } from "../../components/cost/text-table.ts";
import type { StackLocation } from "../stack-file.ts";
import type { Measure, Measures } from "./measure.ts";
import { chooserText } from "./measure.ts";

const MIN_COMMAND_WIDTH = 16;
const UNKNOWN = "-";
const right = (title: string) => ({ title, align: "right" }) as const;

export function heading({ stack, shown }: StackLocation): string {
  return `Stack ${stack} (${shown})`;
}

export function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

export function warn({ warnings, notes }: AppPlan): void {
  for (const { location, message } of warnings)
    process.stderr.write(`warning: ${location}: ${message}\n`);
  for (const { location, message } of notes)
    process.stderr.write(`note: ${location}: ${message}\n`);
}

/** What runs, as a table; commands are cut to keep it as wide as asked. */
export function formationText(measures: Measures, width: number): string {
  const { formation } = measures;
  const autoscaled = formation.some(({ autoscale }) => autoscale !== undefined);
  const scheduled = formation.some(({ schedule }) => schedule !== undefined);
  const columns = [
    { title: "type" },
    { title: "command" },
    right("replicas"),
    right("workers × threads"),
    right("memory"),
    right("CPU"),
    { title: "spread" },
    ...(autoscaled ? [{ title: "autoscale" }] : []),
    ...(scheduled ? [{ title: "schedule" }] : []),
  ];
  const cells = (command: (row: Measure) => string) =>
    formation.map((row) => [
      row.type,
      command(row),
      replicasText(row.replicas),
      `${row.workers ?? UNKNOWN} × ${row.threads ?? UNKNOWN}`,
      row.memory,
      row.cpu,
      row.spread,
      ...(autoscaled ? [row.autoscale ? chooserText(row) : UNKNOWN] : []),
      ...(scheduled ? [row.schedule ? chooserText(row) : UNKNOWN] : []),
    ]);
  const rest = Math.max(
    ...table(
      columns,
      cells(() => "command"),
    )
      .split("\n")
      .map(lengthOf),
  );
  const room = Math.max(MIN_COMMAND_WIDTH, width - rest + "command".length);
  return `${table(
    columns,
    cells(({ command }) => truncate(command, room)),
  )}\n\n${totalsText(measures, autoscaled || scheduled)}`;
}

function replicasText(replicas: Replicas): string {
  return typeof replicas === "number" ? String(replicas) : `${replicas.min}-${replicas.max}`;
}

function lengthOf({ length }: string): number {
  return length;
}

function totalsText(measures: Measures, isRange: boolean): string {
  const { totals, prices } = measures;
  const { pods, memory, cpu, concurrency, surgePods, proxy } = totals;
  const price = prices
    ? [`Price of what is requested: ${monthlyRange(measures, prices)} ${priceTitle(prices)}.`]
    : [];
  const withProxy = proxy ? ` (${proxy.replicas} of them the proxy of web)` : "";
  return [
    `Total${isRange ? ", at most" : ""}: ${count(pods, "pod")}${withProxy}, ${memory} memory, ${cpu} CPU, ${concurrency === undefined ? "an unknown number of requests" : count(concurrency, "request")} at once.`,
    ...price,
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
  readonly proxyRestarts: boolean;
}

/** What changes, as a table: sums of each process type, and of all. */
export function comparisonText({ before, after, restarts, proxyRestarts }: Comparison): string {
  const further: CostColumn = {
    title: "pods restart",
    cellOf: (name) =>
      restarts.includes(name) || (name === PROXY_ROW && proxyRestarts) ? "yes, one rollout" : "no",
  };
  return costTable(before, after, { prices: after.prices, further });
}
