import { CronJob } from "@pulumi/kubernetes/batch/v1/cronJob.js";
import type { Input, Resource } from "@pulumi/pulumi";
import type { Digests } from "./digests.ts";
import { digestsOf } from "./digests.ts";
import { cronJobManifest } from "./manifest/cron-job.ts";
import type { PodReferences } from "./manifest/pod.ts";
import type { ScheduledPlan } from "./plan/process-plan.ts";

/** What the CronJob of a process type refers to. */
export interface ScheduledReferences extends PodReferences {
  readonly namespace: Input<string>;
  /** Undefined where the Secrets are not known. */
  readonly digests: Digests | undefined;
}

/** A process type that runs by the clock, as it was planned and as it was declared. */
export interface Scheduled {
  readonly plan: ScheduledPlan;
  readonly cronJob: CronJob;
}

/**
 * Declares the CronJob of a process type. Nothing waits for it: there is no pod until it is due.
 *
 * @param options whose parent it has, and what is up before it starts a run of another version
 */
export function declareScheduled(
  plan: ScheduledPlan,
  references: ScheduledReferences,
  options: { readonly parent: Resource; readonly dependsOn: readonly Resource[] },
): Scheduled {
  const digests = digestsOf(references.digests, plan.pod, "spec.jobTemplate.spec.template");
  const manifest = cronJobManifest(plan, { ...references, ...digests.references });
  const cronJob = new CronJob(plan.name, manifest, {
    parent: options.parent,
    dependsOn: [...options.dependsOn],
    ignoreChanges: [...digests.ignoreChanges],
  });
  return { plan, cronJob };
}
