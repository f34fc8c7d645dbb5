import type { QueueTarget } from "../manifest/scaling.ts";
import { didYouMean, listOr } from "./errors.ts";
import { either, flag, list, map, refined, text, wholeNumber } from "./field.ts";
import { HOST_AND_PORT, LABEL, LIST_NAME, VARIABLE } from "./formats.ts";
import type { ConfigValue } from "./value.ts";

const EXAMPLE = "{ redis: redis.redis:6379, list: celery }";
const LISTS_EXPECTED = "names of lists, such as [high, default]";
const DEFAULT_LENGTH = 10;

const listName = (help: string) =>
  text({
    help,
    pattern: LIST_NAME,
    expected: "the name of a list",
    example: "celery",
  });

const SETTINGS = map({
  help: "Lists of one Redis in which tasks wait.",
  expected: EXAMPLE,
  typeName: "QueueSettings",
  fields: {
    redis: text({
      help: "Address of the Redis; or name a `service`.",
      otherwise: "none",
      pattern: HOST_AND_PORT,
      expected: "host:port",
      example: "redis.redis:6379",
    }),
    service: text({
      help: "Name of an entry of `dash-scale:services`: address, database, TLS and password follow from the URL in its Secret. KEDA takes a password only from a key that holds nothing else.",
      otherwise: "none",
      pattern: LABEL,
      expected: "the name of an entry of dash-scale:services",
      example: "cache",
    }),
    list: listName("Name of the list; Celery's is `celery`."),
    lists: list({
      help: "Names of several lists of a worker that works on all of them, in place of `list`. It is scaled by the one that needs most replicas.",
      otherwise: "none",
      expected: LISTS_EXPECTED,
      example: ["high", "default"],
      minItems: 1,
      item: listName("Name of a list."),
    }),
    length: wholeNumber({
      help: "Tasks that wait for each replica.",
      default: DEFAULT_LENGTH,
      from: 1,
      to: 1_000_000,
    }),
    database: wholeNumber({
      help: "Number of the Redis database.",
      otherwise: "that of the service's URL, else 0",
      from: 0,
      to: 65_535,
      example: 1,
    }),
    tls: flag({ help: "Whether the Redis is reached by TLS. Not with `service`.", default: false }),
    password: text({
      help: "Name of the variable of `dash-scale:secrets`, `dash-scale:services` or `dash-scale:app.env` that holds the password. Not with `service`.",
      otherwise: "none",
      pattern: VARIABLE,
      expected: "the name of a variable of the app",
      example: "REDIS_PASSWORD",
    }),
  },
  relations: [
    { kind: "exactlyOne", of: ["redis", "service"] },
    { kind: "exactlyOne", of: ["list", "lists"] },
    { kind: "excludes", key: "service", other: "tls" },
    { kind: "excludes", key: "service", other: "password" },
  ],
});

const ONE = refined(SETTINGS, (checked, value): QueueTarget[] | undefined => {
  if (value.absent) return undefined;
  if (value.isMap) checkKeys(value);
  const { redis, service, list: name, lists, database, ...rest } = checked;
  const names = [...(name === undefined ? [] : [name]), ...(lists ?? [])];
  const number = database ?? (service === undefined ? 0 : undefined);
  return names.map((it) => ({ redis, service, list: it, database: number, ...rest }));
});

/** What the keys of a queue mean for each other. */
function checkKeys(value: ConfigValue): void {
  const [redis, service] = [value.field("redis"), value.field("service")];
  if (redis.absent && service.absent)
    redis.problem("is missing; write host:port, or service with an entry of dash-scale:services");
  if (!redis.absent && !service.absent)
    redis.problem("is an address, and service has one in its Secret; keep one of the two");
  for (const key of service.absent ? [] : ["tls", "password"]) {
    if (!value.field(key).absent)
      value.field(key).problem("follows from the URL in the service's Secret; leave it out");
  }
  checkLists(value.field("list"), value.field("lists"));
}

function checkLists(name: ConfigValue, names: ConfigValue): void {
  if (name.absent && names.absent)
    name.problem("is missing; write the name of a list: Celery's is celery");
  if (!name.absent && !names.absent) names.problem("are there beside list; keep one of the two");
  if (Array.isArray(names.value) && names.value.length === 0) names.mismatch(LISTS_EXPECTED);
}

/**
 * Several queues, each with a trigger of its own: the one that asks for the most replicas counts.
 */
const SEVERAL = list({
  help: "Queues of several Redis.",
  expected: `a list, such as [${EXAMPLE}]`,
  minItems: 1,
  item: ONE,
});

/** The key `queue` of an autoscaled process type. */
export const QUEUE = either(
  {
    help: "The list in Redis in which tasks wait, or several of them: a worker of several queues is scaled by each. Needs KEDA in the cluster.",
    otherwise: "none",
    options: [ONE, SEVERAL],
  },
  (value): readonly QueueTarget[] => {
    if (!Array.isArray(value.value)) return ONE.check(value) ?? [];
    if (value.value.length === 0) value.problem(`is empty; write ${EXAMPLE}, or leave it out`);
    return (SEVERAL.check(value) ?? []).flat();
  },
);

/** What a queue refers to by name. */
export interface QueueSurroundings {
  readonly variables: ReadonlySet<string>;
  /** Names of the entries of `dash-scale:services`. */
  readonly services: readonly string[];
}

/** Notes a problem where a queue names a variable or a service that the app does not have. */
export function checkQueueReferences(entry: ConfigValue, around: QueueSurroundings): void {
  const queue = entry.field("queue");
  for (const each of [queue, ...queue.items()]) {
    checkPassword(each.field("password"), around.variables);
    checkService(each.field("service"), around.services);
  }
}

function checkPassword(password: ConfigValue, variables: ReadonlySet<string>): void {
  const { value } = password;
  if (typeof value !== "string" || !VARIABLE.test(value) || variables.has(value)) return;
  password.problem(
    `the app has no variable ${value}; run: pulumi config set --secret --path dash-scale:secrets.${value}`,
  );
}

function checkService(service: ConfigValue, names: readonly string[]): void {
  const { value } = service;
  if (typeof value !== "string" || !LABEL.test(value) || names.includes(value)) return;
  const known = names.length === 0 ? "has none" : `has ${listOr(names)}`;
  service.problem(`dash-scale:services ${known}; add "${value}" there.${didYouMean(value, names)}`);
}
