import { podRows, podTable } from "../cluster/pods.ts";
import { startEnvironment, type LocalEnvironment } from "../environment.ts";
import { lockOf, pathsOfCheckout } from "../paths.ts";
import { ROOT } from "../../infra/root.ts";
import { mustBeLocal } from "../pulumi/stack-files.ts";
import { recoverFromKilledRun } from "../pulumi/killed-run.ts";
import { ensureStack } from "../pulumi/stack.ts";
import { runInForeground } from "../../commands/system/children.ts";
import { interruptible } from "../../commands/system/interrupt.ts";
import { withLock } from "../../commands/system/lock.ts";
import type { Reporter } from "../system/progress.ts";

/** `dash-scale local start`: from nothing to pods on nodes. Returns the exit status. */
export async function start(stack: string, report: Reporter): Promise<number> {
  await mustBeLocal(ROOT, stack);
  const paths = pathsOfCheckout();
  const onWait = (pid: number) =>
    report.say(`Waiting for process ${pid}, which is at work on this local cluster`);
  return interruptible(async (signal) =>
    withLock(lockOf(paths), { signal, onWait }, async () => {
      const environment = await startEnvironment(paths, { report, signal });
      await ensureStack(environment, stack, signal);
      const more = await recoverFromKilledRun(environment, stack, report);
      return bringUp({ ...environment, env: { ...environment.env, ...more } }, stack, report);
    }),
  );
}

async function bringUp(
  environment: LocalEnvironment,
  stack: string,
  report: Reporter,
): Promise<number> {
  const { env, programs } = environment;
  const args = ["up", "--yes", "--stack", stack];
  const status = await runInForeground(programs.pulumi, args, { cwd: ROOT, env });
  if (status === 0) {
    process.stdout.write(
      `${podTable(await podRows(environment))}\n\n${whatNext(environment, stack)}\n`,
    );
  } else {
    report.say("The control plane runs. Fix what is said above, then run: npx dash-scale local up");
  }
  return status;
}

function whatNext({ paths, programs }: LocalEnvironment, stack: string): string {
  const flag = stack === "dev" ? "" : ` --stack ${stack}`;
  return `Next:
  edit stacks/Pulumi.${stack}.yaml, for instance the replicas of a process type
  npx dash-scale local preview${flag}
  npx dash-scale local up${flag}
  npx dash-scale local stop

Look around, with kubectl or anything else that takes a kubeconfig:
  KUBECONFIG=${paths.kubeconfig} ${programs.kubectl} get pods --all-namespaces --output wide`;
}
