/**
 * How many replicas of a process type run: as many as the stack says, as many as an autoscaler finds
 * right, or one from time to time.
 */
export type Scaling = ReplicaScaling | ScheduledScaling;

/** Of what keeps running. */
export type ReplicaScaling =
  { readonly kind: "fixed"; readonly replicas: number } | ({ readonly kind: "auto" } & Autoscaling);

/** Of what runs by the clock: one pod each time, which ends by itself. */
export interface ScheduledScaling extends Schedule {
  readonly kind: "scheduled";
  /** Whether no run is started for now. */
  readonly suspended: boolean;
}

/** When something runs, and how long it may take. */
export interface Schedule {
  /** Cron expression. */
  readonly schedule: string;
  readonly timezone: string;
  /** Seconds after which a run is ended. */
  readonly timeoutSeconds: number;
}

/** Between how many replicas an autoscaler chooses, and by what. */
export interface Autoscaling {
  readonly min: number;
  readonly max: number;
  /** CPU to aim at, in percent of what the replicas request. */
  readonly cpu: number | undefined;
  /** Memory to aim at, in percent of what the replicas request. */
  readonly memory: number | undefined;
  /** Requests that are served or wait to aim at, in percent of those that the replicas serve at once. */
  readonly concurrency: number | undefined;
  readonly queues: readonly QueueTarget[];
  readonly schedule: readonly Period[];
}

/** A list in Redis in which tasks wait. */
export interface QueueTarget {
  /** `host:port`; undefined where a service's Secret has it, which is read only in the cluster. */
  readonly redis: string | undefined;
  /** Name of the service that the rest follows from. */
  readonly service: string | undefined;
  readonly list: string;
  /** Tasks that wait for each replica. */
  readonly length: number;
  /** Undefined: that of the service's URL, else 0. */
  readonly database: number | undefined;
  readonly tls: boolean;
  /** Name of the app's environment variable that holds the password. */
  readonly password: string | undefined;
  /** Name of the TriggerAuthentication that has the password. */
  readonly authentication?: string;
}

/** A time of the day or week with replicas of its own. */
export interface Period {
  /** Cron expressions. */
  readonly start: string;
  readonly end: string;
  readonly timezone: string;
  /** At least so many while it lasts. */
  readonly replicas: number;
}

/** `0 3 * * *, Europe/Berlin`. */
export function scheduleText({ schedule, timezone }: Schedule): string {
  return `${schedule}, ${timezone}`;
}

/** The fewest replicas that may run. */
export function minReplicasOf(scaling: Scaling): number {
  switch (scaling.kind) {
    case "fixed":
      return scaling.replicas;
    case "auto":
      return scaling.min;
    case "scheduled":
      return 0;
  }
}

/** The most replicas that may run. */
export function maxReplicasOf(scaling: Scaling): number {
  switch (scaling.kind) {
    case "fixed":
      return scaling.replicas;
    case "auto":
      return scaling.max;
    case "scheduled":
      return scaling.suspended ? 0 : 1;
  }
}

/** Whether it takes KEDA: Kubernetes' own autoscaler knows neither queues, clocks nor proxies. */
export function needsKeda({
  queues,
  schedule,
  concurrency,
}: Pick<Autoscaling, "queues" | "schedule" | "concurrency">): boolean {
  return queues.length > 0 || schedule.length > 0 || concurrency !== undefined;
}
