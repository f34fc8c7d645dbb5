import { isIP } from "node:net";
import type { Warning } from "../config/errors.ts";
import type { Destination, Reached } from "../manifest/network.ts";
import type { ProcessPlan } from "./process-plan.ts";

/** A service by its address: what a URL or `host:port` names. */
interface Service {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORTS = new Map(
  Object.entries({
    redis: 6379,
    rediss: 6379,
    sentinel: 26_379,
    postgres: 5432,
    postgresql: 5432,
    postgis: 5432,
    mysql: 3306,
    mysql2: 3306,
    mariadb: 3306,
    mssql: 1433,
    amqp: 5672,
    amqps: 5671,
    mongodb: 27_017,
    memcached: 11_211,
    kafka: 9092,
    nats: 4222,
    http: 80,
    https: 443,
  }),
);
/** Every pod reaches them: port 443 anywhere. */
const OPEN_PORT = 443;
const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;
/** `postgresql+psycopg://user:password@db.db:5432/shop`, `jdbc:postgresql://db.db/shop`. */
const URL = /^(?:jdbc:)?([a-z][a-z0-9]*)(?:\+([a-z0-9]+))?:\/\/(?:[^@/]*@)?([^/?#]+)(?:[/?#].*)?$/i;
/** `a.db:27017,b.db:27017`: each of them is a server of the same. */
const HOST = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d+))?$/;
/** `kafka-0.kafka:9092`, without a scheme; a lone word may be anything. */
const ADDRESS = /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+:\d{2,5}$/i;

/**
 * Where the app has to get out to, since the stack names it: the Redis of each queue.
 *
 * @param namespace of the app, which a name without a dot is in
 */
export function namedDestinations(
  processes: readonly ProcessPlan[],
  namespace: string,
): Destination[] {
  const queues = processes.flatMap(({ scaling }) =>
    scaling.kind === "auto" ? scaling.queues : [],
  );
  return queues.flatMap(({ redis = "" }) =>
    serviceAt(redis).flatMap((service) => destinationOf(service, namespace) ?? []),
  );
}

/** The destinations without those that are there already. */
export function distinct(destinations: readonly Destination[]): Destination[] {
  return [...new Map(destinations.map((it) => [keyOf(it), it])).values()];
}

function keyOf({ namespace = "", cidr = "", pods = {}, port }: Destination): string {
  return `${namespace} ${cidr} ${JSON.stringify(pods)} ${port}`;
}

/** What the stack names and no rule lets the pods reach. */
export function unreachable(
  named: {
    readonly env: Readonly<Record<string, string>>;
    readonly processes: readonly ProcessPlan[];
    readonly namespace: string;
  },
  network: Reached,
): Warning[] {
  return [
    ...unreachableUrls(named.env, network, named.namespace),
    ...unreachableQueues(named.processes, network, named.namespace),
  ];
}

/** URLs in plain variables that no rule lets the pods reach. */
export function unreachableUrls(
  env: Readonly<Record<string, string>>,
  reached: Reached,
  namespace: string,
): Warning[] {
  return Object.entries(env).flatMap(([name, text]) => {
    const service = unreachedIn(text, reached, namespace);
    if (!service) return [];
    const message = notReached(service, destinationOf(service, namespace));
    return [{ location: `dash-scale:app.env.${name}`, message }];
  });
}

/** Whether a text names a service that no rule lets the pods reach. */
export function isUnreachable(text: string, reached: Reached, namespace: string): boolean {
  return unreachedIn(text, reached, namespace) !== undefined;
}

function unreachedIn(
  text: string,
  { attached, services }: Reached,
  namespace: string,
): Service | undefined {
  const own = new Set(services.map(({ identity }) => identity.name));
  return servicesIn(text).find(
    (it) => !own.has(it.host.replace(/\..*$/, "")) && !isAllowed(it, attached, namespace),
  );
}

/** Whether a text names a service that is out of the cluster. */
export function isOutside(text: string, namespace: string): boolean {
  return servicesIn(text).some(
    ({ host }) => !LOCAL.test(host) && namespaceOf(host, namespace) === undefined,
  );
}

/**
 * The Redis of a queue that is neither in the cluster, as far as its name says, nor in
 * `network.to`: the autoscaler may reach it, the workers do not.
 */
function unreachableQueues(
  processes: readonly ProcessPlan[],
  { attached }: Pick<Reached, "attached">,
  namespace: string,
): Warning[] {
  return processes.flatMap(({ type, scaling }) => {
    const queues = scaling.kind === "auto" ? scaling.queues : [];
    const service = queues
      .flatMap(({ redis = "" }) => serviceAt(redis))
      .find((it) => !isAllowed(it, attached, namespace));
    if (!service) return [];
    const message = notReached(service, destinationOf(service, namespace));
    return [{ location: `dash-scale:scale.${type}.queue.redis`, message }];
  });
}

function notReached({ host, port }: Service, to: Destination | undefined): string {
  const { namespace, cidr = "ADDRESS/32" } = to ?? {};
  const rule = namespace === undefined ? `cidr: ${cidr}` : `namespace: ${namespace}`;
  return `${host}:${port} is not reached, since the app's network policy lets only DNS, port 443 and dash-scale:app.network.to out; add there { ${rule}, port: ${port} }`;
}

/** The services in `redis://a:6379`, `sentinel://a:26379;sentinel://b:26379`, `a.b:9092,c.d:9092`. */
function servicesIn(text: string): Service[] {
  return text.split(/[;\s]+/).flatMap((part) => {
    const [, scheme = "", dialect = "", hosts] = URL.exec(part) ?? [];
    // Celery's `db+postgresql://` has the database behind the plus.
    const name = DEFAULT_PORTS.has(dialect.toLowerCase()) ? dialect : scheme;
    const fallback = DEFAULT_PORTS.get(name.toLowerCase());
    if (hosts !== undefined) return hosts.split(",").flatMap((it) => serviceAt(it, fallback));
    return part.split(",").flatMap((it) => (ADDRESS.test(it) ? serviceAt(it) : []));
  });
}

function serviceAt(text: string, fallback?: number): Service[] {
  const [, host, port] = HOST.exec(text) ?? [];
  const number = port === undefined ? fallback : Number(port);
  return host === undefined || number === undefined ? [] : [{ host, port: number }];
}

function isAllowed(
  { host, port }: Service,
  allowed: readonly Destination[],
  namespace: string,
): boolean {
  if (port === OPEN_PORT || LOCAL.test(host)) return true;
  const own = namespaceOf(host, namespace);
  return allowed.some((it) => {
    if (it.port !== port) return false;
    // Whether a name on the internet is one of these addresses, only DNS knows.
    if (it.cidr !== undefined) return own === undefined && mayBeIn(host, it.cidr);
    // Which of the namespace's pods a name stands for, only the cluster knows.
    return (it.pods === undefined ? it.namespace : namespace) === own;
  });
}

function mayBeIn(host: string, cidr: string): boolean {
  const isOne = /\/(32|128)$/.test(cidr);
  return isIP(host) === 0 || !isOne || cidr.startsWith(`${host}/`);
}

function destinationOf({ host, port }: Service, namespace: string): Destination | undefined {
  if (LOCAL.test(host)) return undefined;
  const address = host.replace(/^\[|\]$/g, "");
  const version = isIP(address);
  if (version !== 0) return { cidr: `${address}/${version === 4 ? 32 : 128}`, port };
  const found = namespaceOf(host, namespace);
  return found === undefined ? undefined : { namespace: found, port };
}

/** Endings of names on the internet; a service's namespace hardly has such a name. */
const DOMAINS = /\.(com|net|org|io|dev|app|cloud|eu|de|uk|fr|us|edu|gov|internal|local|lan|corp)$/i;

/**
 * `redis` is in the app's namespace, `redis.cache` and `redis.cache.svc.cluster.local` in `cache`;
 * others are outside.
 */
function namespaceOf(host: string, own: string): string | undefined {
  if (isIP(host) !== 0) return undefined;
  const labels = host.split(".");
  if (labels.length === 1) return own;
  if (labels[2] === "svc") return labels[1];
  return labels.length === 2 && !DOMAINS.test(host) ? labels[1] : undefined;
}
