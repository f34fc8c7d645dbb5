import { isDeepStrictEqual } from "node:util";
import { log, runtime } from "@pulumi/pulumi";
import type { Cost } from "../components/cost.ts";
import { costOf } from "../components/cost.ts";
import { asksForMore } from "../components/cost-change.ts";
import { costTable } from "../components/cost-table.ts";
import { refuse } from "../components/errors.ts";
import type { Findings } from "../components/fit/findings.ts";
import { NONE } from "../components/fit/findings.ts";
import type { AppArgs } from "../components/plan.ts";
import { planApp } from "../components/plan.ts";
import { lastCost } from "./last-cost.ts";

/**
 * Says in a preview what a change of the scale costs, and whether the cluster has room for it.
 *
 * What stays as it is, or only takes away, is not judged: a fix must not wait for a node that was lost.
 *
 * @throws ConfigError with all that is wrong, before anything is changed
 */
export async function foresee(args: AppArgs): Promise<void> {
  const plan = planApp(args);
  const before = await lastCost();
  const after = costOf(plan);
  if (isDeepStrictEqual(before, after)) return;
  const findings = asksForMore(before, after) ? await (await import("./fit.ts")).fitOf(plan) : NONE;
  if (runtime.isDryRun()) await tell(before, after, findings);
  refuse(findings.problems);
}

async function tell(before: Cost | undefined, after: Cost, { warnings, notes }: Findings) {
  const lines = notes.length === 0 ? "" : `\n${notes.join("\n")}\n`;
  await log.info(`What it comes to:\n\n${costTable(before, after)}\n${lines}`);
  for (const { place, message } of warnings) await log.warn(`${place}: ${message}`);
}
