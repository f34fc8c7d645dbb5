import { join } from "node:path";
import type { SimulatedNodes } from "../local/cluster/nodes.ts";
import { removeCluster } from "../local/commands/stop.ts";
import { startEnvironment } from "../local/environment.ts";
import { clustersFolder, pathsIn } from "../local/paths.ts";
import { alone, laneCluster, type LaneCluster } from "./lane-cluster.ts";

/**
 * Does some work on a real control plane with simulated nodes that is made for it, and removed
 * afterwards whatever comes of the work.
 */
export async function withSimulatedCluster(
  lane: string,
  nodes: SimulatedNodes,
  work: (cluster: LaneCluster) => Promise<void>,
): Promise<void> {
  const paths = pathsIn(join(clustersFolder(), `bench-${lane}`));
  await alone(paths, async (run) => {
    // An earlier run that was killed has left its cluster.
    await removeCluster(paths);
    try {
      const environment = await startEnvironment(paths, { ...run, nodes });
      await work(laneCluster(environment, run));
    } finally {
      await removeCluster(paths);
    }
  });
}
