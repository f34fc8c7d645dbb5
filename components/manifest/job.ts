import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Identity } from "./labels.ts";
import { processLabels } from "./labels.ts";
import { metadata } from "./metadata.ts";
import type { PodPlan, PodReferences } from "./pod.ts";
import { podSpec } from "./pod.ts";

/** What a Job is made from. */
export interface JobPlan extends Identity {
  readonly pod: PodPlan;
  /** Seconds that it may take, all tries together. */
  readonly timeoutSeconds: number;
}

/** Further tries after a failed one; a database that is just starting deserves them. */
const RETRIES = 2;

/**
 * A Job that runs once for each version.
 *
 * It has no name of its own: what changes its pod template makes another Job. No TTL: a Job that vanished would run again
 * at the next refresh. `replaceUnready`: one that failed is made anew by the next `pulumi up`.
 *
 * Source: Kubernetes docs, "Jobs"; Pulumi docs, kubernetes.batch/v1.Job.
 */
export function jobManifest(
  plan: JobPlan,
  references: PodReferences & { readonly namespace: Input<string> },
): types.input.batch.v1.Job {
  const labels = processLabels(plan);
  return {
    metadata: metadata({
      namespace: references.namespace,
      labels,
      annotations: { "pulumi.com/replaceUnready": "true" },
    }),
    spec: {
      backoffLimit: RETRIES,
      activeDeadlineSeconds: plan.timeoutSeconds,
      // The next try begins when the last one is gone: there is never more than one at a time.
      podReplacementPolicy: "Failed",
      template: {
        metadata: { labels },
        spec: { ...podSpec(plan.pod, references, labels), restartPolicy: "Never" },
      },
    },
  };
}
