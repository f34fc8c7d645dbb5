import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { minReadySeconds } from "./health.ts";
import type { Identity } from "./labels.ts";
import { processLabels, selectorLabels } from "./labels.ts";
import { metadata, WAIT_UNTIL_SEEN } from "./metadata.ts";
import { rolloutStrategy } from "./placement.ts";
import type { ReplicaScaling } from "./scaling.ts";
import { scaledBy } from "./scaled-by.ts";
import type { PodPlan, PodReferences } from "./pod.ts";
import { podMetadata, podSpec } from "./pod.ts";

type DeploymentArgs = Required<Pick<types.input.apps.v1.Deployment, "metadata" | "spec">>;

/** What a Deployment is made from. */
export interface DeploymentPlan extends Identity {
  readonly scaling: ReplicaScaling;
  /** Whether at most one replica may run, also during a rollout. */
  readonly singleton: boolean;
  readonly pod: PodPlan;
  /** Seconds without progress after which a rollout counts as failed. */
  readonly progressDeadlineSeconds: number;
}

/** What a Deployment refers to by name. */
export interface DeploymentReferences extends PodReferences {
  readonly namespace: Input<string>;
  /**
   * Whether the program itself waits for the pods, and the Kubernetes provider does not. @default
   * false
   */
  readonly followed?: boolean;
}

/** The Deployment of one process type. */
export function deploymentManifest(
  plan: DeploymentPlan,
  references: DeploymentReferences,
): DeploymentArgs {
  const labels = processLabels(plan);
  return {
    metadata: metadata({
      name: plan.name,
      namespace: references.namespace,
      labels,
      annotations: { ...scaledBy(plan.scaling), ...(references.followed ? WAIT_UNTIL_SEEN : {}) },
    }),
    spec: {
      ...(plan.scaling.kind === "fixed" ? { replicas: plan.scaling.replicas } : {}),
      revisionHistoryLimit: 5,
      progressDeadlineSeconds: plan.progressDeadlineSeconds,
      minReadySeconds: minReadySeconds(plan.pod.health),
      strategy: rolloutStrategy(plan),
      selector: { matchLabels: selectorLabels(plan) },
      template: podTemplate(plan, references),
    },
  };
}

/** The pod template of one process type. Its pods are replaced when it changes, and only then. */
export function podTemplate(
  plan: Pick<DeploymentPlan, "pod" | keyof Identity>,
  references: PodReferences,
): types.input.core.v1.PodTemplateSpec {
  return {
    metadata: podMetadata(processLabels(plan), plan.pod, references),
    spec: podSpec(plan.pod, references, selectorLabels(plan)),
  };
}
