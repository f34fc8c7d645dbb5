import { describe, expect, test } from "vitest";
import { podTemplate } from "../../components/manifest/deployment.ts";
import {
  digestAnnotation,
  secretDigest,
  usedKeys,
} from "../../components/manifest/secret-digest.ts";
import { redisAccess, withQueueAddresses } from "../../components/plan/redis-access.ts";
import type { SecretReading } from "../../components/plan/service-findings.ts";
import { serviceFindings } from "../../components/plan/service-findings.ts";
import { tlsOf } from "../../components/plan/tls.ts";
import { canariesIn, canary } from "../support/canary.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf, processOf } from "../support/plan.ts";

const CACHE = { secret: "shop-redis", env: { REDIS_URL: "uri" } };
const PROCFILE = "release: migrate\nweb: gunicorn a:b\nworker: celery -A app worker\n";
const withServices = (services: object, more: GivenStack = {}): GivenStack => ({
  procfile: PROCFILE,
  ...more,
  more: { services, ...more.more },
});
const data = (values: Readonly<Record<string, string>>) =>
  new Map(Object.entries(values).map(([key, it]) => [key, Buffer.from(it).toString("base64")]));

const secretVariables = (given: GivenStack, type: string) => {
  const references = { image: "a", serviceAccount: "shop" };
  const template = podTemplate(processOf(given, type), references);
  return JSON.parse(JSON.stringify(template)).spec.containers[0].env.filter(
    (variable: object) => "valueFrom" in variable,
  );
};

describe("the variables of a service", () => {
  test("refer to keys of its Secret, in every process type and the release", () => {
    const given = withServices({ cache: CACHE, db: { cloudnativepg: "shop-db" } });
    const expected = [
      {
        name: "DATABASE_URL",
        valueFrom: { secretKeyRef: { name: "shop-db-app", key: "uri" } },
      },
      { name: "REDIS_URL", valueFrom: { secretKeyRef: { name: "shop-redis", key: "uri" } } },
    ];
    expect(secretVariables(given, "web")).toEqual(expected);
    expect(secretVariables(given, "worker")).toEqual(expected);
    expect(Object.keys(planOf(given).release?.pod.secretEnv ?? {})).toEqual([
      "REDIS_URL",
      "DATABASE_URL",
    ]);
  });
  test("are those of some process types alone, where it names them", () => {
    const given = withServices({ cache: { ...CACHE, types: ["worker"] } });
    expect(secretVariables(given, "web")).toEqual([]);
    expect(secretVariables(given, "worker")).toHaveLength(1);
    expect(planOf(given).release?.pod.secretEnv).toEqual({});
  });
  test("win over what is set to make a program work here", () => {
    const schedule = { ...CACHE, env: { CELERY_BEAT_SCHEDULE_FILENAME: "file" } };
    const { env } = processOf(withServices({ schedule }), "worker").pod;
    expect(env).not.toHaveProperty("CELERY_BEAT_SCHEDULE_FILENAME");
  });
});

describe("what the app reaches", () => {
  const attached = (services: object) => planOf(withServices(services)).network?.attached;
  test("follows from the services", () => {
    const to = { namespace: "redis", port: 6379 };
    expect(attached({ cache: { ...CACHE, to }, other: { ...CACHE, env: { B: "b" }, to } })).toEqual(
      [to],
    );
    expect(attached({ db: { cloudnativepg: "shop-db" } })).toEqual([
      { pods: { "cnpg.io/cluster": "shop-db" }, port: 5432 },
    ]);
    expect(attached({ db: { cloudnativepg: "shop-db", to } })).toEqual([to]);
  });
});

