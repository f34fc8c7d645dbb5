import type { GivenStack } from "../support/plan.ts";

/**
 * Stack configs and what is wrong with them; the validator and the schema of the editors are held
 * against this list.
 */
export interface StackCase extends GivenStack {
  readonly case: string;
  /** Places of all problems; none: the stack is good. */
  readonly locations: readonly string[];
  /**
   * True where a JSON Schema cannot tell: it would have to know the Procfile, or compare two keys.
   */
  readonly beyondSchema?: true;
}

const replicas = (found: unknown): StackCase => ({
  case: `replicas: ${JSON.stringify(found)}`,
  scale: { web: { replicas: found } },
  locations: ["dash-scale:scale.web.replicas"],
});

const health = (found: unknown, ...locations: string[]): StackCase => ({
  case: `health of web: ${JSON.stringify(found)}`,
  processes: { web: { health: found } },
  locations: locations.map((location) => `dash-scale:processes.web.health${location}`),
});

const workerHealth = (found: unknown, ...locations: string[]): StackCase => ({
  case: `health of a worker: ${JSON.stringify(found)}`,
  processes: { worker: { health: found } },
  locations: locations.map((location) => `dash-scale:processes.worker.health${location}`),
  // Which process type gets traffic is nothing that the schema says.
  ...(locations.length === 0 ? {} : { beyondSchema: true }),
});

/** A process type that runs by the clock, with a release beside it that cannot. */
const scheduled = (
  options: Readonly<Record<string, unknown>>,
  scale: unknown,
  ...expected: Expected
): StackCase => ({
  case: `schedule: ${JSON.stringify(options)} at ${JSON.stringify(scale)}`,
  procfile: "web: gunicorn index:server\nnightly: python report.py\n",
  processes: { nightly: options },
  ...(scale === undefined ? {} : { scale: { nightly: scale } }),
  ...below("dash-scale:", expected),
});
const mistimed = (schedule: unknown, ...more: readonly Expected[number][]): StackCase =>
  scheduled({ schedule }, undefined, "processes.nightly.schedule", ...more);

const basePath = (found: unknown): StackCase => ({
  case: `base path: ${JSON.stringify(found)}`,
  app: { basePath: found },
  locations: ["dash-scale:app.basePath"],
});

const hostName = (found: unknown): StackCase => ({
  case: `host: ${JSON.stringify(found)}`,
  app: { host: found, ingress: INGRESS },
  locations: ["dash-scale:app.host"],
});

const annotated = (key: string): StackCase => ({
  case: `annotation: ${key}`,
  app: { host: HOST, ingress: { ...INGRESS, annotations: { [key]: "a" } } },
  locations: [
    /^[\w-]+$/.test(key)
      ? `dash-scale:app.ingress.annotations.${key}`
      : `dash-scale:app.ingress.annotations["${key}"]`,
  ],
});

const attached = (found: unknown, ...locations: string[]): StackCase => ({
  case: `network.to: ${JSON.stringify(found)}`,
  app: { network: { to: [found] } },
  locations: locations.map((location) => `dash-scale:app.network.to[0]${location}`),
});

/** A stack that is held to rules, with more than an image besides. */
type Expected = readonly (string | { readonly beyondSchema: true })[];

/** The places of all problems below a key, and whether the schema knows them. */
const below = (key: string, expected: Expected): Omit<StackCase, "case"> => ({
  locations: expected
    .filter((location) => typeof location === "string")
    .map((location) => `${key}${location}`),
  ...(expected.some((location) => typeof location === "object") ? { beyondSchema: true } : {}),
});

const serviced = (found: unknown, ...expected: Expected): StackCase => ({
  case: `service: ${JSON.stringify(found)}`,
  more: { services: { cache: found } },
  ...below("dash-scale:services.cache", expected),
});

const identified = (found: unknown, ...expected: Expected): StackCase => ({
  case: `service account: ${JSON.stringify(found)}`,
  app: { serviceAccount: found },
  ...below("dash-scale:app.serviceAccount", expected),
});

const guarded = (
  guards: unknown,
  given: Omit<GivenStack, "more"> = {},
  ...locations: string[]
): StackCase => ({
  case: `guards: ${JSON.stringify(guards)} for ${JSON.stringify(given)}`,
  ...given,
  more: { guards },
  locations: locations.map((location) => `dash-scale:${location}`),
});

/** One that only the program can tell: it takes the Procfile, or two keys. */
const guardedBeyond = (...given: Parameters<typeof guarded>): StackCase => ({
  ...guarded(...given),
  beyondSchema: true,
});

const priced = (prices: unknown, ...locations: string[]): StackCase => ({
  case: `prices: ${JSON.stringify(prices)}`,
  more: { prices },
  locations: locations.map((location) => `dash-scale:prices${location}`),
});

const confirm = (found: unknown, ...locations: string[]): StackCase => ({
  case: `confirm: ${JSON.stringify(found)}`,
  more: { confirm: { old: found } },
  locations,
});

const cluster = (found: unknown, ...locations: string[]): StackCase => ({
  case: `cluster: ${JSON.stringify(found)}`,
  more: { cluster: found },
  locations,
});

/** An autoscaled web with these fields besides a `max` of 10. */
const autoscaled = (
  fields: Readonly<Record<string, unknown>>,
  ...expected: Expected
): StackCase => ({
  case: `autoscaled: ${JSON.stringify(fields)}`,
  scale: { web: { max: 10, ...fields } },
  ...below("dash-scale:scale.web", expected),
});

const NIGHTLY = "0 3 * * *";
const PERIOD = { start: "0 8 * * 1-5", end: "0 18 * * 1-5", replicas: 6 };
const REDIS = { redis: "redis.redis:6379", list: "celery" };
const CACHE = { secret: "shop-redis", env: { REDIS_URL: "uri" } };
const beyondSchema = { beyondSchema: true } as const;
const HOST = "shop.example.com";
const INGRESS = { className: "nginx" };
const GATEWAY = { name: "public", namespace: "gateways" };
const TWO_SCHEDULERS = "web: gunicorn a:b\nbeat: celery -A app beat\n";
const DIGEST = `@sha256:${"0123456789abcdef".repeat(4)}`;
const PINNED = { image: `registry.example.com/shop:1.4.2${DIGEST}` };
const SECRET = { secure: "v1:AAAA:BBBB" };

