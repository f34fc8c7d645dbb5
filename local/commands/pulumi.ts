import type { PulumiCommandName } from "../verbs.ts";
import { openEnvironment } from "../environment.ts";
import { pathsOfCheckout } from "../paths.ts";
import { ROOT } from "../../infra/root.ts";
import { mustBeLocal } from "../pulumi/stack-files.ts";
import { recoverFromKilledRun } from "../pulumi/killed-run.ts";
import { ensureStack } from "../pulumi/stack.ts";
import { runInForeground } from "../../commands/system/children.ts";
import { interruptible } from "../../commands/system/interrupt.ts";
import type { Reporter } from "../system/progress.ts";

export interface PulumiRun {
  readonly command: PulumiCommandName;
  readonly stack: string;
  readonly rest: readonly string[];
}

/**
 * `dash-scale local up`, `preview` and `destroy`: that command of Pulumi, on the local cluster.
 * Returns its exit status.
 */
export async function pulumi(
  { command, stack, rest }: PulumiRun,
  report: Reporter,
): Promise<number> {
  await mustBeLocal(ROOT, stack);
  const { env, programs } = await interruptible(async (signal) => {
    const opened = await openEnvironment(pathsOfCheckout());
    await ensureStack(opened, stack, signal);
    // A preview changes nothing, not even that.
    const more = command === "preview" ? {} : await recoverFromKilledRun(opened, stack, report);
    return { ...opened, env: { ...opened.env, ...more } };
  });
  const args = [command, "--stack", stack, ...rest];
  return runInForeground(programs.pulumi, args, { cwd: ROOT, env });
}