describe("the digest of a Secret", () => {
  const of = (values: Readonly<Record<string, string>>, { key = "k", secret = "s" } = {}) =>
    secretDigest(key, { secret, keys: new Set(["a", "b"]), data: data(values) });
  const before = of({ a: "1", b: "2", c: "3" });
  test("stays for the same values of the keys that are used", () => {
    expect(of({ c: "4", b: "2", a: "1" })).toBe(before);
  });
  test.each([
    ["another value", of({ a: "1", b: "3" })],
    ["a value moved from one key to another", of({ a: "2", b: "1" })],
    ["a boundary moved", of({ a: "12", b: "" })],
    ["a key that went", of({ a: "1" })],
    ["another key of the stack", of({ a: "1", b: "2" }, { key: "l" })],
    ["another Secret with the same values", of({ a: "1", b: "2" }, { secret: "t" })],
  ])("is another one with %s", (_, other) => expect(other).not.toBe(before));
  test("says nothing of a value", () => {
    const value = canary();
    expect(canariesIn(of({ a: value, b: "2" }), [value])).toEqual([]);
  });
  test("has an annotation of its own, however long the name is", () => {
    expect(digestAnnotation("shop-redis")).toBe("secret.dash-scale/shop-redis");
    const long = ["a", "b"].map((end) => digestAnnotation(`${"x".repeat(200)}${end}`));
    expect(new Set(long).size).toBe(2);
    for (const it of long) expect(it).toMatch(/^secret\.dash-scale\/[a-z0-9-]{1,62}[a-z0-9]$/);
  });
  test("is of the keys that are used", () => {
    const used = usedKeys([
      { secret: "a", key: "x" },
      { secret: "b", key: "y" },
      { secret: "a", key: "z" },
    ]);
    expect([...used]).toEqual([
      ["a", new Set(["x", "z"])],
      ["b", new Set(["y"])],
    ]);
  });
});

const QUEUED = withServices(
  { cache: CACHE },
  { scale: { worker: { max: 4, queue: { service: "cache", lists: ["high", "default"] } } } },
);

describe("the Redis of a queue's service", () => {
  const [service] = planOf(QUEUED).services;
  if (!service) throw new Error("the plan has no service");
  const access = (values: Readonly<Record<string, string>>) => redisAccess(service, data(values));
  test.each([
    ["redis://redis.redis", { redis: "redis.redis:6379", database: 0, tls: false }],
    ["rediss://a.example.com:6380/2\n", { redis: "a.example.com:6380", database: 2, tls: true }],
    ["redis://10.0.0.1:7000?db=3", { redis: "10.0.0.1:7000", database: 3, tls: false }],
    ["redis://[fd00::1]:6379/1", { redis: "[fd00::1]:6379", database: 1, tls: false }],
  ])("is that of its URL: %s", (uri, expected) => {
    expect(access({ uri })).toEqual({ ...expected, parameters: [] });
  });
  test("gives KEDA a password by the key that holds it alone, whatever its name", () => {
    const uri = "rediss://default:p%40ss%2F@redis:6379";
    expect(access({ uri, password: "p@ss/" })).toMatchObject({
      parameters: [{ parameter: "password", key: "password" }],
    });
    expect(access({ uri, password: "other", "redis-auth": "p@ss/" })).toMatchObject({
      parameters: [{ parameter: "password", key: "redis-auth" }],
    });
  });
  test("gives KEDA a user, too", () => {
    const uri = "redis://shop:secret@redis";
    expect(access({ uri, password: "secret", user: "shop" })).toMatchObject({
      parameters: [
        { parameter: "username", key: "user" },
        { parameter: "password", key: "password" },
      ],
    });
  });
  test("is not known where KEDA would get no password, or no address", () => {
    const [user, password] = [canary(), canary()];
    for (const uri of [
      `redis://${user}:${password}@redis`,
      `redis://:${password}@redis`,
      password,
    ]) {
      const reason = access({ uri });
      expect(reason).toMatch(/add (the key|one)/);
      expect(canariesIn(JSON.stringify(reason), [user, password])).toEqual([]);
    }
  });
  test("is in each trigger, and its password in one TriggerAuthentication", () => {
    const contents = new Map([
      ["shop-redis", data({ uri: "rediss://:pw@redis.redis:6380/1", password: "pw" })],
    ]);
    const { processes, authentications, problems } = withQueueAddresses(planOf(QUEUED), contents);
    expect(problems).toEqual([]);
    expect(authentications).toEqual([
      {
        app: "shop",
        name: "shop-cache",
        secret: "shop-redis",
        parameters: [{ parameter: "password", key: "password" }],
      },
    ]);
    const worker = processes.find(({ type }) => type === "worker");
    const common = { redis: "rediss", database: 1, tls: true, authentication: "shop-cache" };
    expect(worker?.scaling).toMatchObject({
      queues: ["high", "default"].map((list) => ({
        ...common,
        redis: "redis.redis:6380",
        list,
      })),
    });
  });
  test("is a problem at the queue where the Secret was not read", () => {
    const { problems } = withQueueAddresses(planOf(QUEUED), new Map());
    expect(problems.map(({ location }) => location)).toEqual([
      "dash-scale:scale.worker.queue.service",
      "dash-scale:scale.worker.queue.service",
    ]);
  });
});

