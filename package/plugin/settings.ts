// Made by npm run generate from the declarations in components/config/.

/* oxlint-disable typescript/no-explicit-any */

import type { Input } from "@pulumi/pulumi";

/**
 * What CPU and memory cost you an hour: costs then have one more column, the price of a month of
 * 730 hours.
 */
export interface PriceSettings {
  /** Price of one CPU that is requested, for an hour. */
  readonly cpu: number;
  /** Price of one GiB of memory that is requested, for an hour. */
  readonly memory: number;
  /** Currency of both, by its code in ISO 4217. */
  readonly currency: string;
}

/**
 * Whether a process type loses more than half of its replicas only where `dash-scale:confirm`
 * names that very change, or freely.
 */
export const GuardScaleDown = {
  Confirm: "confirm",
  Free: "free",
} as const;
export type GuardScaleDown = (typeof GuardScaleDown)[keyof typeof GuardScaleDown];

/** Rules that the stack is held to: where one is broken, nothing is changed. */
export interface GuardSettings {
  /**
   * Holds the stack to what production needs: `web` has at least 2 replicas (autoscaled: `min` 2),
   * so that one of them may be lost or drained; the image is named by digest, so that what runs is
   * what was tested; the namespace that is created is protected, so that Pulumi refuses to remove
   * it. Default: false.
   */
  readonly production?: boolean;
  /**
   * The most pods of the whole app, as a preview shows their total: an autoscaled process type with
   * its `max`, and the proxy; what a rollout adds for its duration is not part of it. Default: none.
   */
  readonly maxPods?: number;
  /** The most memory that these pods request together. Default: none. */
  readonly maxMemory?: string;
  /**
   * Whether a process type loses more than half of its replicas only where `confirm` names that very
   * change, or freely. Default: confirm with `production`, else free.
   */
  readonly scaleDown?: GuardScaleDown;
}

/** A service that the app uses: in a namespace of the cluster, or at addresses outside. */
export interface AttachedServiceSettings {
  /** Namespace of the service. */
  readonly namespace?: string;
  /** Addresses of the service, where it is outside of the cluster. */
  readonly cidr?: string;
  /** Port of the service's pods or addresses. */
  readonly port: number;
}

/**
 * A service that the app uses and does not run: its Secret, which variables are filled from it,
 * and where it is.
 */
export interface ServiceSettings {
  /**
   * Name of a Secret in the app's namespace. It is only ever referred to, never declared or changed.
   * Default: with `cloudnativepg`, that of the database's owner.
   */
  readonly secret?: string;
  /**
   * In place of `secret`: name of a Cluster of CloudNativePG in the app's namespace. Its Secret is
   * `NAME-app`, `DATABASE_URL` is filled from the key `uri`, and its pods are reached on port 5432.
   * Default: none.
   */
  readonly cloudnativepg?: string;
  /**
   * Which environment variables are filled, each with the key of the Secret that holds its value.
   * Default: none; with `cloudnativepg`, `{ DATABASE_URL: uri }`.
   */
  readonly env?: Record<string, string>;
  /** A service that the app uses: in a namespace of the cluster, or at addresses outside. */
  readonly to?: AttachedServiceSettings;
  /** Process types that have the variables; `release` is one of them. Default: all, and the release. */
  readonly types?: string[];
}

/** What is particular to one process type. */
export interface ProcessOptions {
  /**
   * How its health is checked: by HTTP, by a command, or `off` for not at all. Default: by HTTP for
   * `web`, on a path of Dash's own; the others not at all.
   */
  readonly health?: any;
  /**
   * Port that the process type listens on, where its command does not say one: `$PORT`. Any type but
   * `web` has a port, and a Service inside the cluster, only with this key. Default: 8000 for `web`;
   * none for the others.
   */
  readonly port?: number;
  /**
   * Whether at most one replica may run, also during a rollout. Default: true for Celery's beat and
   * the types beat, scheduler and clock.
   */
  readonly singleton?: boolean;
  /**
   * Seconds that a replica gets to end after SIGTERM, before it is killed: as long as its longest
   * task. Default: the server's graceful timeout and 10; 40 where the server is not known.
   */
  readonly gracePeriod?: number;
  /**
   * Name of a PriorityClass of the cluster: which pods are scheduled first, and which have to make
   * room. Default: the cluster's default.
   */
  readonly priorityClass?: string;
  /**
   * Cron expression of when the process type runs: as a CronJob, once each time and one run at a
   * time, instead of all the time. Not for `web` and `release`. Default: none: the process type
   * always runs.
   */
  readonly schedule?: string;
  /** With `schedule`: a time zone of the IANA database. Default: Etc/UTC. */
  readonly timezone?: string;
  /** With `schedule`: seconds after which a run is ended. Default: 86400. */
  readonly timeout?: number;
}

