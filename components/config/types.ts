// Made by npm run generate from the declarations beside this file.

import type { Input, Output } from "@pulumi/pulumi";

/** What an app runs as: the `dash-scale:` keys of a stack file. */
export interface StackArgs {
  /** What is the same for all processes of the app. */
  readonly app: AppSettings;
  /**
   * Scale of each process type: a number of replicas, or a map.
   * @default every process type of the Procfile runs as one replica
   */
  readonly scale?: Readonly<Record<string, number | string | ProcessScale>>;
  /**
   * What is particular to a process type, apart from its scale.
   * @default none
   */
  readonly processes?: Readonly<Record<string, ProcessOptions>>;
  /**
   * Environment variables of every process type whose values are secret: `pulumi config set --secret
   * --path dash-scale:secrets.NAME`.
   * @default none
   */
  readonly secrets?: Readonly<Record<string, Output<string>>>;
  /**
   * Services that the app uses, such as Redis or a database, by names of your own. Each value goes
   * from a Secret that exists into a variable of the pods, and nowhere else.
   * @default none
   */
  readonly services?: Readonly<Record<string, ServiceSettings>>;
  /**
   * Rules that the stack is held to: where one is broken, nothing is changed.
   * @default none
   */
  readonly guards?: GuardSettings;
  /**
   * Scale-downs of more than half that are meant, by process type. Each names the exact change, so
   * that it allows no other one.
   * @default none
   */
  readonly confirm?: Readonly<Record<string, string>>;
  /**
   * The one cluster that the stack may run on: UID of its namespace `kube-system`.
   * @default the cluster that the stack was applied to last
   */
  readonly cluster?: string;
  /**
   * What CPU and memory cost you an hour: costs then have one more column, the price of a month of
   * 730 hours.
   * @default none: costs have no prices
   */
  readonly prices?: PriceSettings;
}

/**
 * What CPU and memory cost you an hour: costs then have one more column, the price of a month of
 * 730 hours.
 */
export interface PriceSettings {
  /** Price of one CPU that is requested, for an hour. */
  readonly cpu: number | string;
  /** Price of one GiB of memory that is requested, for an hour. */
  readonly memory: number | string;
  /** Currency of both, by its code in ISO 4217. */
  readonly currency: string;
}

/** Rules that the stack is held to: where one is broken, nothing is changed. */
export interface GuardSettings {
  /**
   * Holds the stack to what production needs: `web` has at least 2 replicas (autoscaled: `min` 2),
   * so that one of them may be lost or drained; the image is named by digest, so that what runs is
   * what was tested; the namespace that is created is protected, so that Pulumi refuses to remove
   * it.
   * @default false
   */
  readonly production?: boolean;
  /**
   * The most pods of the whole app, as a preview shows their total: an autoscaled process type with
   * its `max`, and the proxy; what a rollout adds for its duration is not part of it.
   * @default none
   */
  readonly maxPods?: number | string;
  /**
   * The most memory that these pods request together.
   * @default none
   */
  readonly maxMemory?: number | string;
  /**
   * Whether a process type loses more than half of its replicas only where `dash-scale:confirm`
   * names that very change, or freely.
   * @default confirm with `production`, else free
   */
  readonly scaleDown?: "confirm" | "free";
}

/**
 * A service that the app uses and does not run: its Secret, which variables are filled from it,
 * and where it is.
 */
export interface ServiceSettings {
  /**
   * Name of a Secret in the app's namespace. It is only ever referred to, never declared or changed.
   * @default with `cloudnativepg`, that of the database's owner
   */
  readonly secret?: string;
  /**
   * In place of `secret`: name of a Cluster of CloudNativePG in the app's namespace. Its Secret is
   * `NAME-app`, `DATABASE_URL` is filled from the key `uri`, and its pods are reached on port 5432.
   * @default none
   */
  readonly cloudnativepg?: string;
  /**
   * Which environment variables are filled, each with the key of the Secret that holds its value.
   * @default none; with `cloudnativepg`, `{ DATABASE_URL: uri }`
   */
  readonly env?: Readonly<Record<string, string>>;
  /** A service that the app uses: in a namespace of the cluster, or at addresses outside. */
  readonly to?: AttachedServiceSettings;
  /**
   * Process types that have the variables; `release` is one of them.
   * @default all, and the release
   */
  readonly types?: readonly string[];
}

