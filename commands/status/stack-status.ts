/** How a stack stands, in one value: what the terminal prints and the page shows. */
import type { Replicas } from "../../components/cost/cost.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { troubleText } from "../../components/plan/autoscaler-findings.ts";
import type { Applied } from "./applied.ts";
import type { LiveApp } from "./live-app.ts";
import type { NodeStatus, TypeStatus } from "./summary.ts";
import { nodeStatuses, typeStatuses } from "./summary.ts";

export interface StackStatus {
  readonly formation: readonly TypeStatus[];
  readonly nodes: readonly NodeStatus[];
  /** What is not known, and why: `what was applied`, `what the pods use`, … */
  readonly unknown: readonly { readonly what: string; readonly reason: string }[];
  /** Why nothing of the cluster is known; undefined where it answers. */
  readonly unreachable: string | undefined;
}

export interface Seen {
  readonly live: LiveApp;
  readonly applied: Applied;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function stackStatus(plan: AppPlan, { live, applied, now }: Seen): StackStatus {
  const { unreachable, use, nodesHidden } = live;
  const unknown = [
    ...unknownIf("what was applied", applied.unknown),
    ...(unreachable === undefined
      ? [
          ...unknownIf("what the pods use", typeof use === "string" ? use : undefined),
          ...unknownIf("zones, and nodes without pods", nodesHidden),
        ]
      : []),
  ];
  return {
    formation: typeStatuses(plan, { live, applied: applied.cost, now }),
    nodes: nodeStatuses(plan, live),
    unknown,
    unreachable,
  };
}

/** Without a reason, the answer is on its way. */
function unknownIf(what: string, reason: string | undefined) {
  return reason === undefined || reason === "" ? [] : [{ what, reason }];
}

/** What a person should know of a process type, a sentence each; nothing where all is well. */
export function remarksOn(status: TypeStatus): string[] {
  const { wanted, applied, reasons, restarted, scaledByHand, autoscalerTrouble } = status;
  return [
    ...(applied !== undefined && !isSame(wanted, applied)
      ? [`The file says ${replicasText(wanted)}, applied are ${replicasText(applied)}.`]
      : []),
    ...(scaledByHand ? [byHandText(scaledByHand)] : []),
    ...(scaledByHand ? [] : unfinished(status)),
    ...(autoscalerTrouble ? [asSentence(troubleText(autoscalerTrouble))] : []),
    ...reasons.map(({ reason, pods }) => `${pods === 1 ? "1 pod" : `${pods} pods`}: ${reason}`),
    ...restartText(restarted),
  ];
}

/** An `up` that ended early leaves the outputs of the one before. */
function unfinished({ applied, desired, wanted }: TypeStatus): string[] {
  if (typeof applied !== "number" || typeof wanted !== "number") return [];
  if (desired === undefined || desired === applied) return [];
  return [`The Deployment asks for ${desired}, applied are ${applied}: an update has not ended.`];
}

function byHandText({ from, to, by, at }: NonNullable<TypeStatus["scaledByHand"]>): string {
  const when = at === undefined ? "" : `, ${at.replace(/T(\d\d:\d\d).*$/, " $1 UTC")}`;
  return `Somebody has scaled it by hand: ${from} → ${to} (${by}${when}).`;
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function restartText({ pods, outOfMemory }: TypeStatus["restarted"]): string[] {
  if (pods === 0) return [];
  const who = pods === 1 ? "1 pod has" : `${pods} pods have`;
  const memory = outOfMemory === 0 ? "" : `, ${outOfMemory} for lack of memory (OOMKilled)`;
  return [`${who} restarted within the last hour${memory}.`];
}

function isSame(a: Replicas, b: Replicas): boolean {
  return replicasText(a) === replicasText(b);
}

/** `4`, `2-8`. */
export function replicasText(replicas: Replicas): string {
  return typeof replicas === "number" ? String(replicas) : `${replicas.min}-${replicas.max}`;
}
