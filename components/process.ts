import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import type { CustomResourceOptions, Resource, ResourceHook } from "@pulumi/pulumi";
import { RunError } from "@pulumi/pulumi";
import type { RunningPlan } from "./plan/process-plan.ts";
import { hasOwnService } from "./plan/process-plan.ts";
import type { DeploymentReferences } from "./manifest/deployment.ts";
import type { AutoscalerReferences } from "./manifest/autoscaler.ts";
import { horizontalPodAutoscalerManifest, scaledObjectManifest } from "./manifest/autoscaler.ts";
import type { ProxyConfig } from "./manifest/proxy-config.ts";
import type { Autoscaling } from "./manifest/scaling.ts";
import { maxReplicasOf, needsKeda } from "./manifest/scaling.ts";
import { dropsMatchLabelKeys } from "./manifest/placement.ts";
import type { Digests } from "./digests.ts";
import { digestsOf } from "./digests.ts";
import { disruptionBudgetManifest, limitsDisruption } from "./manifest/disruption.ts";
import { deploymentManifest } from "./manifest/deployment.ts";
import { serviceManifest } from "./manifest/service.ts";
import type { RolloutWatcher } from "./rollout.ts";
import { whenRunning } from "./rollout.ts";

/** What the objects of one process type refer to. */
export interface ProcessReferences extends DeploymentReferences {
  /** Ends an autoscaler before replicas are set that it would set back; see {@link AppOptions}. */
  readonly autoscalerHook: ResourceHook | undefined;
  readonly watcher: RolloutWatcher | undefined;
  /** The proxy in front of `web`; undefined where there is none. */
  readonly proxy: ProxyConfig | undefined;
  /** Undefined where the Secrets are not known. */
  readonly digests: Digests | undefined;
}

/** One process type of an app that always runs, as it was planned and as it was declared. */
export interface Process {
  readonly plan: RunningPlan;
  readonly deployment: Deployment;
  /** The Deployment, when its pods run. */
  readonly running: Promise<Deployment>;
}

/**
 * Declares the Deployment of a process type, and what keeps it available and at its scale.
 *
 * @param options whose parent these have, and what is up before the Deployment is changed
 */
export function declareProcess(
  plan: RunningPlan,
  references: ProcessReferences,
  { parent, dependsOn }: { parent: Resource; dependsOn: Promise<Resource[]> },
): Process {
  const { name, scaling } = plan;
  const { watcher, autoscalerHook } = references;
  const options = { parent };
  // Where the provider waits: twice the cluster's own deadline, so that its reason is there when
  // the provider stops waiting.
  const wait = `${plan.progressDeadlineSeconds * 2}s`;
  const digests = digestsOf(references.digests, plan.pod, "spec.template");
  const manifest = deploymentManifest(plan, {
    ...references,
    ...digests.references,
    followed: watcher !== undefined,
  });
  const deployment = new Deployment(name, manifest, {
    ...options,
    dependsOn,
    customTimeouts: { create: wait, update: wait },
    ignoreChanges: [
      ...(scaling.kind === "auto" ? ["spec.replicas"] : []),
      ...digests.ignoreChanges,
    ],
    ...(autoscalerHook ? { hooks: { beforeUpdate: [autoscalerHook] } } : {}),
  });
  const { namespace, proxy } = references;
  if (scaling.kind === "auto") {
    const scaled = { namespace, proxy, deployment: deployment.metadata.name };
    declareAutoscaler(plan, scaling, scaled, options);
  }
  if (hasOwnService(plan)) {
    new Service(name, serviceManifest({ name, to: plan }, namespace), options);
  }
  if (limitsDisruption(maxReplicasOf(scaling))) {
    new PodDisruptionBudget(name, disruptionBudgetManifest(plan, namespace), options);
  }
  const running = whenRunning(watcher, deployment, {
    kind: "Deployment",
    type: plan.type,
    progressDeadlineSeconds: plan.progressDeadlineSeconds,
    // The autoscaler may start more, and fewer, as soon as it looks.
    minAvailable: scaling.kind === "auto" ? scaling.min : undefined,
  });
  return { plan, deployment, running };
}

function declareAutoscaler(
  plan: RunningPlan,
  scaling: Autoscaling,
  references: AutoscalerReferences,
  options: CustomResourceOptions,
): void {
  if (needsKeda(scaling)) {
    new CustomResource(plan.name, scaledObjectManifest(plan, scaling, references), options);
  } else {
    const manifest = horizontalPodAutoscalerManifest(plan, scaling, references);
    new HorizontalPodAutoscaler(plan.name, manifest, options);
  }
}

/**
 * Has a preview fail on a cluster that is too old, by what it answers to the dry run of a
 * Deployment: before anything is changed.
 *
 * @param processes all of the app; the answer for one that is spread holds for all
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