describe("what is found out about services", () => {
  const found = (given: GivenStack, reading: SecretReading, { hasNamespace = true } = {}) => {
    const plan = planOf(given);
    const readings = new Map(plan.services.map(({ secret }) => [secret, reading]));
    const { problems, warnings } = serviceFindings(plan, { readings, hasNamespace });
    return { problems, warnings };
  };
  const read = (values: Readonly<Record<string, string>>): SecretReading => ({
    kind: "read",
    data: data(values),
  });
  const reached = { cache: { ...CACHE, to: { namespace: "redis", port: 6379 } } };

  test("nothing where all is there", () => {
    const uri = "redis://redis.redis";
    expect(found(withServices(reached), read({ uri }))).toEqual({ problems: [], warnings: [] });
  });
  test("a key that is missing, with those that are there", () => {
    const { problems } = found(withServices({ cache: CACHE }), read({ url: "", password: "" }));
    expect(problems).toEqual([
      {
        location: "dash-scale:services.cache.env.REDIS_URL",
        message:
          'Secret shop-redis has no key "uri"; it has "password" or "url". Did you mean "url"?',
      },
    ]);
  });
  test("a Secret that is missing, with the command that makes it", () => {
    const { problems } = found(withServices({ cache: CACHE }), { kind: "missing" });
    expect(problems).toEqual([
      {
        location: "dash-scale:services.cache",
        message:
          "namespace shop has no Secret shop-redis. Create it: kubectl create secret generic shop-redis --namespace shop --from-file=uri=FILE",
      },
    ]);
  });
  test("a warning where the namespace comes only with the update", () => {
    const given = withServices({ cache: CACHE });
    const missing: SecretReading = { kind: "missing" };
    const { problems, warnings } = found(given, missing, { hasNamespace: false });
    expect(problems).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^namespace shop does not exist yet.* kubectl create secret generic/),
    ]);
    const existing = { ...given, app: { createNamespace: false } };
    expect(found(existing, missing, { hasNamespace: false }).problems).toHaveLength(1);
  });
  test("a warning where the right to read is missing", () => {
    const { problems, warnings } = found(withServices({ cache: CACHE }), { kind: "forbidden" });
    expect(problems).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining("may not read Secret shop-redis in namespace shop"),
    ]);
  });
  test("an address that no rule lets through, without telling it", () => {
    const host = canary();
    const given = withServices({ cache: CACHE });
    const { warnings } = found(given, read({ uri: `redis://${host}.redis:6379` }));
    expect(warnings.map(({ location }) => location)).toEqual(["dash-scale:services.cache.to"]);
    expect(canariesIn(JSON.stringify(warnings), [host])).toEqual([]);
    const off = { ...given, app: { network: "off" } };
    expect(found(off, read({ uri: `redis://${host}.redis:6379` })).warnings).toEqual([]);
  });
  test("the pods of a database of CloudNativePG are let through", () => {
    const uri = "postgresql://shop:pw@shop-db-rw.shop:5432/shop";
    const given = withServices({ db: { cloudnativepg: "shop-db" } });
    expect(found(given, read({ uri }))).toEqual({ problems: [], warnings: [] });
  });
  test.each([
    ["redis://a.example.com:6379", true],
    ["redis://:pw@redis.redis:6379", false],
    ["rediss://a.example.com:6379", false],
    ["postgresql+psycopg://a.example.com/shop", true],
    ["postgresql://a.example.com/shop?sslmode=verify-full", false],
    ["mysql://a.example.com/shop", false],
    ["not a URL", false],
  ])("in production, TLS out of the cluster: %s", (uri, isRefused) => {
    const production = {
      app: { image: `a/b@sha256:${"0".repeat(64)}`, network: "off" },
      scale: { web: 2 },
    };
    const given = withServices(
      { cache: CACHE },
      { ...production, more: { guards: { production: true } } },
    );
    const { problems } = found(given, read({ uri }));
    expect(problems.map(({ location }) => location)).toEqual(
      isRefused ? ["dash-scale:services.cache"] : [],
    );
    const free = withServices({ cache: CACHE }, production);
    expect(found(free, read({ uri })).problems).toEqual([]);
  });
});

test.each([
  ["redis://a", false],
  ["rediss://a", true],
  ["postgres://a/b?sslmode=prefer", false],
  ["postgresql://a/b?application_name=c&sslmode=require", true],
  ["mongodb://a", undefined],
  ["a", undefined],
])("whether a URL asks for TLS: %s", (url, expected) => expect(tlsOf(url)?.isOn).toBe(expected));
