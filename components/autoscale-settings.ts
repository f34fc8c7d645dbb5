import type { Unchecked } from "./check.ts";
import type { Autoscaling, Period, QueueTarget } from "./manifest/scaling.ts";

/** What an autoscaled process type has besides its size: fields of an entry of `dash-scale:scale`. */
export interface AutoscaleSettings {
  /**
   * Replicas at least. 0 with `queue` or `schedule` only.
   * @default 1
   */
  readonly min?: number | string;
  /** Replicas at most. */
  readonly max?: number | string;
  /**
   * What the autoscaler aims at, in percent of what the replicas request. `cpu: 70` beside `min` and `max` is short for
   * `target: { cpu: 70 }`, and so for `memory`.
   * @default none
   */
  readonly target?: { readonly cpu?: number | string; readonly memory?: number | string };
  /**
   * A list in Redis in which tasks wait. Needs KEDA in the cluster.
   * @default none
   */
  readonly queue?: {
    /** `host:port`. */
    readonly redis: string;
    /** Celery's is called `celery`. */
    readonly list: string;
    /**
     * Tasks that wait for each replica.
     * @default 10
     */
    readonly length?: number | string;
    /**
     * Number of the Redis database.
     * @default 0
     */
    readonly database?: number | string;
    /** @default false */
    readonly tls?: boolean;
    /**
     * Name of the app's environment variable that holds the password.
     * @default none
     */
    readonly password?: string;
  };
  /**
   * Times with at least so many replicas. Needs KEDA in the cluster.
   * @default none
   */
  readonly schedule?: readonly {
    /** Cron expression of when it begins. */
    readonly start: string;
    /** Cron expression of when it ends. */
    readonly end: string;
    /** @default Etc/UTC */
    readonly timezone?: string;
    readonly replicas: number | string;
  }[];
}

export const AUTOSCALE_FIELDS = ["min", "max", "target", "queue", "schedule"] as const;

type Field = (name: (typeof AUTOSCALE_FIELDS)[number] | "replicas" | "cpu" | "memory") => Unchecked;

/** Below 10 % it would be taken for cores, and no autoscaler holds it. More than is requested can be used of CPU only. */
const CPU_PERCENT = { from: 10, to: 500 };
const MEMORY_PERCENT = { from: 10, to: 95 };
const CPU_WHY =
  ": percent of the CPU that is requested; cores are written 1000m, beside target: { cpu: 70 }";
const MEMORY_WHY = ": percent of the memory that is requested; bytes are written 512Mi";
const QUEUE_EXAMPLE = "{ redis: redis.redis:6379, list: celery }";
const SCHEDULE_EXAMPLE = "{ start: 0 8 * * 1-5, end: 0 18 * * 1-5, replicas: 4 }";
const TARGET_EXAMPLE = "{ cpu: 70 }";

/** Whether an entry of the scale asks for an autoscaler. */
export function asksForAutoscaler(field: Field): boolean {
  return AUTOSCALE_FIELDS.some((name) => !field(name).absent);
}

/** Whether `cpu` or `memory` is what to aim at, and not the size: a plain number beside `min` and `max`. */
export function isTarget(field: Field, name: "cpu" | "memory"): boolean {
  const { value } = field(name);
  const isPlain = typeof value === "number" ? Number.isInteger(value) : isDigits(value);
  return isPlain && asksForAutoscaler(field) && field("target").field(name).absent;
}

function isDigits(value: unknown): boolean {
  return typeof value === "string" && /^\d+$/.test(value);
}

/** Checks what an entry of the scale says of its autoscaler. */
export function checkAutoscale(given: Unchecked, field: Field, maxReplicas: number): Autoscaling {
  if (!field("replicas").absent)
    field("replicas").problem(
      "is a fixed number, and min and max let an autoscaler choose; keep one of the two",
    );
  const ofTarget = field("target").fields(["cpu", "memory"], TARGET_EXAMPLE);
  const [cpu, memory] = (["cpu", "memory"] as const).map((name) =>
    isTarget(field, name) ? field(name) : ofTarget(name),
  );
  const reasons = [cpu, memory, field("queue"), field("schedule")];
  if (reasons.every((it) => it?.absent)) given.problem(SAY_WHEN);
  const toZero = !field("queue").absent || !field("schedule").absent;
  const why = toZero ? "" : "; to 0 it goes by a queue or a schedule only";
  const min = field("min").wholeNumber({ from: toZero ? 0 : 1, to: maxReplicas }, why) ?? 1;
  const max = checkMax(field("max"), { min, maxReplicas });
  return {
    min,
    max,
    cpu: cpu?.wholeNumber(CPU_PERCENT, CPU_WHY),
    memory: memory?.wholeNumber(MEMORY_PERCENT, MEMORY_WHY),
    queue: checkQueue(field("queue")),
    schedule: checkSchedule(field("schedule"), max),
  };
}

