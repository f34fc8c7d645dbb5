import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";
import { isMap } from "../components/config/is-map.ts";
import type { Cost } from "../components/cost/cost.ts";
import { costFromOutputs } from "../components/cost/outputs.ts";
import { messageOf } from "../components/config/errors.ts";

/**
 * A function of the engine itself, which a stack reference is made from; it leaves no resource in
 * the state.
 */
const READ_OUTPUTS = "pulumi:pulumi:readStackOutputs";

/**
 * What this stack gave out when it was last brought up. An `up` that has failed counts, too; one
 * that was refused does not.
 */
export interface LastOutputs {
  /**
   * What it came to; undefined where that is unknown: nothing was brought up yet, or not by this
   * program.
   */
  readonly cost: Cost | undefined;
  /**
   * The cluster that it was applied to: UID of its namespace `kube-system`; undefined where the
   * outputs do not say.
   */
  readonly cluster: string | undefined;
  /** Why nothing of it is known, where it cannot be read. */
  readonly hidden?: string;
}

/**
 * Reads what this stack gave out last. It never fails.
 *
 * @param outputName the output that has what the app gave out; undefined: all of them
 */
export async function lastOutputs(outputName?: string): Promise<LastOutputs> {
  const name = `${getOrganization()}/${getProject()}/${getStack()}`;
  try {
    const answer: unknown = await runtime.invoke(READ_OUTPUTS, { name });
    const all = isMap(answer) && isMap(answer["outputs"]) ? answer["outputs"] : {};
    const outputs = outputName === undefined || isEmpty(all) ? all : all[outputName];
    if (!isMap(outputs)) return { ...UNKNOWN, hidden: notExported(outputName) };
    const { cluster } = outputs;
    return {
      cost: costFromOutputs(outputs),
      cluster: typeof cluster === "string" ? cluster : undefined,
    };
  } catch (error) {
    // A backend of old, which knows no projects, knows no such name either.
    return { ...UNKNOWN, hidden: messageOf(error) };
  }
}

const UNKNOWN = { cost: undefined, cluster: undefined };

function isEmpty(outputs: object): boolean {
  return Object.keys(outputs).length === 0;
}

function notExported(name = ""): string {
  return `the stack has no output ${name}; export the outputs of withPreflight by that name: export const ${name} = outputs`;
}
