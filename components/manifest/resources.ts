import type { types } from "@pulumi/kubernetes";

/** What one replica may use, as Kubernetes quantities. */
export interface ReplicaSize {
  readonly memory: string;
  readonly cpu: string;
  readonly storage: string;
}

/**
 * Requests and limits of a container.
 *
 * Memory and local disk are limited to what is requested, so that a replica is never ended for what
 * its neighbours use. CPU is not limited: a limit throttles a replica even where the node is idle.
 *
 * Source: Kubernetes docs, "Resource Management for Pods and Containers".
 */
export function containerResources({
  memory,
  cpu,
  storage,
}: ReplicaSize): types.input.core.v1.ResourceRequirements {
  return {
    requests: { memory, cpu, "ephemeral-storage": storage },
    limits: { memory, "ephemeral-storage": storage },
  };
}
