import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Identity } from "./labels.ts";
import { appLabels, processLabels } from "./labels.ts";
import { metadata } from "./metadata.ts";
import type { Autoscaling } from "./scaling.ts";

type Behavior = types.input.autoscaling.v2.HorizontalPodAutoscalerBehavior;

/** What an autoscaler belongs to, by name. */
export interface AutoscalerReferences {
  readonly namespace: Input<string>;
  readonly deployment: Input<string>;
}

/**
 * How fast replicas come and go.
 *
 * Up: twice as many, or two more, a minute. A replica that starts uses CPU before it helps, and one
 * that is not there yet helps nobody: more at once would overshoot. Down: after five quiet minutes,
 * a quarter or one of them a minute.
 *
 * Source: Kubernetes docs, "Horizontal Pod Autoscaling", "Configurable scaling behavior".
 */
const BEHAVIOR: Behavior = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: 100, periodSeconds: 60 },
      { type: "Pods", value: 2, periodSeconds: 60 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 300,
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: 25, periodSeconds: 60 },
      { type: "Pods", value: 1, periodSeconds: 60 },
    ],
  },
};

/** Kubernetes' own autoscaler, by CPU and memory. It takes the cluster's metrics server. */
export function horizontalPodAutoscalerManifest(
  identity: Identity,
  { min, max, cpu, memory }: Autoscaling,
  { namespace, deployment }: AutoscalerReferences,
): types.input.autoscaling.v2.HorizontalPodAutoscaler {
  return {
    metadata: metadata({ name: identity.name, namespace, labels: processLabels(identity) }),
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment },
      minReplicas: min,
      maxReplicas: max,
      metrics: utilizations({ cpu, memory }).map(([name, averageUtilization]) => ({
        type: "Resource",
        resource: { name, target: { type: "Utilization", averageUtilization } },
      })),
      behavior: BEHAVIOR,
    },
  };
}

/** Looked at so often. It is KEDA's default. */
const POLLING_SECONDS = 30;
/** The last replica goes after so long without a task; a cold start costs the next one. */
const COOLDOWN_SECONDS = 300;

/**
 * KEDA's autoscaler, by a queue or a clock as well. It takes KEDA 2 in the cluster.
 *
 * Source: KEDA docs, "ScaledObject specification", and the scalers "Redis Lists", "Cron", "CPU" and
 * "Memory".
 */
export function scaledObjectManifest(
  identity: Identity,
  scaling: Autoscaling,
  { namespace, deployment }: AutoscalerReferences,
) {
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: metadata({ name: identity.name, namespace, labels: processLabels(identity) }),
    spec: {
      scaleTargetRef: { name: deployment },
      minReplicaCount: scaling.min,
      maxReplicaCount: scaling.max,
      pollingInterval: POLLING_SECONDS,
      cooldownPeriod: COOLDOWN_SECONDS,
      advanced: { horizontalPodAutoscalerConfig: { behavior: BEHAVIOR } },
      triggers: triggers(scaling),
    },
  };
}

/** Which keys of a Secret KEDA takes a user and a password from. */
export interface AuthenticationPlan {
  readonly app: string;
  readonly name: string;
  readonly secret: string;
  readonly parameters: readonly { readonly parameter: string; readonly key: string }[];
}

/** Source: KEDA docs, "Authentication", `secretTargetRef`. */
export function triggerAuthenticationManifest(
  { app, name, secret, parameters }: AuthenticationPlan,
  namespace: Input<string>,
) {
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "TriggerAuthentication",
    metadata: metadata({ name, namespace, labels: appLabels(app) }),
    spec: {
      secretTargetRef: parameters.map(({ parameter, key }) => ({ parameter, name: secret, key })),
    },
  };
}

function triggers({ cpu, memory, queues, schedule }: Autoscaling): object[] {
  return [
    ...utilizations({ cpu, memory }).map(([type, percent]) => ({
      type,
      metricType: "Utilization",
      metadata: { value: String(percent) },
    })),
    ...queues.map((queue) => ({
      type: "redis",
      metadata: {
        address: queue.redis ?? "",
        listName: queue.list,
        listLength: String(queue.length),
        databaseIndex: String(queue.database ?? 0),
        ...(queue.tls ? { enableTLS: "true" } : {}),
        ...(queue.password === undefined ? {} : { passwordFromEnv: queue.password }),
      },
      ...(queue.authentication === undefined
        ? {}
        : { authenticationRef: { name: queue.authentication } }),
    })),
    ...schedule.map(({ start, end, timezone, replicas }) => ({
      type: "cron",
      metadata: { timezone, start, end, desiredReplicas: String(replicas) },
    })),
  ];
}

function utilizations(targets: Pick<Autoscaling, "cpu" | "memory">): ["cpu" | "memory", number][] {
  return (["cpu", "memory"] as const).flatMap((name): ["cpu" | "memory", number][] => {
    const percent = targets[name];
    return percent === undefined ? [] : [[name, percent]];
  });
}
