import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Identity } from "./labels.ts";
import { appLabels, processLabels } from "./labels.ts";
import { metadata } from "./metadata.ts";
import { PROXY_REPLICAS } from "./proxy.ts";
import type { ProxyConfig } from "./proxy-config.ts";
import { PROXY_PORTS, REQUESTS_METRIC } from "./proxy-config.ts";
import type { Autoscaling } from "./scaling.ts";

type Behavior = types.input.autoscaling.v2.HorizontalPodAutoscalerBehavior;

/** What an autoscaler belongs to, by name. */
export interface AutoscalerReferences {
  readonly namespace: Input<string>;
  readonly deployment: Input<string>;
  /** The proxy that counts the requests; undefined where there is none. */
  readonly proxy: ProxyConfig | undefined;
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
  scaleUp: twiceOrMore(2, 60),
  scaleDown: {
    stabilizationWindowSeconds: 300,
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: 25, periodSeconds: 60 },
      { type: "Pods", value: 1, periodSeconds: 60 },
    ],
  },
};

/**
 * Up by requests: Kubernetes' own default, twice as many or four more in 15 seconds. Requests are
 * counted when they come, so that more at once overshoot nothing.
 */
const PROMPT_BEHAVIOR: Behavior = {
  ...BEHAVIOR,
  scaleUp: twiceOrMore(4, 15),
};

/** At once: twice as many, or so many more, in each period. */
function twiceOrMore(pods: number, periodSeconds: number): Behavior["scaleUp"] {
  return {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: 100, periodSeconds },
      { type: "Pods", value: pods, periodSeconds },
    ],
  };
}

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

/** KEDA looks so often whether a first replica is needed. It is KEDA's default. */
const POLLING_SECONDS = 30;
/** A request that waits for the first replica is somebody who waits. */
const PROMPT_POLLING_SECONDS = 5;
/** The last replica goes after so long without a task; a cold start costs the next one. */
const COOLDOWN_SECONDS = 300;

/**
 * KEDA's autoscaler, by a queue, a clock or requests as well. It takes KEDA 2 in the cluster.
 *
 * Source: KEDA docs, "ScaledObject specification", and the scalers "Redis Lists", "Cron", "Metrics
 * API", "CPU" and "Memory".
 */
export function scaledObjectManifest(
  identity: Identity,
  scaling: Autoscaling,
  { namespace, deployment, proxy }: AutoscalerReferences,
) {
  const isPrompt = scaling.concurrency !== undefined;
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: metadata({ name: identity.name, namespace, labels: processLabels(identity) }),
    spec: {
      scaleTargetRef: { name: deployment },
      minReplicaCount: scaling.min,
      maxReplicaCount: scaling.max,
      pollingInterval: isPrompt ? PROMPT_POLLING_SECONDS : POLLING_SECONDS,
      cooldownPeriod: COOLDOWN_SECONDS,
      // A ScaledObject that is new has seen no task yet: KEDA would take the last replicas away at
      // once, from a worker that had a fixed number of them and is at work.
      initialCooldownPeriod: COOLDOWN_SECONDS,
      advanced: {
        horizontalPodAutoscalerConfig: { behavior: isPrompt ? PROMPT_BEHAVIOR : BEHAVIOR },
      },
      triggers: triggers(scaling, proxy),
    },
  };
}

/** Which keys of a Secret KEDA takes a user, a password and a certificate's authority from. */
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

function triggers(
  { cpu, memory, concurrency, queues, schedule }: Autoscaling,
  proxy: ProxyConfig | undefined,
): object[] {
  return [
    ...(proxy && concurrency !== undefined ? requestTriggers(concurrency, proxy) : []),
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

/**
 * One for each replica of the proxy, of which one alone hands requests to pods: the one that asks for
 * the most replicas counts.
 */
function requestTriggers(percent: number, config: ProxyConfig): object[] {
  const { proxy, namespace, requestsPerPod } = config;
  return Array.from({ length: PROXY_REPLICAS }, (_, replica) => ({
    type: "metrics-api",
    metricType: "AverageValue",
    metadata: {
      url: `http://${proxy}-${replica}.${proxy}.${namespace}.svc.cluster.local:${PROXY_PORTS.metrics}/metrics?scope=backend`,
      format: "prometheus",
      valueLocation: REQUESTS_METRIC,
      targetValue: String((requestsPerPod * percent) / 100),
    },
  }));
}

function utilizations(targets: Pick<Autoscaling, "cpu" | "memory">): ["cpu" | "memory", number][] {
  return (["cpu", "memory"] as const).flatMap((name): ["cpu" | "memory", number][] => {
    const percent = targets[name];
    return percent === undefined ? [] : [[name, percent]];
  });
}
