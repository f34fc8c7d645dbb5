import { isDeepStrictEqual } from "node:util";
import { log, runtime } from "@pulumi/pulumi";
import type { Cost } from "../components/cost.ts";
import { costOf } from "../components/cost.ts";
import { asksForMore } from "../components/cost-change.ts";
import { costTable } from "../components/cost-table.ts";
import type { Warning } from "../components/errors.ts";
import { refuse } from "../components/errors.ts";
import type { Findings } from "../components/fit/findings.ts";
import { NONE, together } from "../components/fit/findings.ts";
import type { CheckedGuards } from "../components/guards.ts";
import type { AppArgs } from "../components/plan.ts";
import { planApp } from "../components/plan.ts";
import { idleConfirmations, scaleDowns, unconfirmed } from "../components/scale-down.ts";
import type { LastOutputs } from "./last-outputs.ts";
import { lastOutputs } from "./last-outputs.ts";

/**
 * Says in a preview what a change of the scale costs, and whether the cluster has room for it. Holds it to what the stack's
 * guards say of a change.
 *
 * What stays as it is, or only takes away, is not judged by the cluster's room: a fix must not wait for a node that was lost.
 *
 * @throws ConfigError with all that is wrong, before anything is changed
 */
export async function foresee(args: AppArgs): Promise<void> {
  const plan = planApp(args);
  const last = await lastOutputs();
  const before = last.cost;
  const after = costOf(plan);
  const guarded = guardedChange(plan.guards, last, after);
  const fits = asksForMore(before, after) ? await (await import("./fit.ts")).fitOf(plan) : NONE;
  const findings = together([guarded, fits]);
  if (runtime.isDryRun()) {
    if (!isDeepStrictEqual(before, after)) await tell(before, after, fits);
    for (const warning of findings.warnings) await warn(warning);
  }
  refuse(findings.problems);
}

/** What the guards say of a change, apart from what they say of the app. */
function guardedChange(
  { confirms, confirmations }: CheckedGuards,
  { cost, hidden }: LastOutputs,
  after: Cost,
): Findings {
  if (hidden !== undefined)
    return { problems: [], warnings: confirms ? [unknownLast(hidden)] : [], notes: [] };
  const downs = scaleDowns(cost, after);
  return {
    problems: confirms ? unconfirmed(downs, confirmations) : [],
    warnings: idleConfirmations(downs, confirmations),
    notes: [],
  };
}

function unknownLast(reason: string): Warning {
  const message = `the stack's outputs cannot be read, so a scale-down of more than half is not noticed: ${reason}`;
  return { place: "dash-scale:guards.scaleDown", message };
}

async function tell(before: Cost | undefined, after: Cost, { notes }: Findings): Promise<void> {
  const lines = notes.length === 0 ? "" : `\n${notes.join("\n")}\n`;
  await log.info(`What it comes to:\n\n${costTable(before, after)}\n${lines}`);
}

async function warn({ place, message }: Warning): Promise<void> {
  await log.warn(`${place}: ${message}`);
}
