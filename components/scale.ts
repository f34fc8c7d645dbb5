import type { AutoscaleSettings } from "./autoscale-settings.ts";
import {
  asksForAutoscaler,
  AUTOSCALE_FIELDS,
  checkAutoscale,
  isTarget,
} from "./autoscale-settings.ts";
import type { Unchecked } from "./check.ts";
import { MEBIBYTE, MILLICORE } from "./manifest/quantity.ts";
import type { Spread } from "./manifest/placement.ts";
import { SPREADS } from "./manifest/placement.ts";
import type { Scaling } from "./manifest/scaling.ts";

/** How many replicas of one process type run, and how big each one is. */
export interface ProcessScale extends AutoscaleSettings {
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
   * Memory of each replica, requested and at most: a Kubernetes quantity.
   * @default 512Mi
   */
  readonly memory?: string | number;
  /**
   * CPU that each replica has for sure: a Kubernetes quantity, in cores. There is no upper bound.
   * @default 250m
   */
  readonly cpu?: string | number;
  /**
   * Local disk of each replica for logs, /tmp and HOME together, requested and at most: a Kubernetes quantity.
   * @default 1Gi
   */
  readonly storage?: string;
  /**
   * Whether replicas go to different nodes: when possible, always, or without regard.
   * @default preferred
   */
  readonly spread?: Spread;
}

/** A {@link ProcessScale} that was checked, with defaults put in. */
export interface CheckedScale {
  readonly scaling: Scaling;
  /** Undefined: as the command says. */
  readonly workers: number | undefined;
  readonly threads: number | undefined;
  readonly memory: string;
  readonly cpu: string;
  readonly storage: string;
  readonly spread: Spread;
}

// gunicorn itself has no bound; more than this in one replica is a typing slip.
const MOST_WORKERS = 128;
const MOST_THREADS = 1024;
const EXAMPLE = "{ replicas: 2, memory: 512Mi }, or only the number of replicas";
const FIELDS = [
  "replicas",
  "workers",
  "threads",
  "memory",
  "cpu",
  "storage",
  "spread",
  ...AUTOSCALE_FIELDS,
] as const;

/** What a process type runs as when the stack does not name it. */
export const DEFAULT_SCALE: CheckedScale = {
  scaling: { kind: "fixed", replicas: 1 },
  workers: undefined,
  threads: undefined,
  memory: "512Mi",
  cpu: "250m",
  storage: "1Gi",
  spread: "preferred",
};

/** Checks the scale of one process type: a number of replicas, or a map. */
export function checkScale(given: Unchecked, maxReplicas: number): CheckedScale {
  if (typeof given.value === "number" || typeof given.value === "string")
    return { ...DEFAULT_SCALE, scaling: checkReplicas(given, maxReplicas) };
  const field = given.fields(FIELDS, EXAMPLE);
  const size = (name: "cpu" | "memory", least: bigint, allowed: string) =>
    isTarget(field, name) ? undefined : field(name).quantity(least, allowed);
  return {
    scaling: asksForAutoscaler(field)
      ? { kind: "auto", ...checkAutoscale(given, field, maxReplicas) }
      : checkReplicas(field("replicas"), maxReplicas),
    workers: field("workers").wholeNumber({ from: 1, to: MOST_WORKERS }),
    threads: field("threads").wholeNumber({ from: 1, to: MOST_THREADS }),
    memory: size("memory", MEBIBYTE, MEMORY_ALLOWED) ?? DEFAULT_SCALE.memory,
    cpu: size("cpu", MILLICORE, CPU_ALLOWED) ?? DEFAULT_SCALE.cpu,
    storage: field("storage").quantity(MEBIBYTE, MEMORY_ALLOWED) ?? DEFAULT_SCALE.storage,
    spread: field("spread").choice(SPREADS) ?? DEFAULT_SCALE.spread,
  };
}

function checkReplicas(given: Unchecked, maxReplicas: number): Scaling {
  const why = maxReplicas === 0 ? "" : `; dash-scale:app.maxReplicas is ${maxReplicas}`;
  const replicas = given.wholeNumber({ from: 0, to: maxReplicas }, why) ?? 1;
  return { kind: "fixed", replicas };
}

const CPU_ALLOWED = "cores as a Kubernetes quantity, such as 250m or 0.5";
// `512m` is half a byte in Kubernetes, and accepted by it.
const MEMORY_ALLOWED = "bytes as a Kubernetes quantity of at least 1Mi, such as 512Mi or 2Gi";
