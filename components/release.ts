import { Job } from "@pulumi/kubernetes/batch/v1/job.js";
import type { ComponentResourceOptions, Input } from "@pulumi/pulumi";
import { ComponentResource } from "@pulumi/pulumi";
import type { Digests } from "./digests.ts";
import { digestsOf } from "./digests.ts";
import type { JobPlan } from "./manifest/job.ts";
import { jobManifest } from "./manifest/job.ts";
import type { PodReferences } from "./manifest/pod.ts";

/** What the release phase of an app runs. */
export interface ReleaseArgs extends PodReferences {
  readonly plan: JobPlan;
  readonly namespace: Input<string>;
  /** Undefined where the Secrets are not known. */
  readonly digests?: Digests | undefined;
}

/**
 * Longer than the Job itself may take, so that the cluster's reason is there when Pulumi stops
 * waiting.
 */
const WAIT_MARGIN_SECONDS = 60;

/**
 * The release phase: a Job that is done before any process of a new version starts. Another image,
 * command or environment is another Job; a change of scale is none. One that failed is made anew by
 * the next `pulumi up`.
 */
export class Release extends ComponentResource {
  readonly job: Job;

  constructor(name: string, args: ReleaseArgs, opts?: ComponentResourceOptions) {
    super("dash-scale:index:Release", name, {}, opts);
    const wait = `${args.plan.timeoutSeconds + WAIT_MARGIN_SECONDS}s`;
    const digests = digestsOf(args.digests, args.plan.pod, "spec.template");
    this.job = new Job(name, jobManifest(args.plan, { ...args, ...digests.references }), {
      parent: this,
      ignoreChanges: [...digests.ignoreChanges],
      customTimeouts: { create: wait, update: wait },
      // What the engine calls a resource that was created and did not come up.
      replaceOnChanges: ["#initerror"],
      deleteBeforeReplace: true,
    });
    this.registerOutputs({});
  }
}
