import type { Cost } from "../../components/cost/cost.ts";
import { costOf } from "../../components/cost/cost.ts";
import { costTable } from "../../components/cost/table.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import type { ChosenStack } from "../command-line.ts";
import { planAt } from "../plan.ts";
import type { StackLocation } from "../stack-file.ts";
import { locateStack } from "../stack-file.ts";

interface Options {
  readonly chosen: ChosenStack;
  readonly strict: boolean;
  readonly json: boolean;
}

/**
 * Runs `dash-scale check` and returns its exit status.
 *
 * @throws ConfigError with all mistakes
 */
export function run({ chosen, strict, json }: Options): number {
  const location = locateStack(chosen);
  const plan = planAt(location);
  const { warnings } = plan;
  const textOf = json ? jsonText : checkText;
  process.stdout.write(textOf(location, plan, costOf(plan)));
  return strict && warnings.length > 0 ? 1 : 0;
}

function jsonText(
  { stack, shown }: StackLocation,
  { warnings, notes, prices }: AppPlan,
  cost: Cost,
): string {
  const value = { stack, file: shown, problems: [], warnings, notes, ...cost, prices };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function checkText(
  { stack, shown }: StackLocation,
  { warnings, notes, prices }: AppPlan,
  cost: Cost,
): string {
  const lines = warnings.map(({ location, message }) => `  ${location}: ${message}\n`);
  const noteLines = notes.map(({ location, message }) => `note: ${location}: ${message}\n`);
  const count = warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`;
  return `\
Stack ${stack} (${shown}): no mistakes, ${count}${lines.length > 0 ? ":" : "."}
${[...lines, ...noteLines].join("")}
Resource summary:

${costTable(undefined, cost, { prices })}
`;
}
