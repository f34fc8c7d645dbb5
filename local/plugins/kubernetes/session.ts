/** What a configured provider works with. */
import type { Engine } from "../shared/engine.ts";
import type { Cluster } from "./cluster/cluster.ts";
import type { Mutability } from "./replacement.ts";

export interface Session {
  engine: Engine;
  /** Undefined while it is not known or cannot be reached, which only a preview puts up with. */
  cluster: Cluster | undefined;
  /** Why the cluster cannot be reached. */
  unreachable: string | undefined;
  /** Where namespaced objects go that name no namespace; undefined while that is not known. */
  namespace: string | undefined;
  mutability: Mutability;
  /** Take fields that others own instead of failing with a conflict. */
  force: boolean;
  /** Let a create adopt an object that is there. */
  upsert: boolean;
  /** URNs of the resources whose old object will be gone when the new one is created. */
  replaced: Set<string>;
  cancelled: AbortSignal;
}

/**
 * @throws when the provider was configured with a kubeconfig that is not known yet, or its cluster
 * does not answer
 */
export function clusterOf({ cluster, unreachable }: Session): Cluster {
  if (cluster !== undefined) return cluster;
  if (unreachable === undefined) throw new Error("the provider's kubeconfig is not known yet");
  throw new Error(`configured Kubernetes cluster is unreachable: ${unreachable}`);
}
