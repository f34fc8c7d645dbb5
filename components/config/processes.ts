import type { ConfigValue } from "./value.ts";
import { MAX_TEXT_LENGTH } from "./value.ts";
import type { HealthOverride } from "../plan/health.ts";
import {
  ABSENT,
  checkFields,
  either,
  entries,
  flag,
  isOff,
  list,
  map,
  OFF,
  text,
  wholeNumber,
} from "./field.ts";
import { HEALTH_PATH, SUBDOMAIN, WORD } from "./formats.ts";
import { checkSchedule, SCHEDULE_FIELDS, SCHEDULE_RELATIONS } from "./schedule.ts";
import type { Schedule } from "../manifest/scaling.ts";

const HEALTH_PORT = wholeNumber({
  help: "Port that answers.",
  otherwise: "the process type's own",
  from: 1,
  to: 65_535,
  example: 8000,
});
const timeout = (otherwise: string) =>
  wholeNumber({
    help: "Seconds that an answer may take before it counts as a failure.",
    otherwise,
    from: 1,
    to: 600,
    example: 30,
  });

const HTTP = map({
  help: "By HTTP.",
  expected: "{ path: /healthz, timeout: 30 }",
  fields: {
    path: text({
      help: "Path that answers 200 only when the app is up.",
      otherwise: "for `web`: Dash's own, below `basePath`",
      pattern: HEALTH_PATH,
      expected: "a path that begins with /",
      example: "/healthz",
    }),
    port: HEALTH_PORT,
    timeout: timeout(
      "half of the server's request timeout, at least 30; at most 300; 60 where the server ends no request",
    ),
  },
});

const WORDS_EXPECTED = "a list of words, such as [celery, -A, app, inspect, ping]";
const COMMAND = map({
  help: "By a command.",
  expected: "{ exec: [celery, -A, app, inspect, ping] }",
  fields: {
    exec: list({
      help: "A command in the container that exits 0 when the process is well.",
      required: true,
      expected: WORDS_EXPECTED,
      example: ["celery", "-A", "app", "inspect", "ping"],
      minItems: 1,
      item: text({
        help: "A word.",
        pattern: WORD,
        expected: "a word of the command",
        example: "ping",
      }),
    }),
    timeout: timeout("30"),
  },
});

/** The longest that a replica may be given to end: a day. */
export const MAX_GRACE_SECONDS = 86_400;

/**
 * What is checked in one place for all process types but `health`, which depends on whether there
 * is a port.
 */
const OTHER_FIELDS = {
  port: wholeNumber({
    help: "Port that the process type listens on, where its command does not say one: `$PORT`. Any type but `web` has a port, and a Service inside the cluster, only with this key.",
    otherwise: "8000 for `web`; none for the others",
    from: 1024,
    to: 65_535,
    why: "; below 1024 only root may listen",
    example: 5555,
  }),
  singleton: flag({
    help: "Whether at most one replica may run, also during a rollout.",
    otherwise: "true for Celery's beat and the types beat, scheduler and clock",
  }),
  gracePeriod: wholeNumber({
    help: "Seconds that a replica gets to end after SIGTERM, before it is killed: as long as its longest task.",
    otherwise: "the server's graceful timeout and 10; 40 where the server is not known",
    from: 1,
    to: MAX_GRACE_SECONDS,
    example: 600,
  }),
  priorityClass: text({
    help: "Name of a PriorityClass of the cluster: which pods are scheduled first, and which have to make room.",
    otherwise: "the cluster's default",
    pattern: SUBDOMAIN,
    expected: "the name of a PriorityClass",
    example: "business-critical",
  }),
};

const PROCESS_OPTIONS = map({
  help: "What is particular to one process type.",
  expected: "{ health: { path: /healthz } }",
  typeName: "ProcessOptions",
  fields: {
    health: either(
      {
        help: "How its health is checked: by HTTP, by a command, or `off` for not at all.",
        otherwise: "by HTTP for `web`, on a path of Dash's own; the others not at all",
        example: { path: "/healthz" },
        options: [OFF, HTTP, COMMAND],
      },
      (value) => value,
    ),
    ...OTHER_FIELDS,
    ...SCHEDULE_FIELDS,
  },
  relations: SCHEDULE_RELATIONS,
});

/**
 * The key `dash-scale:processes`. Its entries are checked with the Procfile at hand: see {@link
 * checkProcess}.
 */
export const PROCESSES = entries({
  help: "What is particular to a process type, apart from its scale.",
  otherwise: "none",
  expected: "{ web: { health: off } }",
  example: { web: { health: { path: "/healthz" } } },
  key: { name: "TYPE", reserved: ["release"] },
  value: PROCESS_OPTIONS,
});

/** An entry of `dash-scale:processes` that was checked. */
export interface CheckedProcess {
  /** Undefined, each: as the process type has it. */
  readonly health: HealthOverride | undefined;
  readonly port: number | undefined;
  readonly singleton: boolean | undefined;
  readonly gracePeriod: number | undefined;
  readonly priorityClass: string | undefined;
  /** Undefined: it always runs. */
  readonly schedule: Schedule | undefined;
}

/**
 * Checks what is particular to one process type, which gets traffic on a port by itself or does
 * not.
 */
export function checkProcess(value: ConfigValue, isServed: boolean): CheckedProcess {
  value.knownKeys(Object.keys(PROCESS_OPTIONS.fields), PROCESS_OPTIONS.expected);
  const schedule = checkSchedule(value, isServed);
  const hasPort = isServed || !value.field("port").absent;
  // Beside a schedule, there is nothing to be said of a health check but that there is none.
  const health = schedule ? undefined : checkHealth(value.field("health"), hasPort);
  return { health, schedule, ...checkFields(OTHER_FIELDS, value) };
}

export const NO_PROCESS_OPTIONS = checkProcess(ABSENT, true);

function checkHealth(value: ConfigValue, hasPort: boolean): HealthOverride | undefined {
  if (value.absent) return undefined;
  if (isOff(value)) return { kind: "off" };
  const keys = new Set([...Object.keys(HTTP.fields), ...Object.keys(COMMAND.fields)]);
  value.knownKeys([...keys], `${HTTP.expected}, or off`);
  if (!value.field("exec").absent) return checkExec(value);
  const { path, port, timeout: seconds } = checkFields(HTTP.fields, value);
  if (!hasPort && value.field("port").absent) {
    return value.problem(
      "needs a port, since the process type gets no traffic; or use exec: [COMMAND]",
    );
  }
  if (!hasPort && value.field("path").absent) {
    return value.problem("needs a path that answers 200 when all is well, such as /healthz");
  }
  return { kind: "http", path, port, timeout: seconds };
}

function checkExec(value: ConfigValue): HealthOverride | undefined {
  const { exec: command, timeout: seconds } = checkFields(COMMAND.fields, value);
  for (const key of ["path", "port"]) {
    if (!value.field(key).absent)
      value.field(key).problem("is for HTTP; keep it or exec, not both");
  }
  if (command?.length === 0) return value.field("exec").mismatch(WORDS_EXPECTED);
  if (Buffer.byteLength(command?.join("") ?? "") > MAX_TEXT_LENGTH)
    return value.field("exec").problem(`is too long; put it into a script`);
  return command && { kind: "exec", command, timeout: seconds };
}
