import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Identity } from "./labels.ts";
import { processLabels } from "./labels.ts";
import { metadata } from "./metadata.ts";
import type { PodPlan, PodReferences } from "./pod.ts";
import { podMetadata, podSpec } from "./pod.ts";

/** What a Job is made from. */
export interface JobPlan extends Identity {
  readonly pod: PodPlan;
  /** Seconds that it may take, all tries together. */
  readonly timeoutSeconds: number;
}

/** A further try after a failed one: a database that is just starting deserves it. */
const RETRIES = 1;

/**
 * A Job that runs once for each version.
 *
 * One at a time: it has a fixed name. No TTL: a Job that vanished would run again at the next
 * refresh.
 *
 * Source: Kubernetes docs, "Jobs".
 */
export function jobManifest(
  plan: JobPlan,
  references: PodReferences & { readonly namespace: Input<string> },
): types.input.batch.v1.Job {
  const labels = processLabels(plan);
  return {
    metadata: metadata({ name: plan.name, namespace: references.namespace, labels }),
    spec: jobSpec(plan, references, RETRIES),
  };
}

/**
 * What a Job runs. A second try waits until the pod of the first one is gone. A pod that is moved
 * for a reason of the cluster's is no failure.
 */
export function jobSpec(
  plan: JobPlan,
  references: PodReferences,
  retries: number,
): types.input.batch.v1.JobSpec {
  const labels = processLabels(plan);
  const disrupted = { type: "DisruptionTarget", status: "True" };
  return {
    backoffLimit: retries,
    activeDeadlineSeconds: plan.timeoutSeconds,
    podReplacementPolicy: "Failed",
    podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [disrupted] }] },
    template: {
      metadata: podMetadata(labels, plan.pod, references),
      spec: { ...podSpec(plan.pod, references, labels), restartPolicy: "Never" },
    },
  };
}
