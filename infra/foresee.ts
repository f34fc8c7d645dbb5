import { isDeepStrictEqual } from "node:util";
import { log, runtime } from "@pulumi/pulumi";
import type { Cost } from "../components/cost.ts";
import { costOf } from "../components/cost.ts";
import { askingForMore } from "../components/cost-change.ts";
import { costTable } from "../components/cost-table.ts";
import type { Warning } from "../components/errors.ts";
import { refuse } from "../components/errors.ts";
import type { Findings } from "../components/fit/findings.ts";
import { NONE, together } from "../components/fit/findings.ts";
import type { CheckedGuards } from "../components/guards.ts";
import type { SeenCluster } from "../components/own-cluster.ts";
import { judgeCluster } from "../components/own-cluster.ts";
import type { AppArgs, AppPlan } from "../components/plan.ts";
import { planApp } from "../components/plan.ts";
import { idleConfirmations, scaleDowns, unconfirmed } from "../components/scale-down.ts";
import type { Asked } from "./cluster/ask.ts";
import { seeCluster } from "./cluster/identity.ts";
import type { ScaleChange } from "./fit.ts";
import type { LastOutputs } from "./last-outputs.ts";
import { lastOutputs } from "./last-outputs.ts";
import { rightsOf } from "./rights.ts";

/** What was found out before anything is declared. */
export interface Foreseen {
  /** The cluster that the stack is to remember: UID of its namespace `kube-system`; undefined where it is not known. */
  readonly cluster: string | undefined;
  /** Whether the cluster answers the program, so that it can follow rollouts. */
  readonly answers: boolean;
}

/**
 * Says in a preview what a change of the scale costs, and whether the cluster has room for it. Holds a change to what the
 * stack's guards say of it, and to the cluster that the stack belongs to.
 *
 * What stays as it is, or only takes away, is not judged by the cluster's room: a fix must not wait for a node that was lost.
 *
 * @throws ConfigError with all that is wrong, before anything is changed
 */
export async function foresee(args: AppArgs, asked: Asked): Promise<Foreseen> {
  const plan = planApp(args);
  const [last, seen] = await Promise.all([lastOutputs(), seeCluster(asked)]);
  const [before, after] = [last.cost, costOf(plan)];
  const { remember, ...cluster } = judgeCluster(
    { named: plan.guards.cluster, remembered: last.cluster },
    seen,
    asked.settings.mayBeUnreachable,
  );
  const guarded = guardedChange(plan.guards, last, after);
  // Whether it fits into a wrong one is of no interest.
  const asking = cluster.problems.length > 0 ? new Set<string>() : askingForMore(before, after);
  const isSeen = cluster.problems.length === 0 && !("unreachable" in seen);
  const [fits, rights] = await Promise.all([
    asking.size > 0 ? fitInto({ plan, asking }, seen, asked) : NONE,
    isSeen ? rightsOf(plan, asked) : NONE,
  ]);
  for (const warning of cluster.warnings) await warn(warning);
  if (runtime.isDryRun()) {
    if (!isDeepStrictEqual(before, after)) await tell(before, after, fits);
    // A preview waits for nothing, and may be for an account that only reads.
    const found = [...together([guarded, fits]).warnings, ...rights.problems];
    await preview(plan, found);
  }
  refuse([
    ...cluster.problems,
    ...guarded.problems,
    ...fits.problems,
    ...(runtime.isDryRun() ? [] : rights.problems),
  ]);
  const answers = !("unreachable" in seen);
  if (!answers && !runtime.isDryRun()) await warn(NOT_FOLLOWED);
  return { cluster: last.hidden === undefined ? remember : undefined, answers };
}

const NOT_FOLLOWED: Warning = {
  place: "kubernetes:context",
  message:
    "the cluster does not answer the program, so Pulumi's Kubernetes provider alone waits for the pods, and may report success too early",
};

/** What only a preview says: what is worth knowing of the app, and what a change may run into. */
async function preview({ notes }: AppPlan, warnings: readonly Warning[]): Promise<void> {
  for (const { place, message } of notes) await log.info(`${place}: ${message}`);
  for (const warning of warnings) await warn(warning);
}

/** One that has not answered is not asked again. */
async function fitInto(change: ScaleChange, seen: SeenCluster, asked: Asked): Promise<Findings> {
  const { fitOf, unknownFit } = await import("./fit.ts");
  return "unreachable" in seen ? unknownFit(seen.unreachable) : fitOf(change, asked);
}

/** What the guards say of a change, apart from what they say of the app. */
function guardedChange(
  { confirms, confirmations }: CheckedGuards,
  { cost, hidden }: LastOutputs,
  after: Cost,
): Findings {
  if (hidden !== undefined) return { problems: [], warnings: [unknownLast(hidden)], notes: [] };
  const downs = scaleDowns(cost, after);
  return {
    problems: confirms ? unconfirmed(downs, confirmations) : [],
    warnings: idleConfirmations(downs, confirmations),
    notes: [],
  };
}

function unknownLast(reason: string): Warning {
  const message = `the stack's last outputs cannot be read, so neither another cluster nor a scale-down of more than half is noticed: ${reason}`;
  return { place: "dash-scale:guards", message };
}

async function tell(before: Cost | undefined, after: Cost, { notes }: Findings): Promise<void> {
  const lines = notes.length === 0 ? "" : `\n${notes.join("\n")}\n`;
  await log.info(`What it comes to:\n\n${costTable(before, after)}\n${lines}`);
}

async function warn({ place, message }: Warning): Promise<void> {
  await log.warn(`${place}: ${message}`);
}
