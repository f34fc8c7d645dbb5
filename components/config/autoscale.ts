import type { ConfigValue } from "./value.ts";
import type { Autoscaling, Period } from "../manifest/scaling.ts";
import type { Relation } from "./field.ts";
import { list, map, refined, text, wholeNumber } from "./field.ts";
import { CRON } from "./formats.ts";
import { QUEUE } from "./queue.ts";
import { TIMEZONE } from "./timezone.ts";

/** More than any one process type has. */
export const MAX_REPLICAS = 10_000;

const TARGET = map({
  help: "What the autoscaler aims at: `cpu` and `memory` in percent of what the replicas request, `concurrency` in percent of the requests that they serve at once. `cpu: 70` beside `min` and `max` is short for `target: { cpu: 70 }`, and so for `memory`.",
  otherwise: "none",
  expected: "{ cpu: 70 }",
  fields: {
    // Below 10 % it would be taken for cores, and no autoscaler holds it. Of CPU alone more can be
    // used than is requested.
    cpu: wholeNumber({
      help: "CPU to aim at, in percent of what the replicas request.",
      from: 10,
      to: 500,
      why: ": percent of the CPU that is requested; cores are written 1000m, beside target: { cpu: 70 }",
    }),
    memory: wholeNumber({
      help: "Memory to aim at, in percent of what the replicas request.",
      from: 10,
      to: 95,
      why: ": percent of the memory that is requested; bytes are written 512Mi",
    }),
    // Beyond 100 % there is always a request that waits.
    concurrency: wholeNumber({
      help: "Requests of `web` to aim at, served and waiting, in percent of those that the replicas serve at once. Needs `proxy: haproxy`, and KEDA in the cluster.",
      from: 10,
      to: 100,
      why: ": percent of the requests that the replicas serve at once",
    }),
  },
});

const CRON_EXPECTED = "a cron expression of five fields";
const PERIOD_EXAMPLE = "{ start: 0 8 * * 1-5, end: 0 18 * * 1-5, replicas: 4 }";

const PERIOD = refined(
  map({
    help: "A time of the day or week with replicas of its own.",
    expected: PERIOD_EXAMPLE,
    fields: {
      start: text({
        help: "Cron expression of when it begins.",
        required: true,
        pattern: CRON,
        expected: CRON_EXPECTED,
        example: "0 8 * * 1-5",
      }),
      end: text({
        help: "Cron expression of when it ends.",
        required: true,
        pattern: CRON,
        expected: CRON_EXPECTED,
        example: "0 18 * * 1-5",
      }),
      timezone: TIMEZONE,
      replicas: wholeNumber({
        help: "Replicas at least while it lasts.",
        required: true,
        from: 1,
        to: MAX_REPLICAS,
      }),
    },
  }),
  ({ start, end, timezone, replicas }, value): Period | undefined =>
    value.isMap
      ? { start: start ?? "", end: end ?? "", timezone, replicas: replicas ?? 1 }
      : undefined,
);

/** What an autoscaled process type has besides its size: keys of an entry of `dash-scale:scale`. */
export const AUTOSCALE_FIELDS = {
  min: wholeNumber({
    help: "With an autoscaler: replicas at least. 0 with `queue`, `schedule` or `concurrency` only.",
    default: 1,
    from: 0,
    to: MAX_REPLICAS,
  }),
  max: wholeNumber({
    help: "With an autoscaler: replicas at most.",
    otherwise: "none: it is required beside `min`, `target`, `queue` and `schedule`",
    from: 1,
    to: MAX_REPLICAS,
    example: 10,
  }),
  target: TARGET,
  queue: QUEUE,
  schedule: list({
    help: "Times with at least so many replicas. Needs KEDA in the cluster.",
    otherwise: "none",
    expected: `a list, such as [${PERIOD_EXAMPLE}]`,
    minItems: 1,
    item: PERIOD,
  }),
};

