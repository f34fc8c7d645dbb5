import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { escapeExpansion } from "./expansion.ts";
import type { Health } from "./health.ts";
import { probes } from "./health.ts";
import { placement } from "./placement.ts";
import type { ReplicaSize } from "./resources.ts";
import { containerResources } from "./resources.ts";
import type { Spread } from "./placement.ts";

type PodSpec = types.input.core.v1.PodSpec;
type Container = types.input.core.v1.Container;

/** What a pod is made from. */
export interface PodPlan extends ReplicaSize {
  /** `command` of the container, `$` doubled already. */
  readonly command: readonly string[];
  /** Environment variables, by name. */
  readonly env: Readonly<Record<string, string>>;
  readonly spread: Spread;
  readonly health: Health;
  /** Ports that requests come in by, by name; none where none do. */
  readonly ports: Readonly<Record<string, number>>;
  /** Seconds between a pod's end being announced and SIGTERM, in which it still answers. */
  readonly preStopSeconds: number;
  /** Seconds from that announcement to SIGKILL. */
  readonly gracePeriodSeconds: number;
  /** Name of a PriorityClass; undefined: the cluster's default. */
  readonly priorityClass?: string | undefined;
  /** Further folders that the container can write to. */
  readonly writable?: readonly string[];
  /**
   * User and group that the container runs as.
   * @default 10001
   */
  readonly user?: number;
}

/** What a pod refers to by name. */
export interface PodReferences {
  readonly image: Input<string>;
  readonly serviceAccount: Input<string>;
  /** Name of the Secret whose entries become environment variables. */
  readonly secret?: Input<string> | undefined;
  /** A ConfigMap whose entries are files in a folder. */
  readonly files?: { readonly configMap: Input<string>; readonly folder: string };
}

/** Where the container can write; its root file system is read-only. */
const HOME = "/home/app";
const WRITABLE = [
  { name: "tmp", mountPath: "/tmp" },
  { name: "home", mountPath: HOME },
];
/** Any id but 0 will do; above 10000 it is unlikely to be a user of the node. */
const USER = 10001;

/**
 * The pod of one process type. It passes Pod Security "restricted".
 *
 * Source: Kubernetes docs, "Pod Security Standards".
 */
export function podSpec(
  plan: PodPlan,
  references: PodReferences,
  selector: Record<string, string>,
): PodSpec {
  const { files } = references;
  const { user = USER } = plan;
  return {
    serviceAccountName: references.serviceAccount,
    automountServiceAccountToken: false,
    // The variables of a namespace's Services would clash with the app's own.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: plan.gracePeriodSeconds,
    ...(plan.priorityClass === undefined ? {} : { priorityClassName: plan.priorityClass }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...placement(plan.spread, selector),
    containers: [container(plan, references)],
    volumes: [
      ...writableMounts(plan).map(({ name }) => ({ name, emptyDir: { sizeLimit: plan.storage } })),
      ...(files === undefined ? [] : [{ name: "files", configMap: { name: files.configMap } }]),
    ],
  };
}

function container(plan: PodPlan, { image, secret, files }: PodReferences): Container {
  const ports = Object.entries(plan.ports).map(([name, containerPort]) => ({
    name,
    containerPort,
  }));
  return {
    name: "app",
    image,
    command: [...plan.command],
    env: variables({ ...plan.env, HOME }),
    ...(secret === undefined ? {} : { envFrom: [{ secretRef: { name: secret } }] }),
    ...(ports.length === 0 ? {} : { ports }),
    ...(plan.preStopSeconds === 0
      ? {}
      : { lifecycle: { preStop: { sleep: { seconds: plan.preStopSeconds } } } }),
    ...probes(plan.health),
    // What a container that failed wrote last is what people read as the reason.
    terminationMessagePolicy: "FallbackToLogsOnError",
    resources: containerResources(plan),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [
      ...writableMounts(plan),
      ...(files === undefined ? [] : [{ name: "files", mountPath: files.folder, readOnly: true }]),
    ],
  };
}

/** Sorted by path, so that the order in a stack file restarts nothing. */
function writableMounts({ writable = [] }: PodPlan): { name: string; mountPath: string }[] {
  const more = writable
    .toSorted()
    .map((mountPath, index) => ({ name: `writable-${index}`, mountPath }));
  return [...WRITABLE, ...more];
}

/** Sorted by name, so that the order in a stack file restarts nothing. */
function variables(env: Readonly<Record<string, string>>): types.input.core.v1.EnvVar[] {
  return Object.entries(env)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value: escapeExpansion(value) }));
}
