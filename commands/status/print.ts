import { table } from "../../components/cost/text-table.ts";
import type { Column } from "../../components/cost/text-table.ts";
import type { AdviceView } from "./advice-view.ts";
import type { StackAdvice } from "./advice.ts";
import type { StackStatus } from "./stack-status.ts";
import { remarksOn, replicasText } from "./stack-status.ts";
import type { NodeStatus, TypeStatus } from "./summary.ts";
import { podsText } from "./summary.ts";

const UNKNOWN = "-";
const right = (title: string): Column => ({ title, align: "right" });

/** How a stack stands, for a terminal. */
export function statusText(heading: string, status: StackStatus, advised?: ShownAdvice): string {
  const { formation, nodes, unknown, unreachable } = status;
  const isKnown = unreachable === undefined;
  const parts = [
    heading,
    formationTable(formation, isKnown),
    ...(isKnown && nodes.some(hasPods) ? [nodesTable(nodes, formation)] : []),
    [
      ...(isKnown ? [] : [`The cluster does not answer: ${unreachable}`]),
      ...formation.flatMap((it) => remarksOn(it).map((remark) => `${it.type}: ${remark}`)),
      ...unknown.map(({ what, reason }) => `Unknown: ${what}: ${reason}`),
    ].join("\n"),
    ...(advised ? [adviceText(advised)] : []),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** What is advised, and what could not be seen. */
export interface ShownAdvice extends Pick<StackAdvice, "unseen"> {
  readonly advice: readonly AdviceView[];
}

function adviceText({ advice, unseen }: ShownAdvice): string {
  const pieces = advice.map(({ type, message, command, problems = [] }) => {
    const refusals = problems.map((it) => `    refused now: ${it.location}: ${it.message}`);
    return [`  ${type}: ${message}`, `    ${command}`, ...refusals].join("\n");
  });
  const reasons = unseen.map(({ what, reason }) => `${what} (${reason})`).join("; ");
  return [
    pieces.length === 0 ? "No advice by what was seen." : "Advice:",
    ...pieces,
    ...(reasons === "" ? [] : [`Not seen: ${reasons}.`]),
  ].join("\n");
}

function formationTable(formation: readonly TypeStatus[], isKnown: boolean): string {
  const hasUse = isKnown && formation.some(({ use }) => use !== undefined);
  const columns = [
    { title: "type" },
    right("wanted"),
    right("applied"),
    right("running"),
    ...(hasUse ? [right("memory in use"), right("CPU in use")] : []),
    ...(isKnown ? [{ title: "pods" }] : []),
  ];
  const rows = formation.map(({ type, wanted, applied, running, pods, use }) => [
    type,
    replicasText(wanted),
    applied === undefined ? UNKNOWN : replicasText(applied),
    isKnown ? String(running) : UNKNOWN,
    ...(hasUse ? [inUse(use?.memory, use?.memoryPercent), inUse(use?.cpu, use?.cpuPercent)] : []),
    ...(isKnown ? [podsText(pods)] : []),
  ]);
  return table(columns, rows);
}

function inUse(amount: string | undefined, percent: number | undefined): string {
  if (amount === undefined) return UNKNOWN;
  return percent === undefined ? amount : `${amount} (${percent} %)`;
}

function nodesTable(nodes: readonly NodeStatus[], formation: readonly TypeStatus[]): string {
  const types = formation.map(({ type }) => type);
  const columns = [{ title: "zone" }, { title: "node" }, ...types.map(right)];
  const rows = nodes.map(({ node, zone, pods }) => [
    zone ?? UNKNOWN,
    node ?? "(no node yet)",
    ...types.map((type) => String(pods[type] ?? "")),
  ]);
  return table(columns, rows);
}

function hasPods({ pods }: NodeStatus): boolean {
  return Object.keys(pods).length > 0;
}
