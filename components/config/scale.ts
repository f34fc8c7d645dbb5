import type { ConfigValue } from "./value.ts";
import type { Spread } from "../manifest/placement.ts";
import { SPREADS } from "../manifest/placement.ts";
import type { Schedule, ScheduledScaling, Scaling } from "../manifest/scaling.ts";
import {
  AUTOSCALE_FIELDS,
  AUTOSCALE_RELATIONS,
  checkAutoscale,
  isAutoscaled,
  isTarget,
  MAX_REPLICAS,
} from "./autoscale.ts";
import type { Fields } from "./field.ts";
import {
  ABSENT,
  checkFields,
  choice,
  either,
  entries,
  isContainer,
  map,
  quantity,
  wholeNumber,
} from "./field.ts";

const REPLICAS = wholeNumber({
  help: "Replicas: pods. 0 means none. Not beside `min` and `max`.",
  default: 1,
  from: 0,
  to: MAX_REPLICAS,
});

/** How big each replica of a process type is, and where it goes. */
const SIZE_FIELDS = {
  // gunicorn itself has no bound; more than this in one replica is a typing mistake.
  workers: wholeNumber({
    help: "gunicorn worker processes in each replica.",
    otherwise: "what the command says, else 1",
    from: 1,
    to: 128,
  }),
  threads: wholeNumber({
    help: "Threads in each gunicorn worker.",
    otherwise: "what the command says, else 1",
    from: 1,
    to: 1024,
    example: 8,
  }),
  memory: quantity({
    help: "Memory of each replica, requested and at most.",
    default: "512Mi",
    unit: "bytes",
    examples: ["512Mi", "2Gi"],
  }),
  cpu: quantity({
    help: "CPU that each replica has for sure, in cores. There is no upper bound.",
    default: "250m",
    unit: "cores",
    examples: ["250m", "0.5"],
  }),
  storage: quantity({
    help: "Local disk of each replica for logs, /tmp and HOME together, requested and at most.",
    default: "1Gi",
    unit: "bytes",
    examples: ["512Mi", "2Gi"],
  }),
  spread: choice({
    help: "Whether replicas go to different nodes: when possible, always, or without regard.",
    default: "preferred",
    words: SPREADS,
  }),
};

const { memory, cpu, storage } = SIZE_FIELDS;

const RELEASE_SCALE = map({
  help: "Size of the release phase's one pod; a release runs once for each version and has no replicas.",
  otherwise: "as any process type's",
  expected: "{ memory: 2Gi }",
  fields: { memory, cpu, storage },
});

/** Checks the size of the release phase's pod. */
export function checkReleaseScale(value: ConfigValue): CheckedScale {
  if (value.isMap) return { ...DEFAULT_SCALE, ...RELEASE_SCALE.check(value) };
  value.problem(
    `release is not a process that keeps running: it runs once for each version; write its size, such as ${RELEASE_SCALE.expected}, or leave it out`,
  );
  return DEFAULT_SCALE;
}

const PROCESS_SCALE = map({
  help: "Scale of one process type.",
  expected: "{ replicas: 2, memory: 512Mi }, or only the number of replicas",
  typeName: "ProcessScale",
  fields: { replicas: REPLICAS, ...SIZE_FIELDS, ...AUTOSCALE_FIELDS },
  relations: AUTOSCALE_RELATIONS,
});

/**
 * The keys of a process type's scale that hold one value, so that a command line can give it:
 * `web.memory=1Gi`.
 */
export const ONE_VALUE_FIELDS: Fields = Object.fromEntries(
  Object.entries(PROCESS_SCALE.fields).filter(([, { shape }]) => !isContainer(shape)),
);

/**
 * The key `dash-scale:scale`. Its entries are checked with the Procfile at hand: see {@link
 * checkScale}.
 */
export const SCALE = entries({
  help: "Scale of each process type: a number of replicas, or a map.",
  otherwise: "every process type of the Procfile runs as one replica",
  expected: "{ web: 2 }",
  example: { web: 2 },
  key: { name: "TYPE", special: { release: RELEASE_SCALE } },
  value: either(
    { help: "Scale of one process type.", options: [REPLICAS, PROCESS_SCALE] },
    (value) => value,
  ),
});

/** An entry of `dash-scale:scale` that was checked, with defaults put in. */
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

/** What a process type runs as when the stack does not name it. */
export const DEFAULT_SCALE: CheckedScale = {
  scaling: { kind: "fixed", replicas: REPLICAS.check(ABSENT) },
  ...checkFields(SIZE_FIELDS, ABSENT),
};

const EMPTY = "is empty; write a number of replicas, such as 2, or remove the key";

/** Checks the scale of one process type: a number of replicas, or a map. */
export function checkScale(value: ConfigValue, maxReplicas: number): CheckedScale {
  if (value.value === null) {
    value.problem(EMPTY);
    return DEFAULT_SCALE;
  }
  if (typeof value.value === "number" || typeof value.value === "string")
    return { ...DEFAULT_SCALE, scaling: checkReplicas(value, maxReplicas) };
  const { fields, expected } = PROCESS_SCALE;
  value.knownKeys(Object.keys(fields), expected);
  for (const key of Object.keys(fields))
    if (value.field(key).value === null)
      value.field(key).problem("is empty; write a value, or remove the key");
  const scaling: Scaling = isAutoscaled(value)
    ? { kind: "auto", ...checkAutoscale(value, maxReplicas) }
    : checkReplicas(value.field("replicas"), maxReplicas);
  const targets = (["cpu", "memory"] as const).filter((name) => isTarget(value, name));
  return { scaling, ...checkFields(SIZE_FIELDS, value.without(targets)) };
}

/**
 * Checks the scale of a process type that runs by the clock: its size, and whether it runs at all.
 *
 * @param key where its schedule is
 */
export function checkScheduledScale(
  value: ConfigValue,
  { schedule, key }: { readonly schedule: Schedule; readonly key: string },
): CheckedScale {
  if (value.value === null) value.problem(EMPTY);
  const isShort = typeof value.value === "number" || typeof value.value === "string";
  const replicas = REPLICAS.check(isShort ? value : value.field("replicas"), ONE_RUN);
  const scaling: ScheduledScaling = { kind: "scheduled", ...schedule, suspended: replicas === 0 };
  const scale: CheckedScale = { ...DEFAULT_SCALE, spread: "off", scaling };
  if (isShort || value.value === undefined) return scale;
  value.knownKeys(Object.keys(PROCESS_SCALE.fields), "{ memory: 2Gi }, or 0 for no runs");
  for (const name of Object.keys(PROCESS_SCALE.fields))
    if (!SCHEDULED_KEYS.has(name) && !value.field(name).absent)
      value
        .field(name)
        .problem(
          `is for what always runs, and ${key} has it run by the clock; leave one of the two out`,
        );
  const targets = (["cpu", "memory"] as const).filter((name) => isTarget(value, name));
  return { ...scale, ...checkFields({ memory, cpu, storage }, value.without(targets)) };
}

const SCHEDULED_KEYS = new Set(["replicas", "memory", "cpu", "storage"]);
const ONE_RUN = {
  to: 1,
  why: "; it runs by its schedule, one run at a time: 1 to have it run, 0 to suspend it",
};

function checkReplicas(value: ConfigValue, maxReplicas: number): Scaling {
  const why = maxReplicas === 0 ? "" : `; dash-scale:app.maxReplicas is ${maxReplicas}`;
  return { kind: "fixed", replicas: REPLICAS.check(value, { to: maxReplicas, why }) };
}
