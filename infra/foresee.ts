import { isDeepStrictEqual } from "node:util";
import { log, runtime } from "@pulumi/pulumi";
import { costOf } from "../components/cost.ts";
import { costTable } from "../components/cost-table.ts";
import type { AppArgs } from "../components/plan.ts";
import { planApp } from "../components/plan.ts";
import { lastCost } from "./last-cost.ts";

/**
 * Says what a change costs, in a preview, before anything is changed.
 *
 * @throws ConfigError with all that is wrong, as an App would
 */
export async function foresee(args: AppArgs): Promise<void> {
  const plan = planApp(args);
  if (!runtime.isDryRun()) return;
  const before = await lastCost();
  const after = costOf(plan);
  if (!isDeepStrictEqual(before, after))
    await log.info(`What it comes to:\n\n${costTable(before, after)}\n`);
}