/**
 * What stands between the Service and the pods of `web`: nothing, or a small HAProxy that hands
 * each pod only as many requests as it serves at once.
 */
export const Proxy = {
  Off: "off",
  Haproxy: "haproxy",
} as const;
export type Proxy = (typeof Proxy)[keyof typeof Proxy];

/** Which controller that is; what it needs to balance by pods is declared with it. */
export const GatewayController = {
  EnvoyGateway: "envoy-gateway",
  Istio: "istio",
  Traefik: "traefik",
} as const;
export type GatewayController = (typeof GatewayController)[keyof typeof GatewayController];

/** Exposes `web` by a Gateway: an HTTPRoute. */
export interface GatewaySettings {
  /** Name of the Gateway. */
  readonly name: string;
  /** Namespace of the Gateway. */
  readonly namespace: string;
  /** Name of its listener. Default: all listeners. */
  readonly section?: string;
  /** Which controller that is; what it needs to balance by pods is declared with it. Default: none. */
  readonly controller?: GatewayController;
  /** Annotations of the HTTPRoute. Default: none. */
  readonly annotations?: Record<string, string>;
}

/** Which controller that is; what it needs to balance by pods is declared with it. */
export const IngressController = {
  Istio: "istio",
  Traefik: "traefik",
  Haproxy: "haproxy",
  HaproxyIngress: "haproxy-ingress",
  IngressNginx: "ingress-nginx",
  Nginx: "nginx",
} as const;
export type IngressController = (typeof IngressController)[keyof typeof IngressController];

/** Exposes `web` by an Ingress. */
export interface IngressSettings {
  /** Class of the Ingress, as the cluster names it. */
  readonly className: string;
  /** Which controller that is; what it needs to balance by pods is declared with it. Default: none. */
  readonly controller?: IngressController;
  /**
   * Name of the Secret with the certificate; an issuer fills it when an annotation asks for that.
   * Default: none: no TLS.
   */
  readonly tlsSecret?: string;
  /**
   * Annotations of the Ingress, for instance of an issuer; they win over the controller's. Default:
   * none.
   */
  readonly annotations?: Record<string, string>;
}

/** How the image starts a Procfile command: by a shell or the Cloud Native Buildpacks launcher. */
export const Launcher = {
  Shell: "shell",
  Cnb: "cnb",
} as const;
export type Launcher = (typeof Launcher)[keyof typeof Launcher];

/**
 * A token for who trusts the cluster's issuer, such as a cloud or Vault, in the file
 * `/var/run/secrets/dash-scale/token`. It is good for its audience alone, never for the cluster's
 * API. Clouds whose webhook brings a token of its own (EKS, AKS) and GKE need none.
 */
export interface ServiceAccountTokenSettings {
  /** Whom the token is for. */
  readonly audience: string;
  /** Seconds that it is good for; the kubelet renews it before. Default: 3600. */
  readonly expiry?: number;
}

/**
 * The identity of the app's pods, for the identities of clouds. It has no rights in the cluster,
 * and the pods have no token for the cluster's API.
 */
export interface ServiceAccountSettings {
  /** Name of a ServiceAccount that exists in the namespace, in place of the app's own. Default: none. */
  readonly name?: string;
  /**
   * Annotations of the app's own ServiceAccount, by which a cloud knows its role:
   * `eks.amazonaws.com/role-arn`, `iam.gke.io/gcp-service-account` or
   * `azure.workload.identity/client-id`. With Azure's, the pods get the label that its webhook looks
   * for. Default: none.
   */
  readonly annotations?: Record<string, string>;
  /**
   * Labels of the pods, for a webhook that looks for them; with `name`, Azure needs
   * `azure.workload.identity/use: "true"`. Default: none.
   */
  readonly podLabels?: Record<string, string>;
  /**
   * A token for who trusts the cluster's issuer, such as a cloud or Vault, in the file
   * `/var/run/secrets/dash-scale/token`. It is good for its audience alone, never for the cluster's
   * API. Clouds whose webhook brings a token of its own (EKS, AKS) and GKE need none. Default: none.
   */
  readonly token?: ServiceAccountTokenSettings;
}

/**
 * Whether the app is a Dash app, where neither its command nor the files beside the Procfile say
 * so. Health is checked by a path of Dash's own only where it is.
 */
export const Framework = {
  Dash: "dash",
  Other: "other",
} as const;
export type Framework = (typeof Framework)[keyof typeof Framework];

