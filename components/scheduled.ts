import { CronJob } from "@pulumi/kubernetes/batch/v1/cronJob.js";
import type { Input, Resource } from "@pulumi/pulumi";
import { cronJobManifest } from "./manifest/cron-job.ts";
import type { PodReferences } from "./manifest/pod.ts";
import type { ScheduledPlan } from "./plan/process-plan.ts";

/** What the CronJob of a process type refers to. */
export interface ScheduledReferences extends PodReferences {
  readonly namespace: Input<string>;
}

/** A process type that runs by the clock, as it was planned and as it was declared. */
export interface Scheduled {
  readonly plan: ScheduledPlan;
  readonly cronJob: CronJob;
}

/**
 * Declares the CronJob of a process type. Nothing waits for it, since there is no pod until it is
 * due. Its pods have no digests of Secrets: each run reads the Secrets as they are then.
 *
 * @param options whose parent it has, and what is up before it starts a run of another version
 */
export function declareScheduled(
  plan: ScheduledPlan,
  references: ScheduledReferences,
  options: { readonly parent: Resource; readonly dependsOn: readonly Resource[] },
): Scheduled {
  const cronJob = new CronJob(plan.name, cronJobManifest(plan, references), {
    parent: options.parent,
    dependsOn: [...options.dependsOn],
  });
  return { plan, cronJob };
}