export const AUTOSCALE_RELATIONS: readonly Relation[] = [
  ...["min", "target", "queue", "schedule"].map((key) => ({
    kind: "needs" as const,
    key,
    oneOf: ["max"],
  })),
  { kind: "needs", key: "max", oneOf: ["cpu", "memory", "target", "queue", "schedule"] },
  { kind: "excludes", key: "max", other: "replicas" },
];

const AUTOSCALE_KEYS = Object.keys(AUTOSCALE_FIELDS);

/** Whether an entry of the scale is for an autoscaler. */
export function isAutoscaled(entry: ConfigValue): boolean {
  return AUTOSCALE_KEYS.some((key) => !entry.field(key).absent);
}

/**
 * Whether `cpu` or `memory` is what to aim at, and not the size: a plain number beside `min` and
 * `max`.
 */
export function isTarget(entry: ConfigValue, name: "cpu" | "memory"): boolean {
  const { value } = entry.field(name);
  const isPlain = typeof value === "number" ? Number.isInteger(value) : isDigits(value);
  return isPlain && isAutoscaled(entry) && entry.field("target").field(name).absent;
}

function isDigits(value: unknown): boolean {
  return typeof value === "string" && /^\d+$/.test(value);
}

/** Checks what an entry of the scale says of its autoscaler. */
export function checkAutoscale(entry: ConfigValue, maxReplicas: number): Autoscaling {
  const [replicas, target] = [entry.field("replicas"), entry.field("target")];
  const [queue, schedule] = [entry.field("queue"), entry.field("schedule")];
  if (!replicas.absent)
    replicas.problem(
      "is a fixed number, and min and max let an autoscaler choose; keep one of the two",
    );
  target.knownKeys(Object.keys(TARGET.fields), TARGET.expected);
  const aim = (name: "cpu" | "memory") => (isTarget(entry, name) ? entry : target).field(name);
  const concurrency = target.field("concurrency");
  if ([aim("cpu"), aim("memory"), concurrency, queue, schedule].every(({ absent }) => absent))
    entry.problem(SAY_WHEN);
  const toZero = [queue, schedule, concurrency].some(({ absent }) => !absent);
  const why = toZero ? "" : "; only a queue, a schedule or concurrency scales to 0";
  const limits = { from: toZero ? 0 : 1, to: maxReplicas, why };
  const min = AUTOSCALE_FIELDS.min.check(entry.field("min"), limits);
  const max = checkMax(entry.field("max"), { min, maxReplicas });
  return {
    min,
    max,
    cpu: TARGET.fields.cpu.check(aim("cpu")),
    memory: TARGET.fields.memory.check(aim("memory")),
    concurrency: TARGET.fields.concurrency.check(concurrency),
    queues: QUEUE.check(queue) ?? [],
    schedule: checkSchedule(schedule, max),
  };
}

const SAY_WHEN =
  "nothing says when to run more; add cpu: 70 (percent), memory: 80 (percent), target: { concurrency: 70 }, queue or schedule";

function checkMax(
  value: ConfigValue,
  { min, maxReplicas }: { readonly min: number; readonly maxReplicas: number },
): number {
  // One that is empty has its problem already.
  if (value.value === undefined)
    value.problem("is missing; it says how many replicas there may be, such as 10");
  const why = `; dash-scale:app.maxReplicas is ${maxReplicas}`;
  const max = AUTOSCALE_FIELDS.max.check(value, { to: maxReplicas, why });
  if (max !== undefined && max < min)
    value.problem(`got ${max}, which is less than min, ${min}; raise it, or lower min`);
  return max ?? maxReplicas;
}

function checkSchedule(value: ConfigValue, max: number): Period[] {
  const { schedule } = AUTOSCALE_FIELDS;
  const periods = schedule.check(value) ?? [];
  if (Array.isArray(value.value) && value.value.length === 0)
    value.problem(`is empty; write [${PERIOD.expected}], or leave it out`);
  for (const replicas of value.items().map((item) => item.field("replicas"))) {
    const number = Number(replicas.value);
    if (number > max && number <= MAX_REPLICAS)
      replicas.problem(`got ${number}; expected at most ${max}, since max is ${max}`);
  }
  return periods;
}
