import type { PulumiCommandName } from "../arguments.ts";
import { openEnvironment } from "../environment.ts";
import { checkout, placeOfCheckout } from "../place.ts";
import { mustBeLocal } from "../pulumi/stack-files.ts";
import { ensureStack, removeAbandonedLocks } from "../pulumi/stack.ts";
import { runInForeground } from "../system/children.ts";
import { interruptible } from "../system/interrupt.ts";

export interface PulumiRun {
  readonly command: PulumiCommandName;
  readonly stack: string;
  readonly rest: readonly string[];
}

/** `npm run up`, `preview` and `destroy`: that command of Pulumi, on the local cluster. Returns its exit status. */
export async function pulumi({ command, stack, rest }: PulumiRun): Promise<number> {
  await mustBeLocal(checkout, stack);
  const environment = await interruptible(async (signal) => {
    const opened = await openEnvironment(placeOfCheckout());
    await removeAbandonedLocks(opened);
    await ensureStack(opened, stack, signal);
    return opened;
  });
  const args = [command, "--stack", stack, ...rest];
  const { env, programs } = environment;
  return runInForeground(programs.pulumi, args, { cwd: checkout, env });
}
