import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Identity } from "./labels.ts";
import { processLabels, selectorLabels } from "./labels.ts";
import { metadata } from "./metadata.ts";

/**
 * Whether draining a node is held back for a process type: with one replica it would be held back
 * for good.
 */
export function limitsDisruption(replicas: number): boolean {
  return replicas >= 2;
}

/**
 * At most one replica is taken away at a time when nodes are drained. A pod that is not ready may
 * always go, so that a broken version does not block a drain.
 *
 * Source: Kubernetes docs, "Specifying a Disruption Budget for your Application".
 */
export function disruptionBudgetManifest(
  identity: Identity,
  namespace: Input<string>,
): types.input.policy.v1.PodDisruptionBudget {
  return {
    metadata: metadata({ name: identity.name, namespace, labels: processLabels(identity) }),
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: selectorLabels(identity) },
    },
  };
}