/** What is particular to one process type. */
export interface ProcessOptions {
  /**
   * How its health is checked: by HTTP, by a command, or `off` for not at all.
   * @default by HTTP for `web`, on a path of Dash's own; the others not at all
   */
  readonly health?:
    | "off"
    | false
    | {
        /**
         * Path that answers 200 only when the app is up.
         * @default for `web`: Dash's own, below `basePath`
         */
        readonly path?: string;
        /**
         * Port that answers.
         * @default the process type's own
         */
        readonly port?: number | string;
        /**
         * Seconds that an answer may take before it counts as a failure.
         * @default half of the server's request timeout, at least 30; at most 300; 60 where the server
         * ends no request
         */
        readonly timeout?: number | string;
      }
    | {
        /** A command in the container that exits 0 when the process is well. */
        readonly exec: readonly string[];
        /**
         * Seconds that an answer may take before it counts as a failure.
         * @default 30
         */
        readonly timeout?: number | string;
      };
  /**
   * Port that the process type listens on, where its command does not say one: `$PORT`. Any type but
   * `web` has a port, and a Service inside the cluster, only with this key.
   * @default 8000 for `web`; none for the others
   */
  readonly port?: number | string;
  /**
   * Whether at most one replica may run, also during a rollout.
   * @default true for Celery's beat and the types beat, scheduler and clock
   */
  readonly singleton?: boolean;
  /**
   * Seconds that a replica gets to end after SIGTERM, before it is killed: as long as its longest
   * task.
   * @default the server's graceful timeout and 10; 40 where the server is not known
   */
  readonly gracePeriod?: number | string;
  /**
   * Name of a PriorityClass of the cluster: which pods are scheduled first, and which have to make
   * room.
   * @default the cluster's default
   */
  readonly priorityClass?: string;
  /**
   * Cron expression of when the process type runs: as a CronJob, once each time and one run at a
   * time, instead of all the time. Not for `web` and `release`.
   * @default none: the process type always runs
   */
  readonly schedule?: string;
  /**
   * With `schedule`: a time zone of the IANA database.
   * @default Etc/UTC
   */
  readonly timezone?: string;
  /**
   * With `schedule`: seconds after which a run is ended.
   * @default 86400
   */
  readonly timeout?: number | string;
}

/** Scale of one process type. */
export interface ProcessScale {
  /**
   * Replicas: pods. 0 means none. Not beside `min` and `max`.
   * @default 1
   */
  readonly replicas?: number | string;
  /**
   * gunicorn worker processes in each replica.
   * @default what the command says, else 1
   */
  readonly workers?: number | string;
  /**
   * Threads in each gunicorn worker.
   * @default what the command says, else 1
   */
  readonly threads?: number | string;
  /**
   * Memory of each replica, requested and at most.
   * @default 512Mi
   */
  readonly memory?: number | string;
  /**
   * CPU that each replica has for sure, in cores. There is no upper bound.
   * @default 250m
   */
  readonly cpu?: number | string;
  /**
   * Local disk of each replica for logs, /tmp and HOME together, requested and at most.
   * @default 1Gi
   */
  readonly storage?: number | string;
  /**
   * Whether replicas go to different nodes: when possible, always, or without regard.
   * @default preferred
   */
  readonly spread?: "preferred" | "required" | "off";
  /**
   * With an autoscaler: replicas at least. 0 with `queue`, `schedule` or `concurrency` only.
   * @default 1
   */
  readonly min?: number | string;
  /**
   * With an autoscaler: replicas at most.
   * @default none: it is required beside `min`, `target`, `queue` and `schedule`
   */
  readonly max?: number | string;
  /**
   * What the autoscaler aims at: `cpu` and `memory` in percent of what the replicas request,
   * `concurrency` in percent of the requests that they serve at once. `cpu: 70` beside `min` and
   * `max` is short for `target: { cpu: 70 }`, and so for `memory`.
   * @default none
   */
  readonly target?: {
    /** CPU to aim at, in percent of what the replicas request. */
    readonly cpu?: number | string;
    /** Memory to aim at, in percent of what the replicas request. */
    readonly memory?: number | string;
    /**
     * Requests of `web` to aim at, served and waiting, in percent of those that the replicas serve at
     * once. Needs `proxy: haproxy`, and KEDA in the cluster.
     */
    readonly concurrency?: number | string;
  };
  /**
   * The list in Redis in which tasks wait, or several of them: a worker of several queues is scaled
   * by each. Needs KEDA in the cluster.
   * @default none
   */
  readonly queue?: QueueSettings | readonly QueueSettings[];
  /**
   * Times with at least so many replicas. Needs KEDA in the cluster.
   * @default none
   */
  readonly schedule?: readonly {
    /** Cron expression of when it begins. */
    readonly start: string;
    /** Cron expression of when it ends. */
    readonly end: string;
    /**
     * A time zone of the IANA database.
     * @default Etc/UTC
     */
    readonly timezone?: string;
    /** Replicas at least while it lasts. */
    readonly replicas: number | string;
  }[];
}

