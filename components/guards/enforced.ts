import type { CheckedGuards } from "../config/guards.ts";
import { inCode } from "../config/code-names.ts";
import type { Problem } from "../config/errors.ts";

const HOW = "call withPreflight(…) in the place of new App(…)";

/**
 * The settings of a plan that need to know what ran before, or which cluster it is: where nobody
 * holds the app to them, they would be accepted and mean nothing.
 */
export function unenforcedGuards({
  guards,
  isInCode,
}: {
  readonly guards: CheckedGuards;
  readonly isInCode: boolean;
}): Problem[] {
  const { confirms, production, confirmations, cluster } = guards;
  const problems: Problem[] = [];
  const found = (key: string, message: string) =>
    problems.push({ location: `dash-scale:${key}`, message });
  if (confirms) {
    const why = production ? "is confirm with production, and nothing" : "is confirm, and nothing";
    found("guards.scaleDown", `${why} here knows what ran before; ${HOW}, or write "free"`);
  }
  if (confirmations.size > 0)
    found("confirm", `nothing here asks for a confirmation; ${HOW}, or leave it out`);
  if (cluster !== undefined)
    found("cluster", `nothing here asks the cluster which one it is; ${HOW}, or leave it out`);
  return isInCode ? problems.map(inCode) : problems;
}
