import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import type { ComponentResourceOptions, ResourceHook } from "@pulumi/pulumi";
import { ComponentResource, RunError } from "@pulumi/pulumi";
import type { ProcessPlan } from "./process-plan.ts";
import type { DeploymentReferences } from "./manifest/deployment.ts";
import { horizontalPodAutoscalerManifest, scaledObjectManifest } from "./manifest/autoscaler.ts";
import type { Autoscaling } from "./manifest/scaling.ts";
import { mostReplicas, needsKeda } from "./manifest/scaling.ts";
import { dropsMatchLabelKeys } from "./manifest/placement.ts";
import { disruptionBudgetManifest, limitsDisruption } from "./manifest/disruption.ts";
import { deploymentManifest } from "./manifest/deployment.ts";

/** What one process type of an app runs as. */
export interface ProcessArgs extends DeploymentReferences {
  /** The checked plan of the process type: command, scale, size. */
  readonly plan: ProcessPlan;
  /** Ends an autoscaler before replicas are set that it would set back; see {@link AppOptions}. */
  readonly handover: ResourceHook | undefined;
}

/** One process type of an app: its Deployment, and what keeps it available. */
export class Process extends ComponentResource {
  readonly plan: ProcessPlan;
  readonly deployment: Deployment;

  constructor(name: string, args: ProcessArgs, opts?: ComponentResourceOptions) {
    super("dash-scale:index:Process", name, {}, opts);
    this.plan = args.plan;
    const { scaling } = args.plan;
    // Twice the cluster's own deadline, so that the cluster's reason is there when Pulumi stops waiting.
    const wait = `${args.plan.progressDeadlineSeconds * 2}s`;
    this.deployment = new Deployment(name, deploymentManifest(args.plan, args), {
      parent: this,
      customTimeouts: { create: wait, update: wait },
      ignoreChanges: scaling.kind === "auto" ? ["spec.replicas"] : [],
      ...(args.handover ? { hooks: { beforeUpdate: [args.handover] } } : {}),
    });
    if (scaling.kind === "auto") this.#autoscaler(args, scaling);
    if (limitsDisruption(mostReplicas(scaling))) {
      const budget = disruptionBudgetManifest(args.plan, args.namespace);
      new PodDisruptionBudget(name, budget, { parent: this });
    }
    this.registerOutputs({ deployment: this.deployment.metadata.name });
  }

  #autoscaler({ plan, namespace }: ProcessArgs, scaling: Autoscaling): void {
    const references = { namespace, deployment: this.deployment.metadata.name };
    const options = { parent: this };
    if (needsKeda(scaling)) {
      new CustomResource(plan.name, scaledObjectManifest(plan, scaling, references), options);
    } else {
      const manifest = horizontalPodAutoscalerManifest(plan, scaling, references);
      new HorizontalPodAutoscaler(plan.name, manifest, options);
    }
  }
}

/**
 * Has a preview fail on a cluster that is too old, by what it answers to the dry run of a Deployment: before anything is changed.
 *
 * @param processes one that is spread tells for all
 */
export function refuseOldCluster(processes: readonly Process[]): void {
  const spread = processes.find(({ plan }) => plan.pod.spread !== "off");
  spread?.deployment.spec.template.spec.affinity.podAntiAffinity.apply((podAntiAffinity) => {
    if (!dropsMatchLabelKeys(podAntiAffinity)) return;
    throw new RunError(`${spread.plan.name}: ${OLD_CLUSTER}`);
  });
}

const OLD_CLUSTER =
  "the cluster is older than Kubernetes 1.31: it does not know matchLabelKeys in pod affinity, by which replicas are spread; upgrade it, or set spread: off for every process type";
