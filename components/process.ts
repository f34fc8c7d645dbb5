import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { ComponentResource, RunError } from "@pulumi/pulumi";
import type { ProcessPlan } from "./process-plan.ts";
import type { DeploymentReferences } from "./manifest/deployment.ts";
import { dropsMatchLabelKeys } from "./manifest/placement.ts";
import { disruptionBudgetManifest, limitsDisruption } from "./manifest/disruption.ts";
import { deploymentManifest } from "./manifest/deployment.ts";

/** What one process type of an app runs as. */
export interface ProcessArgs extends DeploymentReferences {
  /** The checked plan of the process type: command, scale, size. */
  readonly plan: ProcessPlan;
}

/** One process type of an app: its Deployment, and what keeps it available. */
export class Process extends ComponentResource {
  readonly deployment: Deployment;

  constructor(name: string, args: ProcessArgs, opts?: ComponentResourceOptions) {
    super("dash-scale:index:Process", name, {}, opts);
    // Twice the cluster's own deadline, so that the cluster's reason is there when Pulumi stops waiting.
    const wait = `${args.plan.progressDeadlineSeconds * 2}s`;
    this.deployment = new Deployment(name, deploymentManifest(args.plan, args), {
      parent: this,
      customTimeouts: { create: wait, update: wait },
    });
    this.#refuseOldCluster(args.plan);
    if (limitsDisruption(args.plan.replicas)) {
      const budget = disruptionBudgetManifest(args.plan, args.namespace);
      new PodDisruptionBudget(name, budget, { parent: this });
    }
    this.registerOutputs({ deployment: this.deployment.metadata.name });
  }

  /** Told by the answer to the dry run of a preview, before anything is changed. */
  #refuseOldCluster({ name, pod }: ProcessPlan): void {
    if (pod.spread === "off") return;
    this.deployment.spec.template.spec.affinity.podAntiAffinity.apply((podAntiAffinity) => {
      if (!dropsMatchLabelKeys(podAntiAffinity)) return;
      throw new RunError(`${name}: ${OLD_CLUSTER}`);
    });
  }
}

const OLD_CLUSTER =
  "the cluster is older than Kubernetes 1.31: it does not know matchLabelKeys in pod affinity, by which replicas are spread; upgrade it, or set spread: off for every process type";
