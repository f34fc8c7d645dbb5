import { join } from "node:path";
import type { SimulatedNodes } from "../local/cluster/nodes.ts";
import { removePlace } from "../local/commands/stop.ts";
import { startEnvironment } from "../local/environment.ts";
import { clustersFolder, placeIn } from "../local/paths.ts";
import { alone, laneCluster, type LaneCluster } from "./lane-cluster.ts";

/**
 * Does some work on a real control plane with simulated nodes that is made for it, and removed afterwards whatever comes of
 * the work.
 */
export async function withSimulatedCluster(
  lane: string,
  nodes: SimulatedNodes,
  work: (cluster: LaneCluster) => Promise<void>,
): Promise<void> {
  const place = placeIn(join(clustersFolder(), `bench-${lane}`));
  await alone(place, async (run) => {
    // An earlier run that was killed has left its cluster.
    await removePlace(place);
    try {
      const environment = await startEnvironment(place, { ...run, nodes });
      await work(laneCluster(environment, run));
    } finally {
      await removePlace(place);
    }
  });
}
