import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { jobSpec } from "./job.ts";
import type { Identity } from "./labels.ts";
import { processLabels } from "./labels.ts";
import { metadata } from "./metadata.ts";
import type { PodPlan, PodReferences } from "./pod.ts";
import type { ScheduledScaling } from "./scaling.ts";

/** What a CronJob is made from. */
export interface CronJobPlan extends Identity {
  readonly scaling: ScheduledScaling;
  readonly pod: PodPlan;
}

/** None: what sends mails or invoices must not do so twice. The next time comes by itself. */
const RETRIES = 0;
/**
 * Seconds within which a run that could not start in time is made up for. Of an hour, no schedule
 * has more than 60 times: of 100 that were missed, Kubernetes warns.
 */
const STARTING_DEADLINE = 3600;
/** Jobs that are kept, with their pods and logs: of those that went well, and of those that failed. */
const HISTORY = 3;

/**
 * The CronJob of a process type that runs by the clock. A run that is still going on when the next
 * one is due has that one left out.
 *
 * Source: Kubernetes docs, "CronJob"; k8s.io/kubernetes, pkg/controller/cronjob/utils.go
 * (mostRecentScheduleTime).
 */
export function cronJobManifest(
  plan: CronJobPlan,
  references: PodReferences & { readonly namespace: Input<string> },
): types.input.batch.v1.CronJob {
  const labels = processLabels(plan);
  const { schedule, timezone, suspended, timeoutSeconds } = plan.scaling;
  return {
    metadata: metadata({ name: plan.name, namespace: references.namespace, labels }),
    spec: {
      schedule,
      timeZone: timezone,
      // Said when it is false, too: what is not said is not put back when somebody suspends it.
      suspend: suspended,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: STARTING_DEADLINE,
      successfulJobsHistoryLimit: HISTORY,
      failedJobsHistoryLimit: HISTORY,
      jobTemplate: {
        metadata: { labels },
        spec: jobSpec({ ...plan, timeoutSeconds }, references, RETRIES),
      },
    },
  };
}