/** What an app is, and at which scale. */
export interface AppArgs {
  /**
   * Name of the app, the first part of every object's name: a DNS label that begins with a letter.
   * Default: the resource's name.
   */
  readonly name?: string;
  /**
   * The app's Procfile: its path, relative to the program, or { text } with what is in it. Default:
   * Procfile.
   */
  readonly procfile?: any;
  /** Container image that every process type runs, by digest where possible. */
  readonly image: Input<string>;
  /**
   * Whether the app is a Dash app, where neither its command nor the files beside the Procfile say
   * so. Health is checked by a path of Dash's own only where it is. Default: what the commands and
   * the files beside the Procfile say.
   */
  readonly framework?: Framework;
  /**
   * Folders that the app writes to, besides `/tmp` and HOME: the root file system is read-only. Each
   * is empty at the start of a pod, whatever the image has there, and gone with the pod. Default:
   * [].
   */
  readonly writable?: string[];
  /**
   * User and group that the processes run as, by number: for an image whose files belong to another
   * user. Never root. Default: 10001.
   */
  readonly user?: number;
  /** Namespace that everything lives in. Default: the app's name. */
  readonly namespace?: string;
  /**
   * Whether the namespace is declared here, labelled for Pod Security "restricted". `false`: it
   * exists already. Default: true.
   */
  readonly createNamespace?: boolean;
  /**
   * Environment variables of every process type: plain values. `$` has no meaning in them. Default:
   * none.
   */
  readonly env?: Record<string, Input<string>>;
  /**
   * The identity of the app's pods, for the identities of clouds. It has no rights in the cluster,
   * and the pods have no token for the cluster's API. Default: a ServiceAccount of the app's own,
   * known to nobody else.
   */
  readonly serviceAccount?: ServiceAccountSettings;
  /**
   * How the image starts a Procfile command: by a shell or the Cloud Native Buildpacks launcher.
   * Default: shell.
   */
  readonly launcher?: Launcher;
  /** Names of Secrets in the namespace that the image is pulled with. Default: []. */
  readonly imagePullSecrets?: string[];
  /**
   * The most replicas that any one process type may have: a guard against a typing mistake. Default:
   * 100.
   */
  readonly maxReplicas?: number;
  /**
   * Seconds that a rollout may go without progress before it counts as failed
   * (`progressDeadlineSeconds`). As long as it makes progress, it may take any time. Default: 300.
   */
  readonly progressDeadline?: number;
  /** Seconds that the release phase may take, all tries together. Default: 600. */
  readonly releaseTimeout?: number;
  /**
   * Host name that `web` is reached by. Needs `ingress` or `gateway`. Default: none: `web` is
   * reached inside the cluster only.
   */
  readonly host?: string;
  /**
   * Path below which the app lives: `DASH_URL_BASE_PATHNAME`, the route and the path of the health
   * check. Default: /.
   */
  readonly basePath?: string;
  /** Exposes `web` by an Ingress. Default: none. */
  readonly ingress?: IngressSettings;
  /** Exposes `web` by a Gateway: an HTTPRoute. Default: none. */
  readonly gateway?: GatewaySettings;
  /**
   * What stands between the Service and the pods of `web`: nothing, or a small HAProxy that hands
   * each pod only as many requests as it serves at once. Default: off.
   */
  readonly proxy?: Proxy;
  /** Image of the proxy: HAProxy 2.8 or newer. Default: docker.io/library/haproxy:3.2-alpine. */
  readonly proxyImage?: string;
  /**
   * Which traffic may pass to and from the pods besides DNS and port 443; `off` for no network
   * policy. Default: {}.
   */
  readonly network?: any;
  /**
   * Scale of each process type: a number of replicas, or a map. Default: every process type of the
   * Procfile runs as one replica.
   */
  readonly scale?: Record<string, any>;
  /** What is particular to a process type, apart from its scale. Default: none. */
  readonly processes?: Record<string, ProcessOptions>;
  /**
   * Environment variables of every process type whose values are secret, whether a value is marked
   * so or not. Default: none.
   */
  readonly secrets?: Record<string, Input<string>>;
  /**
   * Services that the app uses, such as Redis or a database, by names of your own. Each value goes
   * from a Secret that exists into a variable of the pods, and nowhere else. Default: none.
   */
  readonly services?: Record<string, ServiceSettings>;
  /** Rules that the stack is held to: where one is broken, nothing is changed. Default: none. */
  readonly guards?: GuardSettings;
  /**
   * Scale-downs of more than half that are meant, by process type. Each names the exact change, so
   * that it allows no other one. Default: none.
   */
  readonly confirm?: Record<string, string>;
  /**
   * The one cluster that the stack may run on: UID of its namespace `kube-system`. Default: the
   * cluster that the stack was applied to last.
   */
  readonly cluster?: string;
  /**
   * What CPU and memory cost you an hour: costs then have one more column, the price of a month of
   * 730 hours. Default: none: costs have no prices.
   */
  readonly prices?: PriceSettings;
  /**
   * Name of the stack output that the component's `outputs` are exported as: a change of the app is
   * compared with what stands there. Default: the resource's name in camel case: myShop for my-shop.
   */
  readonly outputName?: string;
}
