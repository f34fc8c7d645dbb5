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

/** A key of a Secret that exists. */
export interface SecretKey {
  readonly secret: string;
  readonly key: string;
}

/** A token of the pod's identity, for others than the cluster's API. */
export interface PodToken {
  readonly audience: string;
  readonly expirationSeconds: number;
}

/** What a pod is made from. */
export interface PodPlan extends ReplicaSize {
  /** `command` of the container, `$` doubled already. */
  readonly command: readonly string[];
  /** Environment variables, by name. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Environment variables whose values are in Secrets that exist. One by one and not by `envFrom`: a
   * key that is missing keeps the container from starting, and none brings a variable unasked.
   */
  readonly secretEnv?: Readonly<Record<string, SecretKey>>;
  /** Labels besides those that the pod is selected by. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly token?: PodToken | undefined;
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
  /** Environment variables whose values are known only later, escaped. */
  readonly env?: Readonly<Record<string, Input<string>>>;
  /** Annotations of the pods; another value replaces them. */
  readonly annotations?: Readonly<Record<string, Input<string>>>;
  /** Secrets that the image is pulled with, where the ServiceAccount does not name them. */
  readonly imagePullSecrets?: readonly string[];
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
  const { files, imagePullSecrets = [] } = references;
  const { user = USER, token } = plan;
  return {
    serviceAccountName: references.serviceAccount,
    ...(imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
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
      ...(token === undefined ? [] : [tokenVolume(token)]),
    ],
  };
}

const TOKEN = { folder: "/var/run/secrets/dash-scale", path: "token" };

/** Source: Kubernetes docs, "Projected Volumes", serviceAccountToken. */
function tokenVolume(token: PodToken): types.input.core.v1.Volume {
  return {
    name: "identity",
    projected: { sources: [{ serviceAccountToken: { path: TOKEN.path, ...token } }] },
  };
}

/** The metadata of a pod; a template's. */
export function podMetadata(
  labels: Readonly<Record<string, string>>,
  plan: PodPlan,
  { annotations }: PodReferences,
): types.input.meta.v1.ObjectMeta {
  return {
    labels: { ...plan.labels, ...labels },
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function container(plan: PodPlan, references: PodReferences): Container {
  const { image, secret, files } = references;
  const ports = Object.entries(plan.ports).map(([name, containerPort]) => ({
    name,
    containerPort,
  }));
  return {
    name: "app",
    image,
    command: [...plan.command],
    env: variables(plan, references.env),
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
      ...(plan.token === undefined
        ? []
        : [{ name: "identity", mountPath: TOKEN.folder, readOnly: true }]),
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
function variables(
  { env, secretEnv = {} }: PodPlan,
  later: Readonly<Record<string, Input<string>>> = {},
): types.input.core.v1.EnvVar[] {
  const all = [
    ...Object.entries({ ...env, HOME }).map(([name, text]) => ({
      name,
      value: escapeExpansion(text),
    })),
    ...Object.entries(later).map(([name, value]) => ({ name, value })),
    ...Object.entries(secretEnv).map(([name, { secret, key }]) => ({
      name,
      valueFrom: { secretKeyRef: { name: secret, key } },
    })),
  ];
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