export const STACK_CASES: readonly StackCase[] = [
  { case: "nothing but an image", locations: [] },
  { case: "replicas, short form", scale: { web: 4, worker: 0 }, locations: [] },
  { case: "replicas as text", scale: { web: "4", worker: { replicas: "0" } }, locations: [] },
  {
    case: "every field",
    app: {
      namespace: "team-shop",
      createNamespace: false,
      env: { LOG_LEVEL: "info", RETRIES: 3, DEBUG: true },
      launcher: "cnb",
      imagePullSecrets: ["registry-login"],
      maxReplicas: 20,
      progressDeadline: 60,
      releaseTimeout: 1800,
      host: HOST,
      basePath: "/shop/",
      gateway: { ...GATEWAY, section: "https", controller: "envoy-gateway", annotations: {} },
      proxy: "haproxy",
      proxyImage: "registry.example.com/haproxy:3.2",
      network: {
        from: ["envoy-gateway-system"],
        to: [
          { namespace: "redis", port: 6379 },
          { cidr: "10.0.0.0/8", port: 5432 },
        ],
      },
    },
    processes: {
      web: { health: { path: "/healthz", port: 8000, timeout: 45 }, singleton: false },
      worker: { health: { exec: ["celery", "-A", "app", "inspect", "ping"], timeout: 20 } },
    },
    scale: {
      web: {
        replicas: 4,
        workers: 2,
        threads: 8,
        memory: "1.5Gi",
        cpu: 0.5,
        storage: "2Gi",
        spread: "required",
      },
      worker: { cpu: "250m", memory: "512M", spread: "off" },
    },
    locations: [],
  },
  {
    case: "an image by digest",
    app: { image: `localhost:5000/a/b@sha256:${"0a".repeat(32)}` },
    locations: [],
  },
  { case: "a secret", secrets: { DASH_SECRET_KEY: SECRET }, locations: [] },
  autoscaled({ min: 2, cpu: 70 }),
  autoscaled({ min: "2", max: "10", cpu: "70", memory: "80" }),
  autoscaled({ cpu: 70, memory: "1Gi" }),
  autoscaled({ cpu: 2, memory: "1Gi", target: { cpu: 150, memory: 80 } }),
  autoscaled({ min: 0, queue: { ...REDIS, length: 5, database: 1, tls: true } }),
  autoscaled({ min: 0, schedule: [{ ...PERIOD, timezone: "Europe/Berlin" }] }),
  autoscaled({ cpu: 70, spread: "required", workers: 2 }),
  autoscaled({ replicas: 2, cpu: 70 }, ".replicas"),
  autoscaled({}, "", beyondSchema),
  autoscaled({ target: {} }, "", beyondSchema),
  autoscaled({ cpu: "500m" }, "", beyondSchema),
  autoscaled({ max: undefined, min: 2, cpu: 70 }, ".max"),
  autoscaled({ max: undefined, queue: REDIS }, ".max"),
  autoscaled({ min: 11, cpu: 70 }, ".max", beyondSchema),
  autoscaled({ max: 101, cpu: 70 }, ".max", beyondSchema),
  autoscaled({ max: 0, cpu: 70 }, ".max"),
  autoscaled({ min: 0, cpu: 70 }, ".min", beyondSchema),
  autoscaled({ min: 1.5, cpu: 70 }, ".min"),
  autoscaled({ cpu: 1 }, ".cpu", beyondSchema),
  autoscaled({ memory: 96 }, ".memory", beyondSchema),
  autoscaled({ target: { cpu: 501 } }, ".target.cpu"),
  autoscaled({ target: { cpu: 70, disk: 5 } }, ".target.disk"),
  autoscaled({ target: 70 }, ".target", "", beyondSchema),
  autoscaled({ queue: { list: "celery" } }, ".queue.redis"),
  autoscaled({ queue: { ...REDIS, redis: "redis://x:6379" } }, ".queue.redis"),
  autoscaled({ queue: { ...REDIS, length: 0 } }, ".queue.length"),
  autoscaled({ queue: { ...REDIS, topic: "x" } }, ".queue.topic"),
  autoscaled({ queue: { ...REDIS, password: "NOT_SET" } }, ".queue.password", beyondSchema),
  autoscaled({ schedule: [] }, ".schedule"),
  autoscaled({ schedule: [{ ...PERIOD, replicas: 11 }] }, ".schedule[0].replicas", beyondSchema),
  autoscaled({ schedule: [{ ...PERIOD, end: "at six" }] }, ".schedule[0].end"),
  autoscaled(
    { schedule: [{ ...PERIOD, timezone: "Berlin" }] },
    ".schedule[0].timezone",
    beyondSchema,
  ),
  autoscaled({ schedule: [{ start: "0 8 * * *", replicas: 2 }] }, ".schedule[0].end"),
  {
    case: "a scheduler that is autoscaled",
    procfile: TWO_SCHEDULERS,
    scale: { beat: { max: 2, cpu: 70 } },
    locations: ["dash-scale:scale.beat"],
    beyondSchema: true,
  },
  ...[-1, 1.5, "four", "1e1", "", " 4", true, [], {}, "0x4"].map(replicas),
  {
    case: "a process type without a scale",
    scale: { web: null },
    locations: ["dash-scale:scale.web"],
  },
  {
    case: "fields of the scale without a value",
    scale: { web: { replicas: null, memory: null }, worker: { max: null, cpu: 70 } },
    locations: [
      "dash-scale:scale.web.replicas",
      "dash-scale:scale.web.memory",
      "dash-scale:scale.worker.max",
    ],
  },
  autoscaled({ max: null, min: 2, cpu: 70 }, ".max"),
  {
    case: "replicas over the most",
    scale: { web: 101 },
    locations: ["dash-scale:scale.web"],
    beyondSchema: true,
  },
  {
    case: "replicas over a raised most",
    app: { maxReplicas: 200 },
    scale: { web: 101 },
    locations: [],
  },
  { case: "replicas over any most", scale: { web: 10_001 }, locations: ["dash-scale:scale.web"] },
  {
    case: "a process type that is not there",
    scale: { wroker: 2 },
    locations: ["dash-scale:scale.wroker"],
    beyondSchema: true,
  },
  { case: "release is not scaled", scale: { release: 1 }, locations: ["dash-scale:scale.release"] },
  {
    case: "an unknown key of a process type",
    scale: { web: { replica: 2 } },
    locations: ["dash-scale:scale.web.replica"],
  },
  { case: "an unknown key of the app", app: { imag: "x" }, locations: ["dash-scale:app.imag"] },
  {
    case: "an unknown top-level key",
    more: { scael: { web: 2 } },
    locations: ["dash-scale:scael"],
  },
  { case: "scale is no map", scale: [2], locations: ["dash-scale:scale"] },
  { case: "app is no map", app: "shop", locations: ["dash-scale:app"] },
  {
    case: "no image",
    app: { image: null },
    locations: ["dash-scale:app.image"],
    beyondSchema: true,
  },
  { case: "an image with a space", app: { image: "shop: 1" }, locations: ["dash-scale:app.image"] },
  {
    case: "an image in upper case",
    app: { image: "registry/Shop:1" },
    locations: ["dash-scale:app.image"],
  },
  { case: "an image without a name", app: { image: ":1" }, locations: ["dash-scale:app.image"] },
  { case: "a name with a capital", app: { name: "Shop" }, locations: ["dash-scale:app.name"] },
  {
    case: "a name that begins with a digit",
    app: { name: "1shop" },
    locations: ["dash-scale:app.name"],
  },
  {
    case: "a namespace with a dot",
    app: { namespace: "a.b" },
    locations: ["dash-scale:app.namespace"],
  },
  {
    case: "createNamespace: no",
    app: { createNamespace: "no" },
    locations: ["dash-scale:app.createNamespace"],
  },
  {
    case: "a launcher that is not there",
    app: { launcher: "heroku" },
    locations: ["dash-scale:app.launcher"],
  },
  {
    case: "pull secrets as text",
    app: { imagePullSecrets: "a" },
    locations: ["dash-scale:app.imagePullSecrets"],
  },
  { case: "maxReplicas: 0", app: { maxReplicas: 0 }, locations: ["dash-scale:app.maxReplicas"] },
  ...[5, 3601].map((progressDeadline) => ({
    case: `progressDeadline: ${progressDeadline}`,
    app: { progressDeadline },
    locations: ["dash-scale:app.progressDeadline"],
  })),
  ...[9, 86_401, "10m"].map((releaseTimeout) => ({
    case: `releaseTimeout: ${releaseTimeout}`,
    app: { releaseTimeout },
    locations: ["dash-scale:app.releaseTimeout"],
  })),
  {
    case: "a pull secret that cannot be a name",
    app: { imagePullSecrets: ["ok", "Not Ok"] },
    locations: ["dash-scale:app.imagePullSecrets[1]"],
  },
  {
    case: "a deadline in minutes",
    app: { progressDeadline: "5m" },
    locations: ["dash-scale:app.progressDeadline"],
  },
  { case: "PORT", app: { env: { PORT: "80" } }, locations: ["dash-scale:app.env.PORT"] },
  {
    case: "DASH_URL_BASE_PATHNAME",
    app: { env: { DASH_URL_BASE_PATHNAME: "/shop/" } },
    locations: ["dash-scale:app.env.DASH_URL_BASE_PATHNAME"],
  },
  { case: "HOME", app: { env: { HOME: "/" } }, locations: ["dash-scale:app.env.HOME"] },
  {
    case: "a variable with a dash",
    app: { env: { "LOG-LEVEL": "info" } },
    locations: ["dash-scale:app.env.LOG-LEVEL"],
  },
  {
    case: "a variable with a dot",
    app: { env: { "log.level": "info" } },
    locations: ['dash-scale:app.env["log.level"]'],
  },
  {
    case: "a variable that loses its zero",
    app: { env: { VERSION: 1.1 } },
    locations: ["dash-scale:app.env.VERSION"],
  },
  {
    case: "a variable that is a list",
    app: { env: { HOSTS: ["a"] } },
    locations: ["dash-scale:app.env.HOSTS"],
  },
  {
    case: "half a byte of memory",
    scale: { web: { memory: "512m" } },
    locations: ["dash-scale:scale.web.memory"],
    beyondSchema: true,
  },
  {
    case: "memory with a space",
    scale: { web: { memory: "512 Mi" } },
    locations: ["dash-scale:scale.web.memory"],
  },
  {
    case: "memory as Java has it",
    scale: { web: { memory: "512MB" } },
    locations: ["dash-scale:scale.web.memory"],
  },
  {
    case: "negative memory",
    scale: { web: { memory: "-1Gi" } },
    locations: ["dash-scale:scale.web.memory"],
  },
  {
    case: "CPU in words",
    scale: { web: { cpu: "half" } },
    locations: ["dash-scale:scale.web.cpu"],
  },
  {
    case: "no CPU",
    scale: { web: { cpu: 0 } },
    locations: ["dash-scale:scale.web.cpu"],
    beyondSchema: true,
  },
  {
    case: "no workers",
    scale: { web: { workers: 0 } },
    locations: ["dash-scale:scale.web.workers"],
  },
  {
    case: "a spread that is not there",
    scale: { web: { spread: "require" } },
    locations: ["dash-scale:scale.web.spread"],
  },
  {
    case: "workers of what is not gunicorn",
    scale: { worker: { workers: 2 } },
    locations: ["dash-scale:scale.worker.workers"],
    beyondSchema: true,
  },
  {
    case: "Herokuish, which needs root",
    app: { launcher: "herokuish" },
    locations: ["dash-scale:app.launcher"],
  },
  {
    case: "a plain text under secrets",
    secrets: { DASH_SECRET_KEY: "canary" },
    locations: ["dash-scale:secrets.DASH_SECRET_KEY"],
  },
  { case: "secrets are no map", secrets: "canary", locations: ["dash-scale:secrets"] },
  {
    case: "a secret named PORT",
    secrets: { PORT: SECRET },
    locations: ["dash-scale:secrets.PORT"],
  },
  {
    case: "gunicorn's flags as a secret, which the ones that are added would take the place of",
    secrets: { GUNICORN_CMD_ARGS: SECRET },
    locations: ["dash-scale:secrets.GUNICORN_CMD_ARGS"],
    beyondSchema: true,
  },
  {
    case: "a proxy before as many workers as a secret says",
    app: { proxy: "haproxy" },
    secrets: { WEB_CONCURRENCY: SECRET },
    locations: ["dash-scale:app.proxy"],
    beyondSchema: true,
  },
  {
    case: "the same, with the number of workers in the stack",
    app: { proxy: "haproxy" },
    scale: { web: { workers: 2 } },
    secrets: { WEB_CONCURRENCY: SECRET },
    locations: [],
  },
  {
    case: "namespaces that may reach web: none",
    app: { network: { from: [] } },
    locations: ["dash-scale:app.network.from"],
  },
  {
    case: "an item of a list that is empty",
    app: { imagePullSecrets: [null], network: { from: ["edge", null], to: [null] } },
    locations: [
      "dash-scale:app.network.from[1]",
      "dash-scale:app.network.to[0]",
      "dash-scale:app.imagePullSecrets[0]",
    ],
  },
  {
    case: "a variable both plain and secret",
    app: { env: { TOKEN: "x" } },
    secrets: { TOKEN: SECRET },
    locations: ["dash-scale:secrets.TOKEN"],
    beyondSchema: true,
  },
  // The exposure
  { case: "exposed by an Ingress", app: { host: HOST, ingress: INGRESS }, locations: [] },
  {
    case: "an Ingress with all that it may have",
    app: {
      host: "*.example.com",
      ingress: {
        className: "nginx",
        controller: "ingress-nginx",
        tlsSecret: "shop-tls",
        annotations: { "cert-manager.io/cluster-issuer": "letsencrypt" },
      },
    },
    locations: [],
  },
  { case: "exposed by a Gateway", app: { host: HOST, gateway: GATEWAY }, locations: [] },
  {
    case: "a host without an Ingress or a Gateway",
    app: { host: HOST },
    locations: ["dash-scale:app.host"],
  },
  {
    case: "an Ingress without a host",
    app: { ingress: INGRESS },
    locations: ["dash-scale:app.host"],
  },
  {
    case: "a Gateway without a host",
    app: { gateway: GATEWAY },
    locations: ["dash-scale:app.host"],
  },
  {
    case: "two ways in",
    app: { host: HOST, ingress: INGRESS, gateway: GATEWAY },
    locations: ["dash-scale:app.gateway"],
  },
  {
    case: "a host without web",
    procfile: "worker: celery\n",
    app: { host: HOST, ingress: INGRESS },
    locations: ["dash-scale:app.host"],
    beyondSchema: true,
  },
  {
    case: "a host with nothing but a release",
    procfile: "release: migrate\n",
    app: { host: HOST, ingress: INGRESS },
    locations: ["dash-scale:app.host"],
    beyondSchema: true,
  },
  ...[
    "https://shop.example.com",
    "Shop.example.com",
    "shop",
    "shop.example.com/x",
    5,
    "10.0.0.1",
    `${"a.".repeat(126)}com`,
  ].map(hostName),
  {
    case: "an Ingress without a class",
    app: { host: HOST, ingress: { tlsSecret: "shop-tls" } },
    locations: ["dash-scale:app.ingress.className"],
  },
  {
    case: "an Ingress by its class alone",
    app: { host: HOST, ingress: "nginx" },
    locations: ["dash-scale:app.ingress", "dash-scale:app.ingress.className"],
  },
  {
    case: "a Gateway without its namespace",
    app: { host: HOST, gateway: { name: "public" } },
    locations: ["dash-scale:app.gateway.namespace"],
  },
  {
    case: "a Gateway without its name",
    app: { host: HOST, gateway: { namespace: "gateways" } },
    locations: ["dash-scale:app.gateway.name"],
  },
  {
    case: "an unknown key of an Ingress",
    app: { host: HOST, ingress: { ...INGRESS, class: "nginx" } },
    locations: ["dash-scale:app.ingress.class"],
  },
  {
    case: "a controller that nobody knows",
    app: { host: HOST, ingress: { ...INGRESS, controller: "ngnix" } },
    locations: ["dash-scale:app.ingress.controller"],
  },
  {
    case: "a controller that has no Gateways",
    app: { host: HOST, gateway: { ...GATEWAY, controller: "ingress-nginx" } },
    locations: ["dash-scale:app.gateway.controller"],
  },
  {
    case: "a controller that has no Ingress",
    app: { host: HOST, ingress: { ...INGRESS, controller: "envoy-gateway" } },
    locations: ["dash-scale:app.ingress.controller"],
  },
  {
    case: "an annotation that is a number",
    app: {
      host: HOST,
      ingress: {
        ...INGRESS,
        annotations: { "nginx.ingress.kubernetes.io/proxy-read-timeout": 60 },
      },
    },
    locations: [
      'dash-scale:app.ingress.annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"]',
    ],
  },
  {
    case: "an annotation of a route that is true",
    app: { host: HOST, gateway: { ...GATEWAY, annotations: { external: true } } },
    locations: ["dash-scale:app.gateway.annotations.external"],
  },
  ...["/", "/shop/", "/team-a/shop_1/"].map((path) => ({
    case: `base path: ${path}`,
    app: { basePath: path },
    locations: [],
  })),
  ...["shop", "/shop", "shop/", "//", "/a//b/", "/a b/", "/shop/?x/", "", 5].map(basePath),

  {
    case: "DASH_APP_NAME below a base path",
    app: { basePath: "/shop/", env: { DASH_APP_NAME: "shop" } },
    locations: ["dash-scale:app.env.DASH_APP_NAME"],
    beyondSchema: true,
  },
  {
    case: "DASH_APP_NAME without a base path",
    app: { env: { DASH_APP_NAME: "shop" } },
    locations: [],
  },

  // The proxy
  { case: "a proxy", app: { proxy: "haproxy" }, locations: [] },
  {
    case: "the proxy's key of before",
    app: { front: "queue" },
    locations: ["dash-scale:app.front"],
  },
  {
    case: "the key of before for its image",
    app: { queueImage: "registry.example.com/haproxy:3.2" },
    locations: ["dash-scale:app.queueImage"],
  },
  {
    case: "a proxy that is not there",
    app: { proxy: "nginx" },
    locations: ["dash-scale:app.proxy"],
  },
  {
    case: "a proxy without web",
    procfile: "worker: celery\n",
    app: { proxy: "haproxy" },
    locations: ["dash-scale:app.proxy"],
    beyondSchema: true,
  },
  {
    case: "a proxy in front of what is not gunicorn",
    procfile: "web: python app.py\n",
    app: { proxy: "haproxy" },
    locations: ["dash-scale:app.proxy"],
    beyondSchema: true,
  },
  {
    case: "a proxy in front of a number of workers that only the shell knows",
    procfile: "web: gunicorn a:b --workers $N\n",
    app: { proxy: "haproxy" },
    locations: ["dash-scale:app.proxy"],
    beyondSchema: true,
  },
  {
    case: "a proxy in front of that number, set in the stack",
    procfile: "web: gunicorn a:b --workers $N\n",
    app: { proxy: "haproxy" },
    scale: { web: { workers: 2 } },
    locations: [],
  },
  {
    case: "a proxy beside a process type of its name",
    procfile: "web: gunicorn a:b\nproxy: celery\n",
    app: { proxy: "haproxy" },
    locations: ["dash-scale:app.proxy"],
    beyondSchema: true,
  },
  {
    case: "a process type named proxy where there is no proxy",
    procfile: "web: gunicorn a:b\nproxy: celery\n",
    locations: [],
  },
  {
    case: "a proxy in front of more pods than it can find",
    app: { proxy: "haproxy", maxReplicas: 401 },
    locations: ["dash-scale:app.proxy"],
    beyondSchema: true,
  },
  {
    case: "a proxy in front of as many pods as it can find",
    app: { proxy: "haproxy", maxReplicas: 400 },
    locations: [],
  },
  {
    case: "an image of the proxy with a space",
    app: { proxyImage: "haproxy: 3" },
    locations: ["dash-scale:app.proxyImage"],
  },

  // The network
  { case: "no network policy", app: { network: "off" }, locations: [] },
  { case: "no network policy, as YAML 1.1 has it", app: { network: false }, locations: [] },
  { case: "a network by default", app: { network: {} }, locations: [] },
  { case: "network: on", app: { network: "on" }, locations: ["dash-scale:app.network"] },
  {
    case: "an unknown key of the network",
    app: { network: { form: ["a"] } },
    locations: ["dash-scale:app.network.form"],
  },
  {
    case: "one namespace instead of a list",
    app: { network: { from: "ingress-nginx" } },
    locations: ["dash-scale:app.network.from"],
  },
  {
    case: "a namespace with a slash",
    app: { network: { from: ["a/b"] } },
    locations: ["dash-scale:app.network.from[0]"],
  },
  attached({ namespace: "redis", port: 6379 }),
  attached({ namespace: "redis", port: "6379" }),
  attached({ cidr: "fd00::/8", port: 5432 }),
  { case: "metadata of clouds", app: { network: { to: ["cloud-metadata"] } }, locations: [] },
  {
    case: "a service without its address",
    app: { network: { to: ["redis"] } },
    locations: ["dash-scale:app.network.to[0]"],
  },
  attached({ namespace: "redis" }, ".port"),
  attached({ cidr: "10.0.0.0/8" }, ".port"),
  attached({ namespace: "redis", port: 0 }, ".port"),
  attached({ namespace: "redis", cidr: "10.0.0.0/8", port: 6379 }, ""),
  attached({ port: 6379 }, ""),
  attached({ cidr: "10.0.0.1", port: 6379 }, ".cidr"),
  ...["999.1.1.1/8", "10.0.0.0/33", "fd00::/129"].map((cidr): StackCase => ({
    ...attached({ cidr, port: 6379 }, ".cidr"),
    beyondSchema: true,
  })),
  attached({ namespace: "redis", port: 6379, host: "x" }, ".host"),

  // Health
  health("off"),
  health(false),
  health({ path: "/healthz" }),
  health({ timeout: "45" }),
  health({ exec: ["true"] }),
  health({ path: "healthz" }, ".path"),
  health({ port: 70_000 }, ".port"),
  health({ timeout: 0 }, ".timeout"),
  health({ timeout: "10s" }, ".timeout"),
  health({ url: "/" }, ".url"),
  health({ exec: "true" }, ".exec"),
  health({ exec: [] }, ".exec"),
  health({ exec: ["true"], path: "/healthz" }, ".path"),
  health({ exec: ["true"], port: 80 }, ".port"),
  health("on", ""),
  workerHealth("off"),
  workerHealth({ exec: ["celery", "inspect", "ping"] }),
  workerHealth({ port: 9000, path: "/healthz" }),
  workerHealth({ path: "/healthz" }, ""),
  workerHealth({ port: 9000 }, ""),

  // Prices
  priced({ cpu: 0.045, memory: "0.0050", currency: "EUR" }),
  priced({ cpu: 0, memory: 1_000_000, currency: "JPY" }),
  priced(undefined),
  priced(0.045, ""),
  priced({ memory: 0.005, currency: "EUR" }, ".cpu"),
  priced({}, ".cpu", ".memory", ".currency"),
  priced({ cpu: 0.045, memory: 0.005, currency: "EUR", disk: 1 }, ".disk"),
  ...[-0.1, "0,045", "", "1e-3", "free", 1_000_001, true].map((found) =>
    priced({ cpu: found, memory: 0.005, currency: "EUR" }, ".cpu"),
  ),
  ...["€", "eur", "EURO", 978].map((found) =>
    priced({ cpu: 0.045, memory: 0.005, currency: found }, ".currency"),
  ),
  // Guards
  guarded({}),
  guarded({ production: false, maxPods: 2, maxMemory: "1Gi" }),
  guarded(
    { production: "true", maxPods: "60", maxMemory: "64Gi" },
    { app: PINNED, scale: { web: 2 } },
  ),
  guarded("production", {}, "guards"),
  guarded({ prodution: true }, {}, "guards.prodution"),
  guarded({ production: "yes" }, {}, "guards.production"),
  ...[0, 1.5, "many", -1].map((found) => guarded({ maxPods: found }, {}, "guards.maxPods")),
  guarded({ maxMemory: "64GB" }, {}, "guards.maxMemory"),
  guardedBeyond({ production: true }, {}, "app.image", "scale.web.replicas"),
  guardedBeyond({ production: true }, { scale: { web: 2 } }, "app.image"),
  guardedBeyond({ production: true }, { app: PINNED, scale: { web: 0 } }, "scale.web.replicas"),
  guarded({ production: true }, { app: PINNED, scale: { web: { min: 2, max: 4, cpu: 70 } } }),
  guardedBeyond(
    { production: true },
    { app: PINNED, scale: { web: { min: 1, max: 4, cpu: 70 } } },
    "scale.web.min",
  ),
  guarded({ production: true }, { app: PINNED, procfile: "worker: celery\n" }),
  ...["", ":1.4.2", `:1@sha256:${"0".repeat(32)}`, `@sha512:${"0".repeat(128)}`].map((end) =>
    guardedBeyond(
      { production: true },
      { app: { image: `shop${end}` }, scale: { web: 2 } },
      "app.image",
    ),
  ),
  guardedBeyond({ maxPods: 3 }, { scale: { web: 3 } }, "guards.maxPods"),
  guarded({ maxPods: 4 }, { scale: { web: 3 } }),
  guardedBeyond({ maxPods: 5 }, { scale: { web: { max: 5, cpu: 70 } } }, "guards.maxPods"),
  guardedBeyond({ maxPods: 3 }, { app: { proxy: "haproxy" } }, "guards.maxPods"),
  guardedBeyond({ maxMemory: "1023Mi" }, {}, "guards.maxMemory"),
  guardedBeyond(
    { maxMemory: "1Gi", maxPods: 1 },
    { scale: { web: 2 } },
    "guards.maxPods",
    "guards.maxMemory",
  ),
  // A wrong scale, or one that nobody can read, is not judged as if it were the default.
  guarded({ production: true, maxPods: 1 }, { app: PINNED, scale: { web: -1 } }, "scale.web"),
  guarded({ production: true }, { scale: { web: -1 } }, "app.image", "scale.web"),

  guarded({ scaleDown: "free", production: true }, { app: PINNED, scale: { web: 2 } }),
  guarded({ scaleDown: "confirm" }),
  guarded({ scaleDown: "confrm" }, {}, "guards.scaleDown"),
  guarded({ scaleDown: true }, {}, "guards.scaleDown"),

  // Confirmations: of process types, too, that are no longer there
  ...["10 -> 2", "10->0", "4-20 -> 1-5", "4–20 → 2", " 1 -> 0 "].map((found) => confirm(found)),
  ...[
    "yes",
    "10",
    "10 - 2",
    "10 > 2",
    "-> 2",
    "10 ->",
    "1.5 -> 1",
    "-4 -> 1",
    2,
    true,
    null,
    [],
    {},
  ].map((found) => confirm(found, "dash-scale:confirm.old")),
  { case: "a confirmation of all", more: { confirm: "yes" }, locations: ["dash-scale:confirm"] },
  {
    case: "a process type confirmed twice",
    more: { confirm: { my_worker: "4 -> 1", "my-worker": "4 -> 0" } },
    locations: ["dash-scale:confirm.my-worker"],
    beyondSchema: true,
  },

  // The cluster
  ...["0b2a9c1e-6f0d-4c55-9f5e-3f1d2c4b5a60", null].map((found) => cluster(found)),
  ...["production", "0B2A9C1E-6F0D-4C55-9F5E-3F1D2C4B5A60", "", 12, {}].map((found) =>
    cluster(found, "dash-scale:cluster"),
  ),

  // Singletons
  {
    case: "two schedulers",
    procfile: TWO_SCHEDULERS,
    scale: { beat: 2 },
    locations: ["dash-scale:scale.beat"],
    beyondSchema: true,
  },
  {
    case: "two of what is no scheduler",
    procfile: TWO_SCHEDULERS,
    scale: { beat: 2 },
    processes: { beat: { singleton: false } },
    locations: [],
  },
  {
    case: "two of what must be one by the stack",
    scale: { worker: { replicas: 2 } },
    processes: { worker: { singleton: true } },
    locations: ["dash-scale:scale.worker"],
    beyondSchema: true,
  },
  {
    case: "an hour to end",
    processes: { worker: { gracePeriod: 3600 }, web: { gracePeriod: "60" } },
    locations: [],
  },
  {
    case: "no time to end",
    processes: { worker: { gracePeriod: 0 } },
    locations: ["dash-scale:processes.worker.gracePeriod"],
  },
  {
    case: "singleton: maybe",
    processes: { worker: { singleton: "maybe" } },
    locations: ["dash-scale:processes.worker.singleton"],
  },

  // Process types
  scheduled({ schedule: NIGHTLY }, undefined),
  scheduled({ schedule: NIGHTLY, timezone: "Europe/Berlin", timeout: 3600, gracePeriod: 9 }, 1),
  scheduled({ schedule: " 0,30  8-18/2 ? jan-mar,12 MON-fri " }, 0),
  scheduled({ schedule: "@hourly" }, { replicas: 0, memory: "2Gi", cpu: 1, storage: "2Gi" }),
  mistimed("0 3 * *"),
  mistimed("0 3 * * * *"),
  mistimed(""),
  mistimed(3),
  mistimed("60 * * * *", beyondSchema),
  mistimed("0 3 * * 7", beyondSchema),
  mistimed("0 3 0 * *", beyondSchema),
  mistimed("0 3 * * sunday", beyondSchema),
  mistimed("30-10 * * * *", beyondSchema),
  mistimed("*/0 * * * *", beyondSchema),
  mistimed("1,,2 * * * *", beyondSchema),
  mistimed("0 0 31 2,4 *", beyondSchema),
  mistimed("@every 1h", beyondSchema),
  mistimed("@reboot", beyondSchema),
  mistimed("TZ=Europe/Berlin 0 3 * * *", beyondSchema),
  scheduled({ timezone: "Europe/Berlin" }, undefined, "processes.nightly.timezone"),
  scheduled({ timeout: 60 }, undefined, "processes.nightly.timeout"),
  scheduled(
    { schedule: NIGHTLY, timezone: "Local" },
    1,
    "processes.nightly.timezone",
    beyondSchema,
  ),
  scheduled({ schedule: NIGHTLY, timeout: 0 }, 1, "processes.nightly.timeout"),
  scheduled({ schedule: NIGHTLY, port: 9000 }, 1, "processes.nightly.port"),
  scheduled({ schedule: NIGHTLY, health: "off" }, 1, "processes.nightly.health"),
  scheduled({ schedule: NIGHTLY, singleton: true }, 1, "processes.nightly.singleton"),
  scheduled({ schedule: NIGHTLY }, 2, "scale.nightly", beyondSchema),
  scheduled({ schedule: NIGHTLY }, { replicas: 2 }, "scale.nightly.replicas", beyondSchema),
  scheduled(
    { schedule: NIGHTLY },
    { min: 1, max: 2, cpu: 70, workers: 2, threads: 4, spread: "required" },
    ...["workers", "threads", "spread", "min", "max"].map((key) => `scale.nightly.${key}`),
    beyondSchema,
  ),
  {
    case: "a schedule of web and of release",
    procfile: "web: gunicorn index:server\nrelease: migrate\n",
    processes: { web: { schedule: NIGHTLY }, release: { schedule: NIGHTLY } },
    locations: ["dash-scale:processes.web.schedule", "dash-scale:processes.release"],
    beyondSchema: true,
  },
  {
    case: "a schedule, and a name that leaves no room for that of a Job",
    app: { name: "a".repeat(45) },
    procfile: "web: gunicorn index:server\nnightly: python report.py\n",
    processes: { nightly: { schedule: NIGHTLY } },
    locations: ["dash-scale:processes.nightly.schedule"],
    beyondSchema: true,
  },
  { case: "processes are no map", processes: ["web"], locations: ["dash-scale:processes"] },
  {
    case: "an unknown key of a process type's options",
    processes: { web: { healt: "off" } },
    locations: ["dash-scale:processes.web.healt"],
  },
  {
    case: "options of a process type that is not there",
    processes: { wroker: {} },
    locations: ["dash-scale:processes.wroker"],
    beyondSchema: true,
  },
  {
    case: "the size of a release",
    procfile: "web: gunicorn a:b\nrelease: migrate\n",
    scale: { release: { memory: "2Gi", cpu: 1, storage: "2Gi" } },
    locations: [],
  },
  {
    case: "replicas and workers of a release",
    procfile: "web: gunicorn a:b\nrelease: migrate\n",
    scale: { release: { replicas: 2, workers: 2, memory: "2Gi" } },
    locations: ["dash-scale:scale.release.replicas", "dash-scale:scale.release.workers"],
  },
  {
    case: "replicas of a release, short form",
    procfile: "web: gunicorn a:b\nrelease: migrate\n",
    scale: { release: 1 },
    locations: ["dash-scale:scale.release"],
  },
  {
    case: "the size of a release that is not there",
    procfile: "web: gunicorn a:b\n",
    scale: { release: { memory: "2Gi" } },
    locations: ["dash-scale:scale.release"],
    beyondSchema: true,
  },
  autoscaled({ queue: [REDIS, { ...REDIS, list: "high", length: 2 }] }),
  autoscaled({ queue: [] }, ".queue"),
  autoscaled({ queue: { redis: "redis:6379", lists: ["high", "default"] } }),
  autoscaled({ queue: { redis: "redis:6379" } }, ".queue.list"),
  autoscaled({ queue: { ...REDIS, lists: ["high"] } }, ".queue.lists"),
  autoscaled({ queue: { redis: "redis:6379", lists: [] } }, ".queue.lists"),
  autoscaled({ queue: { redis: "redis:6379", lists: ["a b"] } }, ".queue.lists[0]"),
  autoscaled({ queue: { service: "cache", list: "celery" } }, ".queue.service", beyondSchema),
  {
    ...autoscaled({ queue: { service: "cache", list: "celery", length: 3 } }),
    more: { services: { cache: CACHE } },
  },
  {
    case: "what follows from the service of a queue",
    scale: { web: { max: 4, queue: { ...REDIS, service: "cache", tls: true, password: "A" } } },
    app: { env: { A: "a" } },
    more: { services: { cache: CACHE } },
    locations: [".redis", ".tls", ".password"].map((key) => `dash-scale:scale.web.queue${key}`),
  },
  serviced(CACHE),
  serviced({ ...CACHE, to: { namespace: "redis", port: 6379 }, types: ["web", "worker"] }),
  serviced({ ...CACHE, to: { port: 6379 } }, ".to"),
  serviced({ ...CACHE, types: [] }, ".types"),
  serviced({ ...CACHE, types: ["release"] }),
  serviced({ ...CACHE, types: ["wroker"] }, ".types", beyondSchema),
  serviced({ ...CACHE, key: "a" }, ".key"),
  serviced({ secret: "shop-redis" }, ".env"),
  serviced({ ...CACHE, secret: "Shop" }, ".secret"),
  serviced({ ...CACHE, env: { REDIS_URL: "a key" } }, ".env.REDIS_URL"),
  serviced({ ...CACHE, env: { PORT: "port" } }, ".env.PORT"),
  serviced(
    { ...CACHE, env: { GUNICORN_CMD_ARGS: "args" } },
    ".env.GUNICORN_CMD_ARGS",
    beyondSchema,
  ),
  serviced({ ...CACHE, env: { "a-b": "key" } }, ".env.a-b"),
  serviced({ cloudnativepg: "shop-db" }),
  serviced({ cloudnativepg: "shop-db", env: { PGHOST: "host" } }),
  serviced({ ...CACHE, cloudnativepg: "shop-db" }, ""),
  serviced({ env: { REDIS_URL: "uri" } }, ""),
  serviced("shop-redis", ""),
  serviced(null, ""),
  {
    case: "services that are a list",
    more: { services: [CACHE] },
    locations: ["dash-scale:services"],
  },
  {
    case: "a service whose name is none",
    more: { services: { "My Cache": CACHE } },
    locations: ['dash-scale:services["My Cache"]'],
    beyondSchema: true,
  },
  {
    case: "a variable that is given four times",
    app: { env: { REDIS_URL: "redis://redis" } },
    secrets: { REDIS_URL: SECRET },
    more: { services: { cache: CACHE, other: { ...CACHE, types: ["worker"] } } },
    locations: [
      "dash-scale:secrets.REDIS_URL",
      "dash-scale:services.cache.env.REDIS_URL",
      "dash-scale:services.other.env.REDIS_URL",
    ],
    beyondSchema: true,
  },
  {
    case: "a variable that two services give, each to another type",
    more: {
      services: { cache: { ...CACHE, types: ["web"] }, other: { ...CACHE, types: ["worker"] } },
    },
    locations: [],
  },
  {
    case: "a variable that two services give to one type",
    more: {
      services: { cache: { ...CACHE, types: ["web"] }, db: { cloudnativepg: "a", env: CACHE.env } },
    },
    locations: ["dash-scale:services.db.env.REDIS_URL"],
    beyondSchema: true,
  },
  identified({}),
  identified({ name: "shop-identity", podLabels: { "azure.workload.identity/use": "true" } }),
  identified({ annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/a" } }),
  identified({ name: "a", annotations: { "iam.gke.io/gcp-service-account": "a" } }, ".annotations"),
  identified({ token: { audience: "vault", expiry: 600 } }),
  identified({ token: { audience: "vault", expiry: 60 } }, ".token.expiry"),
  identified({ token: { expiry: 600 } }, ".token.audience"),
  identified(
    { token: { audience: "https://kubernetes.default.svc" } },
    ".token.audience",
    beyondSchema,
  ),
  identified(
    { podLabels: { "app.kubernetes.io/name": "a" } },
    '.podLabels["app.kubernetes.io/name"]',
    beyondSchema,
  ),
  identified({ podLabels: { team: "a b" } }, ".podLabels.team"),
  identified("shop", ""),
  autoscaled({ queue: [REDIS, { list: "high" }] }, ".queue[1].redis"),
  autoscaled({ queue: [REDIS, "high"] }, ".queue[1]"),
  autoscaled({ queue: [{ ...REDIS, password: "NONE" }] }, ".queue[0].password", beyondSchema),
  ...["dash", "other"].map((framework) => ({
    case: `framework: ${framework}`,
    app: { framework },
    locations: [],
  })),
  {
    case: "a framework that is not known",
    app: { framework: "Dash" },
    locations: ["dash-scale:app.framework"],
  },
  { case: "folders to write to", app: { writable: ["/app/cache", "/data/"] }, locations: [] },
  ...["cache", "/", "/app/../etc", "/a//b", "/a b", "/a:b", 1].map((folder) => ({
    case: `a folder to write to: ${folder}`,
    app: { writable: [folder] },
    locations: ["dash-scale:app.writable[0]"],
  })),
  ...["/usr", "/etc/", "/proc/self", "/dev/shm", "/tmp", "/tmp/a", "/home/app/.cache"].map(
    (folder) => ({
      case: `a folder that is not the app's: ${folder}`,
      app: { writable: [folder] },
      locations: ["dash-scale:app.writable[0]"],
      ...beyondSchema,
    }),
  ),
  {
    case: "a folder twice",
    app: { writable: ["/app/cache", "/app/cache/"] },
    locations: ["dash-scale:app.writable"],
    beyondSchema: true,
  },
  ...[1, "1000", 2_147_483_647].map((user) => ({
    case: `user: ${user}`,
    app: { user },
    locations: [],
  })),
  ...[0, "root", -1, 2_147_483_648].map((user) => ({
    case: `user: ${user}`,
    app: { user },
    locations: ["dash-scale:app.user"],
  })),
  ...[1024, "5555", 65_535].map((port) => ({
    case: `port of a worker: ${port}`,
    processes: { worker: { port, health: { path: "/up" } } },
    locations: [],
  })),
  ...[80, 1023, 65_536, "http"].map((port) => ({
    case: `port of a worker: ${port}`,
    processes: { worker: { port } },
    locations: ["dash-scale:processes.worker.port"],
  })),
  {
    case: "release has no options",
    processes: { release: {} },
    locations: ["dash-scale:processes.release"],
  },
  {
    case: "a secret named DASH_URL_BASE_PATHNAME",
    secrets: { DASH_URL_BASE_PATHNAME: SECRET },
    locations: ["dash-scale:secrets.DASH_URL_BASE_PATHNAME"],
  },
  // What the API server, the kernel or the container runtime would refuse later
  ...["/../", "/shop/./"].map(basePath),
  {
    case: "a base path with dots",
    app: { basePath: "/.well-known/...a/b../" },
    locations: [],
  },
  ...["a b", "-a", "/a", "a/b/c", "Example.com/", "a".repeat(64)].map(annotated),
  {
    case: "an annotation with its prefix in any case",
    app: { host: HOST, ingress: { ...INGRESS, annotations: { "Example.com/Owner_1": "a" } } },
    locations: [],
  },
  {
    case: "more annotations than an object may have",
    app: {
      host: HOST,
      ingress: {
        ...INGRESS,
        annotations: { a: "x".repeat(100_000), b: "x".repeat(100_000), c: "x".repeat(100_000) },
      },
    },
    locations: ["dash-scale:app.ingress.annotations"],
    beyondSchema: true,
  },
  {
    case: "an image with two dots in a row",
    app: { image: "a..b" },
    locations: ["dash-scale:app.image"],
  },
  {
    case: "an image with all separators",
    app: { image: "a.b/c_d__e--f/g:1" },
    locations: [],
  },
  {
    case: "variables called as members of every object are",
    app: { env: { constructor: "a", toString: "b", ["__proto__"]: "c" } },
    locations: [],
  },
  {
    case: "a variable with a name longer than a Secret's key",
    app: { env: { ["A".repeat(254)]: "a" } },
    locations: [`dash-scale:app.env["${"A".repeat(59)}…]`],
  },
  {
    case: "a variable longer than Linux takes",
    app: { env: { A: "x".repeat(130_000) } },
    locations: ["dash-scale:app.env.A"],
    beyondSchema: true,
  },
  {
    case: "more in variables than a pod may have",
    app: {
      env: Object.fromEntries(
        Array.from({ length: 6 }, (_, index) => [`A${index}`, "x".repeat(100_000)]),
      ),
    },
    locations: ["dash-scale:app.env"],
    beyondSchema: true,
  },
  {
    case: "half of a character",
    app: { env: { A: "\ud800" } },
    locations: ["dash-scale:app.env.A"],
    beyondSchema: true,
  },
  {
    case: "more entries than anybody has",
    scale: Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`a${index}`, 1])),
    locations: ["dash-scale:scale"],
    beyondSchema: true,
  },
  {
    case: "a proxy of an app with a long name",
    app: { name: "a".repeat(47), proxy: "haproxy" },
    locations: ["dash-scale:app.proxy"],
    beyondSchema: true,
  },
  {
    case: "a proxy of an app with the longest name",
    app: { name: "a".repeat(46), proxy: "haproxy" },
    locations: [],
  },
  {
    case: "an own key called as a member of every object is",
    more: { ["__proto__"]: { a: 1 } },
    locations: ["dash-scale:__proto__"],
  },
  ...[
    { procfile: { file: "Procfile" }, wrong: "text" },
    { procfile: { text: 1 }, wrong: "text" },
    { procfile: { text: "web: run", file: "a\nb" }, wrong: "file" },
    { procfile: { text: "web: run", name: "a" }, wrong: "name" },
  ].map(({ procfile, wrong }) => ({
    case: `Procfile as ${JSON.stringify(procfile)}`,
    app: { procfile },
    locations: [`dash-scale:app.procfile.${wrong}`],
  })),
  ...["europe/berlin", "+01"].map((timezone) => ({
    case: `time zone: ${timezone}`,
    scale: { web: { max: 10, schedule: [{ ...PERIOD, timezone }] } },
    locations: ["dash-scale:scale.web.schedule[0].timezone"],
    beyondSchema: true as const,
  })),
  {
    case: "a time zone by another name",
    scale: { web: { max: 10, schedule: [{ ...PERIOD, timezone: "US/Pacific" }] } },
    locations: [],
  },
  {
    case: "many at once",
    app: { launcher: "docker", name: "My Shop" },
    scale: { web: { replicas: -1, memory: "1x" }, nope: 2 },
    locations: [
      "dash-scale:app.name",
      "dash-scale:app.launcher",
      "dash-scale:scale.web.replicas",
      "dash-scale:scale.web.memory",
      "dash-scale:scale.nope",
    ],
  },
];