const SAY_WHEN =
  "nothing says when to run more; add cpu: 70 (percent), memory: 80 (percent), queue or schedule";

function checkMax(
  given: Unchecked,
  { min, maxReplicas }: { min: number; maxReplicas: number },
): number {
  if (given.absent) {
    given.problem("is missing; it says how many replicas there may be, such as 10");
    return maxReplicas;
  }
  const why = `; dash-scale:app.maxReplicas is ${maxReplicas}`;
  const max = given.wholeNumber({ from: 1, to: maxReplicas }, why);
  if (max !== undefined && max < min)
    given.problem(`found ${max}, which is less than min, ${min}; raise it, or lower min`);
  return max ?? maxReplicas;
}

function checkQueue(given: Unchecked): QueueTarget | undefined {
  if (given.absent) return undefined;
  const field = given.fields(
    ["redis", "list", "length", "database", "tls", "password"],
    QUEUE_EXAMPLE,
  );
  if (given.isMap) {
    for (const name of ["redis", "list"] as const)
      if (field(name).absent) field(name).problem(`is missing; write ${QUEUE_EXAMPLE}`);
  }
  return {
    redis:
      field("redis").text(
        /^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?:\d{1,5}$/,
        "host:port, such as redis.redis:6379",
      ) ?? "",
    list: field("list").text(/^\S+$/, "the name of a list, such as celery") ?? "",
    length: field("length").wholeNumber({ from: 1, to: 1_000_000 }) ?? 10,
    database: field("database").wholeNumber({ from: 0, to: 65_535 }) ?? 0,
    tls: field("tls").flag() ?? false,
    password: field("password").text(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      "the name of a variable of dash-scale:secrets or dash-scale:app.env, such as REDIS_PASSWORD",
    ),
  };
}

/** Notes a problem where the password's variable is none that the app has. */
export function refuseUnknownPassword(
  entry: Unchecked,
  { queue }: { readonly queue: QueueTarget | undefined },
  names: ReadonlySet<string>,
): void {
  const name = queue?.password;
  if (name === undefined || names.has(name)) return;
  entry
    .field("queue")
    .field("password")
    .problem(
      `the app has no variable ${name}; run: pulumi config set --secret --path dash-scale:secrets.${name}`,
    );
}

/** Five fields; what they mean is KEDA's to say. */
const CRON = /^\s*(?:[\dA-Za-z*/,?L#-]+\s+){4}[\dA-Za-z*/,?L#-]+\s*$/;
const CRON_ALLOWED = "a cron expression of five fields, such as 0 8 * * 1-5";

function checkSchedule(given: Unchecked, max: number): Period[] {
  const periods = given.list(`a list, such as [${SCHEDULE_EXAMPLE}]`, (item) => {
    const field = item.fields(["start", "end", "timezone", "replicas"], SCHEDULE_EXAMPLE);
    if (!item.isMap) return undefined;
    for (const name of ["start", "end", "replicas"] as const)
      if (field(name).absent) field(name).problem(`is missing; write ${SCHEDULE_EXAMPLE}`);
    return {
      start: field("start").text(CRON, CRON_ALLOWED) ?? "",
      end: field("end").text(CRON, CRON_ALLOWED) ?? "",
      timezone: checkTimezone(field("timezone")),
      replicas: field("replicas").wholeNumber({ from: 1, to: max }, `; max is ${max}`) ?? 1,
    };
  });
  if (periods?.length === 0)
    given.problem(`is empty; write [${SCHEDULE_EXAMPLE}], or leave it out`);
  return periods ?? [];
}

function checkTimezone(given: Unchecked): string {
  const name = given.text(/^[A-Za-z][A-Za-z0-9_+/-]*$/, TIMEZONE_ALLOWED) ?? "Etc/UTC";
  const spelling = spellingOf(name);
  if (spelling === undefined) given.refuse(TIMEZONE_ALLOWED);
  // KEDA looks the name up as it is written.
  else if (spelling !== name && spelling.toLowerCase() === name.toLowerCase())
    given.problem(`found ${name}; write ${spelling}`);
  return name;
}

const TIMEZONE_ALLOWED = "a time zone of the IANA database, such as Europe/Berlin";

/** A time zone as it is spelled, or another one that it is a name of; undefined where there is none. */
function spellingOf(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
