import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";
import type { Cost } from "../components/cost.ts";
import { costFromOutputs } from "../components/cost-outputs.ts";

/** A function of the engine itself, which a stack reference is made from; it leaves no resource in the state. */
const READ_OUTPUTS = "pulumi:pulumi:readStackOutputs";

/**
 * What this stack came to when it was last brought up.
 *
 * @returns undefined where that cannot be told: nothing was yet, or by something else
 */
export async function lastCost(): Promise<Cost | undefined> {
  const name = `${getOrganization()}/${getProject()}/${getStack()}`;
  try {
    const answer: unknown = await runtime.invoke(READ_OUTPUTS, { name });
    return costFromOutputs(isAnswer(answer) ? answer.outputs : undefined);
  } catch {
    // A backend of old, which knows no projects, knows no such name either.
    return undefined;
  }
}

function isAnswer(value: unknown): value is { readonly outputs: unknown } {
  return typeof value === "object" && value !== null && "outputs" in value;
}
