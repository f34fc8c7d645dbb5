import { join } from "node:path";
import type { SimulatedNodes } from "../local/cluster/nodes.ts";
import { removePlace } from "../local/commands/stop.ts";
import { startEnvironment, type LocalEnvironment } from "../local/environment.ts";
import { LocalError } from "../local/local-error.ts";
import { clustersFolder, lockOf, placeIn } from "../local/place.ts";
import type { RunOptions } from "../local/system/children.ts";
import { interruptible } from "../local/system/interrupt.ts";
import { withLock } from "../local/system/lock.ts";
import { reporter, type Reporter } from "../local/system/progress.ts";

/** A real control plane with simulated nodes, for one lane alone. */
export interface SimulatedCluster {
  readonly environment: LocalEnvironment;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Runs kubectl; a failure is an exception. */
  readonly kubectl: (args: readonly string[], options?: RunOptions) => Promise<string>;
}

/** Does some work on a cluster that is made for it, and removed afterwards whatever comes of the work. */
export async function withSimulatedCluster(
  lane: string,
  nodes: SimulatedNodes,
  work: (cluster: SimulatedCluster) => Promise<void>,
): Promise<void> {
  const place = placeIn(join(clustersFolder(), `bench-${lane}`));
  const report = reporter();
  const onWait = (pid: number) => report.say(`Waiting for process ${pid}, which runs this lane`);
  await interruptible((signal) =>
    withLock(lockOf(place), { signal, onWait }, async () => {
      // An earlier run that was killed has left its cluster.
      await removePlace(place);
      try {
        const environment = await startEnvironment(place, { report, signal, nodes });
        await work(clusterOf({ environment, report, signal }));
      } finally {
        await removePlace(place);
      }
    }),
  );
}

function clusterOf(parts: Omit<SimulatedCluster, "kubectl">): SimulatedCluster {
  const { environment, signal } = parts;
  const kubectl: SimulatedCluster["kubectl"] = async (args, options) => {
    const { status, stdout, stderr } = await environment.kubectl(args, { signal, ...options });
    if (status !== 0) throw new LocalError(`kubectl ${args.join(" ")}: ${stderr.trim()}`);
    return stdout;
  };
  return { ...parts, kubectl };
}
