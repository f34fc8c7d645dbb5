import type { CheckedService } from "../config/services.ts";
import type { Problem } from "../config/errors.ts";
import type { SecretContents, SecretData } from "../manifest/secret-digest.ts";
import { valueIn } from "../manifest/secret-digest.ts";
import type { AuthenticationPlan } from "../manifest/autoscaler.ts";
import type { QueueTarget } from "../manifest/scaling.ts";
import type { ProcessPlan } from "./process-plan.ts";

/** What KEDA needs to look into a Redis. */
interface RedisAccess {
  /** `host:port`. */
  readonly redis: string;
  readonly database: number;
  readonly tls: boolean;
  /**
   * Keys of the Secret that hold a user's name, a password and the authority of the server's
   * certificate, by KEDA's names for them.
   */
  readonly parameters: AuthenticationPlan["parameters"];
}

const REDIS = /^rediss?:\/\//;
const DEFAULT_PORT = "6379";
/**
 * Where a Secret has the certificate of the authority that signed the server's: beside it KEDA knows
 * only those of its own image. Kubernetes' own name for the key, and cert-manager's.
 */
const AUTHORITY = "ca.crt";
/** Redis' own name for who gives a password alone. */
const DEFAULT_USER = "default";

/**
 * Where the Redis of a service is, by the URL in its Secret, or why that cannot be known.
 *
 * KEDA takes no URL: it wants host and port, database and TLS apart, in plain, and a user's name and
 * a password each from a key of a Secret. So the Secret needs keys that hold them alone. These are
 * found by their values: nothing of them is written down anywhere else.
 *
 * Source: KEDA 2.18, pkg/scalers/redis_scaler.go (`redisConnectionInfo`).
 */
export function redisAccess(service: CheckedService, data: SecretData): RedisAccess | string {
  const found = Object.values(service.env)
    .map((key) => ({ key, url: urlIn(valueIn(data, key)) }))
    .find(({ url }) => url !== undefined);
  if (!found?.url)
    return `no key of Secret ${service.secret} that the service uses holds a URL such as redis://host:6379/0; add one, or write redis: host:port in place of service`;
  const { url, key } = found;
  const parameters: { parameter: string; key: string }[] = [];
  for (const [parameter, value, usual] of credentialsIn(url)) {
    const own = keyWith(value, data, usual);
    if (own === undefined)
      return `the URL in key ${key} of Secret ${service.secret} has a ${parameter}, which KEDA takes only from a key that holds nothing else; add the key ${usual[0]} to the Secret`;
    parameters.push({ parameter, key: own });
  }
  const { hostname, port, protocol } = url;
  const tls = protocol === "rediss:";
  if (tls && data.has(AUTHORITY)) parameters.push({ parameter: "ca", key: AUTHORITY });
  return {
    redis: `${hostname}:${port === "" ? DEFAULT_PORT : port}`,
    database: databaseIn(url),
    tls,
    parameters,
  };
}

function urlIn(value: string): URL | undefined {
  const text = value.trim();
  if (!REDIS.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.hostname === "" ? undefined : url;
}

type Credential = readonly [
  parameter: string,
  value: string,
  usual: readonly [string, ...string[]],
];

function credentialsIn({ username, password }: URL): Credential[] {
  const user = unescaped(username);
  return [
    ...(user === "" || user === DEFAULT_USER
      ? []
      : [["username", user, ["username", "user"]] as const]),
    ...(password === "" ? [] : [["password", unescaped(password), ["password"]] as const]),
  ];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function keyWith(value: string, data: SecretData, usual: readonly string[]): string | undefined {
  const others = [...data.keys()].sort();
  return [...usual, ...others].find((key) => data.has(key) && valueIn(data, key) === value);
}

/** `/1`, or `?db=1`, as clients in Python have it. */
function databaseIn({ pathname, searchParams }: URL): number {
  const [, digits] = /^\/?(\d{1,5})$/.exec(searchParams.get("db") ?? pathname) ?? [];
  return Number(digits ?? 0);
}

/** Queues whose services were looked up. */
export interface FoundQueues {
  readonly processes: readonly ProcessPlan[];
  readonly authentications: readonly AuthenticationPlan[];
  /** Where a queue's Redis is not known. */
  readonly problems: readonly Problem[];
}

/** What the plans of process types and their services are held in. */
interface Queued {
  readonly settings: { readonly name: string };
  readonly processes: readonly ProcessPlan[];
  readonly services: readonly CheckedService[];
}

/**
 * The process types, each queue with its Redis where its Secret was read. Where it was not, the
 * address is a placeholder, for what is only shown.
 */
export function withQueueAddresses(
  { settings, processes, services }: Queued,
  contents: SecretContents,
): FoundQueues {
  const found = new Map<string, AuthenticationPlan>();
  const problems: Problem[] = [];
  const resolved = (queue: QueueTarget, type: string): QueueTarget => {
    const service = services.find(({ name }) => name === queue.service);
    if (!service) return queue;
    const data = contents.get(service.secret);
    const access = data === undefined ? UNREAD : redisAccess(service, data);
    if (typeof access === "string") {
      const location = `dash-scale:scale.${type}.queue.service`;
      problems.push({ location, message: access });
      return { ...queue, redis: placeholder(service) };
    }
    const { parameters, ...rest } = access;
    const database = queue.database ?? rest.database;
    if (parameters.length === 0) return { ...queue, ...rest, database };
    const authentication = `${settings.name}-${service.name}`;
    const { secret } = service;
    found.set(authentication, { app: settings.name, name: authentication, secret, parameters });
    return { ...queue, ...rest, database, authentication };
  };
  const withAddresses = processes.map((plan): ProcessPlan => {
    const { scaling, type } = plan;
    if (scaling.kind !== "auto" || scaling.queues.every((it) => it.service === undefined))
      return plan;
    const queues = scaling.queues.map((queue) => resolved(queue, type));
    return { ...plan, scaling: { ...scaling, queues } };
  });
  return { processes: withAddresses, authentications: [...found.values()], problems };
}

const UNREAD =
  "its Secret could not be read, so where the Redis is, is not known; give the account the right to read the Secret, or write redis: host:port in place of service";

/** Shown in place of an address that only the cluster knows. */
function placeholder({ secret }: CheckedService): string {
  return `[in Secret ${secret}]`;
}
