import type { LocalEnvironment } from "../local/environment.ts";
import { CommandError } from "../commands/system/errors.ts";
import { lockOf, type LocalPaths } from "../local/paths.ts";
import { lastLines } from "../commands/system/children.ts";
import { interruptible } from "../commands/system/interrupt.ts";
import { withLock } from "../commands/system/lock.ts";
import { reporter, type Reporter } from "../local/system/progress.ts";

const LINES_SHOWN = 40;

/** What goes on while a lane runs. */
export interface LaneRun {
  readonly report: Reporter;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A cluster for one lane alone. */
export interface LaneCluster extends LaneRun {
  readonly environment: LocalEnvironment;
  /** Runs kubectl, with an object to read where it is given one; a failure is an exception. */
  readonly kubectl: (args: readonly string[], input?: unknown) => Promise<string>;
}

/** Runs a lane that has a cluster to itself: a second run of it waits. */
export async function alone(
  paths: LocalPaths,
  work: (run: LaneRun) => Promise<void>,
): Promise<void> {
  const report = reporter();
  const onWait = (pid: number) => report.say(`Waiting for process ${pid}, which runs this lane`);
  await interruptible((signal) =>
    withLock(lockOf(paths), { signal, onWait }, () => work({ report, signal })),
  );
}

export function laneCluster(environment: LocalEnvironment, run: LaneRun): LaneCluster {
  const { signal } = run;
  const kubectl: LaneCluster["kubectl"] = async (args, input) => {
    const options = input === undefined ? { signal } : { signal, input: JSON.stringify(input) };
    const { status, stdout, stderr } = await environment.kubectl(args, options);
    if (status !== 0) throw new CommandError(`kubectl ${args.join(" ")}: ${stderr.trim()}`);
    return stdout;
  };
  return { ...run, environment, kubectl };
}

/** Runs Pulumi in a project's folder; a failure is an exception. */
export async function mustPulumi(
  { environment, signal }: LaneCluster,
  folder: string,
  args: readonly string[],
): Promise<void> {
  const words = [...args, "--non-interactive", "--color", "never"];
  const { status, stdout, stderr } = await environment.pulumi(words, { cwd: folder, signal });
  if (status === 0) return;
  const said = lastLines(`${stdout}\n${stderr}`, LINES_SHOWN);
  throw new CommandError(`pulumi ${args.join(" ")} failed:\n${said}`);
}
