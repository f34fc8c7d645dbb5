import { HttpClient } from "../infra/cluster/http.ts";
import { loadKubeconfig } from "../infra/cluster/kubeconfig.ts";
import type { LaneCluster } from "./lane-cluster.ts";

/** Asks a lane's cluster directly, until the signal. */
export async function clusterHttp(
  { environment }: LaneCluster,
  ended: AbortSignal,
): Promise<HttpClient> {
  const { kubeconfig } = environment.paths;
  const settings = { kubeconfig, context: undefined, cluster: undefined };
  return new HttpClient(await loadKubeconfig(settings), ended);
}
