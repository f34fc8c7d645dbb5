/** What a configured provider works with. */
import type { Engine } from "../shared/engine.ts";
import type { Cluster } from "./cluster/cluster.ts";
import type { Mutability } from "./replacement.ts";

export interface Session {
  engine: Engine;
  /** Undefined while its kubeconfig is not known, which only a preview puts up with. */
  cluster: Cluster | undefined;
  mutability: Mutability;
  /** Take fields that others own instead of failing with a conflict. */
  force: boolean;
  /** Let a create adopt an object that is there. */
  upsert: boolean;
  /** URNs of the resources whose old object will be gone when the new one is created. */
  replaced: Set<string>;
  cancelled: AbortSignal;
}

/** @throws when the provider was configured with a kubeconfig that is not known yet */
export function clusterOf(session: Session): Cluster {
  if (session.cluster === undefined) throw new Error("the provider's kubeconfig is not known yet");
  return session.cluster;
}
