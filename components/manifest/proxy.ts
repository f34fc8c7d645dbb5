import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Identity } from "./labels.ts";
import { processLabels, selectorLabels } from "./labels.ts";
import { metadata, WAIT_UNTIL_SEEN } from "./metadata.ts";
import type { PodPlan } from "./pod.ts";
import { podSpec } from "./pod.ts";
import type { ProxyConfig } from "./proxy-config.ts";
import {
  haproxyConfig,
  PROXY_FOLDER,
  PROXY_PORTS,
  stopSeconds,
  WAIT_SECONDS,
} from "./proxy-config.ts";
import { STREAMS_FILE, STREAMS_SCRIPT } from "./proxy-streams.ts";
import { WAKE_FILE, wakeScript } from "./proxy-wake.ts";

/** The proxy in front of `web`: a small HAProxy, twice. */
export interface ProxyPlan extends Identity {
  readonly image: string;
  readonly config: ProxyConfig;
}

/** One replica balances the requests, the other one takes over when the first is gone. */
export const PROXY_REPLICAS = 2;
/** Stands for a process type in names, labels and tables. */
export const PROXY = "proxy";
/** Measured: 15 MiB each. */
export const PROXY_SIZE = { memory: "64Mi", cpu: "100m", storage: "64Mi" } as const;

const FILE = "haproxy.cfg";
const PRE_STOP_SECONDS = 5;
/**
 * The pods of the proxy find each other by DNS: a new one needs the time of an answer that DNS keeps
 * (5 s) before the other one is replaced.
 */
const MIN_READY_SECONDS = 5;

/**
 * Immutable and without a name of its own: another configuration is another ConfigMap, which rolls
 * the pods.
 */
export function proxyConfigManifest(
  plan: ProxyPlan,
  namespace: Input<string>,
): types.input.core.v1.ConfigMap {
  return {
    metadata: metadata({ namespace, labels: processLabels(plan) }),
    immutable: true,
    data: {
      [FILE]: haproxyConfig(plan.config),
      [STREAMS_FILE]: STREAMS_SCRIPT,
      ...(plan.config.wakes ? { [WAKE_FILE]: wakeScript(WAIT_SECONDS) } : {}),
    },
  };
}

/** A StatefulSet, since each replica has to know the first one by name. */
export function proxyManifest(
  plan: ProxyPlan,
  references: {
    readonly namespace: Input<string>;
    readonly serviceAccount: Input<string>;
    readonly configMap: Input<string>;
    /** Whether the program itself waits for the pods. @default false */
    readonly followed?: boolean;
  },
): types.input.apps.v1.StatefulSet {
  const selector = selectorLabels(plan);
  const labels = processLabels(plan);
  const { namespace, serviceAccount, configMap, followed = false } = references;
  const pod = podSpec(
    proxyPod(plan),
    { image: plan.image, serviceAccount, files: { configMap, folder: PROXY_FOLDER } },
    selector,
  );
  return {
    metadata: metadata({
      name: plan.name,
      namespace,
      labels,
      ...(followed ? { annotations: WAIT_UNTIL_SEEN } : {}),
    }),
    spec: {
      serviceName: plan.name,
      replicas: PROXY_REPLICAS,
      podManagementPolicy: "Parallel",
      revisionHistoryLimit: 5,
      minReadySeconds: MIN_READY_SECONDS,
      selector: { matchLabels: selector },
      template: { metadata: { labels }, spec: pod },
    },
  };
}

function proxyPod({ config }: ProxyPlan): PodPlan {
  const { public: http, balancer, health, metrics } = PROXY_PORTS;
  return {
    // In the foreground. The image's stop signal is SIGUSR1, at which HAProxy finishes what it has.
    command: ["haproxy", "-db", "-f", `${PROXY_FOLDER}/${FILE}`],
    env: {},
    // The two replicas run on different nodes where possible; a StatefulSet has no
    // pod-template-hash.
    spread: "preferred",
    health: { kind: "http", path: "/healthz", port: health, startupTimeout: 10, timeout: 5 },
    ports: { http, balancer, health, ...(config.counted ? { metrics } : {}) },
    preStopSeconds: PRE_STOP_SECONDS,
    gracePeriodSeconds: PRE_STOP_SECONDS + stopSeconds(config.requestSeconds) + 5,
    ...PROXY_SIZE,
  };
}