/** Lists of one Redis in which tasks wait. */
export interface QueueSettings {
  /**
   * Address of the Redis; or name a `service`.
   * @default none
   */
  readonly redis?: string;
  /**
   * Name of an entry of `dash-scale:services`: address, database, TLS and password follow from the
   * URL in its Secret. KEDA takes a password only from a key that holds nothing else.
   * @default none
   */
  readonly service?: string;
  /** Name of the list; Celery's is `celery`. */
  readonly list?: string;
  /**
   * Names of several lists of a worker that works on all of them, in place of `list`. It is scaled
   * by the one that needs most replicas.
   * @default none
   */
  readonly lists?: readonly string[];
  /**
   * Tasks that wait for each replica.
   * @default 10
   */
  readonly length?: number | string;
  /**
   * Number of the Redis database.
   * @default that of the service's URL, else 0
   */
  readonly database?: number | string;
  /**
   * Whether the Redis is reached by TLS. Not with `service`.
   * @default false
   */
  readonly tls?: boolean;
  /**
   * Name of the variable of `dash-scale:secrets`, `dash-scale:services` or `dash-scale:app.env` that
   * holds the password. Not with `service`.
   * @default none
   */
  readonly password?: string;
}

/** What is the same for all processes of the app. */
export interface AppSettings {
  /** Name of the app, the first part of every object's name: a DNS label that begins with a letter. */
  readonly name: string;
  /** The app's Procfile: its path, relative to the project's root, or its text. */
  readonly procfile:
    | string
    | {
        /** The text of a Procfile. */
        readonly text: string;
        /**
         * The name that messages give it.
         * @default Procfile
         */
        readonly file?: string;
      };
  /** Container image that every process type runs, by digest where possible. */
  readonly image: Input<string>;
  /**
   * Whether the app is a Dash app, where neither its command nor the files beside the Procfile say
   * so. Health is checked by a path of Dash's own only where it is.
   * @default what the commands and the files beside the Procfile say
   */
  readonly framework?: "dash" | "other";
  /**
   * Folders that the app writes to, besides `/tmp` and HOME: the root file system is read-only. Each
   * is empty at the start of a pod, whatever the image has there, and gone with the pod.
   * @default []
   */
  readonly writable?: readonly string[];
  /**
   * User and group that the processes run as, by number: for an image whose files belong to another
   * user. Never root.
   * @default 10001
   */
  readonly user?: number | string;
  /**
   * Namespace that everything lives in.
   * @default the app's name
   */
  readonly namespace?: string;
  /**
   * Whether the namespace is declared here, labelled for Pod Security "restricted". `false`: it
   * exists already.
   * @default true
   */
  readonly createNamespace?: boolean;
  /**
   * Environment variables of every process type: plain values. `$` has no meaning in them.
   * @default none
   */
  readonly env?: Readonly<Record<string, string | number | boolean | Input<string>>>;
  /**
   * The identity of the app's pods, for the identities of clouds. It has no rights in the cluster,
   * and the pods have no token for the cluster's API.
   * @default a ServiceAccount of the app's own, known to nobody else
   */
  readonly serviceAccount?: ServiceAccountSettings;
  /**
   * How the image starts a Procfile command: by a shell or the Cloud Native Buildpacks launcher.
   * @default shell
   */
  readonly launcher?: "shell" | "cnb";
  /**
   * Names of Secrets in the namespace that the image is pulled with.
   * @default []
   */
  readonly imagePullSecrets?: readonly string[];
  /**
   * The most replicas that any one process type may have: a guard against a typing mistake.
   * @default 100
   */
  readonly maxReplicas?: number | string;
  /**
   * Seconds that a rollout may go without progress before it counts as failed
   * (`progressDeadlineSeconds`). As long as it makes progress, it may take any time.
   * @default 300
   */
  readonly progressDeadline?: number | string;
  /**
   * Seconds that the release phase may take, all tries together.
   * @default 600
   */
  readonly releaseTimeout?: number | string;
  /**
   * Host name that `web` is reached by. Needs `ingress` or `gateway`.
   * @default none: `web` is reached inside the cluster only
   */
  readonly host?: string;
  /**
   * Path below which the app lives: `DASH_URL_BASE_PATHNAME`, the route and the path of the health
   * check.
   * @default /
   */
  readonly basePath?: string;
  /**
   * Exposes `web` by an Ingress.
   * @default none
   */
  readonly ingress?: {
    /** Class of the Ingress, as the cluster names it. */
    readonly className: string;
    /**
     * Which controller that is; what it needs to balance by pods is declared with it.
     * @default none
     */
    readonly controller?:
      "istio" | "traefik" | "haproxy" | "haproxy-ingress" | "ingress-nginx" | "nginx";
    /**
     * Name of the Secret with the certificate; an issuer fills it when an annotation asks for that.
     * @default none: no TLS
     */
    readonly tlsSecret?: string;
    /**
     * Annotations of the Ingress, for instance of an issuer; they win over the controller's.
     * @default none
     */
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /**
   * Exposes `web` by a Gateway: an HTTPRoute.
   * @default none
   */
  readonly gateway?: {
    /** Name of the Gateway. */
    readonly name: string;
    /** Namespace of the Gateway. */
    readonly namespace: string;
    /**
     * Name of its listener.
     * @default all listeners
     */
    readonly section?: string;
    /**
     * Which controller that is; what it needs to balance by pods is declared with it.
     * @default none
     */
    readonly controller?: "envoy-gateway" | "istio" | "traefik";
    /**
     * Annotations of the HTTPRoute.
     * @default none
     */
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /**
   * What stands between the Service and the pods of `web`: nothing, or a small HAProxy that hands
   * each pod only as many requests as it serves at once.
   * @default off
   */
  readonly proxy?: "off" | "haproxy";
  /**
   * Image of the proxy: HAProxy 2.8 or newer.
   * @default docker.io/library/haproxy:3.2-alpine
   */
  readonly proxyImage?: string;
  /**
   * Which traffic may pass to and from the pods besides DNS and port 443; `off` for no network
   * policy.
   * @default {}
   */
  readonly network?: "off" | false | NetworkSettings;
}

/** What may pass besides DNS and port 443. */
export interface NetworkSettings {
  /**
   * Namespaces that may reach `web`.
   * @default that of the Gateway or of the controller; all of them where no controller is named
   */
  readonly from?: readonly string[];
  /**
   * What the app's pods may reach besides port 443: its attached services.
   * @default []
   */
  readonly to?: readonly (AttachedServiceSettings | "cloud-metadata")[];
  /**
   * Namespace of KEDA, which asks the proxy for its requests where `web` has `target: { concurrency:
   * … }`.
   * @default keda
   */
  readonly keda?: string;
}

/** A service that the app uses: in a namespace of the cluster, or at addresses outside. */
export interface AttachedServiceSettings {
  /** Namespace of the service. */
  readonly namespace?: string;
  /** Addresses of the service, where it is outside of the cluster. */
  readonly cidr?: string;
  /** Port of the service's pods or addresses. */
  readonly port: number | string;
}

/**
 * The identity of the app's pods, for the identities of clouds. It has no rights in the cluster,
 * and the pods have no token for the cluster's API.
 */
export interface ServiceAccountSettings {
  /**
   * Name of a ServiceAccount that exists in the namespace, in place of the app's own.
   * @default none
   */
  readonly name?: string;
  /**
   * Annotations of the app's own ServiceAccount, by which a cloud knows its role:
   * `eks.amazonaws.com/role-arn`, `iam.gke.io/gcp-service-account` or
   * `azure.workload.identity/client-id`. With Azure's, the pods get the label that its webhook looks
   * for.
   * @default none
   */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * Labels of the pods, for a webhook that looks for them; with `name`, Azure needs
   * `azure.workload.identity/use: "true"`.
   * @default none
   */
  readonly podLabels?: Readonly<Record<string, string>>;
  /**
   * A token for who trusts the cluster's issuer, such as a cloud or Vault, in the file
   * `/var/run/secrets/dash-scale/token`. It is good for its audience alone, never for the cluster's
   * API. Clouds whose webhook brings a token of its own (EKS, AKS) and GKE need none.
   * @default none
   */
  readonly token?: {
    /** Whom the token is for. */
    readonly audience: string;
    /**
     * Seconds that it is good for; the kubelet renews it before.
     * @default 3600
     */
    readonly expiry?: number | string;
  };
}
