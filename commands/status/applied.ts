/** What the last `pulumi up` that came to its end has applied: the stack's outputs. */
import { isMap } from "../../components/config/is-map.ts";
import type { Cost } from "../../components/cost/cost.ts";
import { costFromOutputs } from "../../components/cost/outputs.ts";
import { parseObject } from "../../infra/cluster/json.ts";
import type { StackTools } from "../drift/stack-tools.ts";
import { run } from "../system/children.ts";
import { hasCode } from "../system/errors.ts";

/** The cost of what was applied, or why it is not known. */
export type Applied =
  | { readonly cost: Cost; readonly unknown?: never }
  | { readonly cost?: never; readonly unknown: string };

/** Never fails. Where outputs are secret, Pulumi prints a placeholder in their place. */
export async function lastApplied(
  stack: string,
  { pulumi, env, project }: StackTools,
  signal: AbortSignal,
): Promise<Applied> {
  const args = ["stack", "output", "--json", "--stack", stack, "--non-interactive"];
  try {
    const { status, stdout, stderr } = await run(pulumi, args, { env, cwd: project, signal });
    if (status !== 0) return { unknown: firstLine(stderr) };
    return appliedIn(parseObject(stdout));
  } catch (error) {
    if (signal.aborted) throw error;
    if (hasCode(error, "ENOENT")) return { unknown: "there is no pulumi on the PATH" };
    throw error;
  }
}

/** A program of one's own may give the app's outputs out below a name of its own. */
function appliedIn(outputs: unknown): Applied {
  if (!isMap(outputs)) return { unknown: "Pulumi gives out no outputs of the stack" };
  const own = costFromOutputs(outputs);
  const named = Object.values(outputs).flatMap((it) => costFromOutputs(it) ?? []);
  const [only, ...others] = own ? [own] : named;
  if (only && others.length === 0) return { cost: only };
  if (others.length > 0) return { unknown: "the stack's outputs are those of several apps" };
  return { unknown: "nothing was applied yet" };
}

function firstLine(stderr: string): string {
  const [line = ""] = stderr.trim().split("\n");
  return line === "" ? "Pulumi ended without a reason" : line.replace(/^error: /, "");
}
