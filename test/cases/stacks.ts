/** Stack configs and what is wrong with them; the validator and the schema of the editors are held against this list. */
export interface StackCase {
  readonly case: string;
  readonly app?: unknown;
  readonly scale?: unknown;
  readonly secrets?: unknown;
  readonly more?: Readonly<Record<string, unknown>>;
  /** Places of all problems; none: the stack is good. */
  readonly places: readonly string[];
  /** True where a JSON Schema cannot tell: it would have to know the Procfile, or compare two keys. */
  readonly beyondSchema?: true;
}

const replicas = (found: unknown): StackCase => ({
  case: `replicas: ${JSON.stringify(found)}`,
  scale: { web: { replicas: found } },
  places: ["dash-scale:scale.web.replicas"],
});

const SECRET = { secure: "v1:AAAA:BBBB" };

export const STACK_CASES: readonly StackCase[] = [
  { case: "nothing but an image", places: [] },
  { case: "replicas, short form", scale: { web: 4, worker: 0 }, places: [] },
  { case: "replicas as text", scale: { web: "4", worker: { replicas: "0" } }, places: [] },
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
    places: [],
  },
  {
    case: "an image by digest",
    app: { image: `localhost:5000/a/b@sha256:${"0a".repeat(32)}` },
    places: [],
  },
  { case: "a secret", secrets: { DASH_SECRET_KEY: SECRET }, places: [] },
  ...[-1, 1.5, "four", "1e1", "", " 4", true, [], {}, "0x4"].map(replicas),
  {
    case: "replicas over the most",
    scale: { web: 101 },
    places: ["dash-scale:scale.web"],
    beyondSchema: true,
  },
  {
    case: "replicas over a raised most",
    app: { maxReplicas: 200 },
    scale: { web: 101 },
    places: [],
  },
  { case: "replicas over any most", scale: { web: 10_001 }, places: ["dash-scale:scale.web"] },
  {
    case: "a process type that is not there",
    scale: { wroker: 2 },
    places: ["dash-scale:scale.wroker"],
    beyondSchema: true,
  },
  { case: "release is not scaled", scale: { release: 1 }, places: ["dash-scale:scale.release"] },
  {
    case: "an unknown key of a process type",
    scale: { web: { replica: 2 } },
    places: ["dash-scale:scale.web.replica"],
  },
  { case: "an unknown key of the app", app: { imag: "x" }, places: ["dash-scale:app.imag"] },
  { case: "an unknown top-level key", more: { scael: { web: 2 } }, places: ["dash-scale:scael"] },
  { case: "scale is no map", scale: [2], places: ["dash-scale:scale"] },
  { case: "app is no map", app: "shop", places: ["dash-scale:app"] },
  { case: "no image", app: { image: null }, places: ["dash-scale:app.image"], beyondSchema: true },
  { case: "an image with a space", app: { image: "shop: 1" }, places: ["dash-scale:app.image"] },
  {
    case: "an image in upper case",
    app: { image: "registry/Shop:1" },
    places: ["dash-scale:app.image"],
  },
  { case: "an image without a name", app: { image: ":1" }, places: ["dash-scale:app.image"] },
  { case: "a name with a capital", app: { name: "Shop" }, places: ["dash-scale:app.name"] },
  {
    case: "a name that begins with a digit",
    app: { name: "1shop" },
    places: ["dash-scale:app.name"],
  },
  {
    case: "a namespace with a dot",
    app: { namespace: "a.b" },
    places: ["dash-scale:app.namespace"],
  },
  {
    case: "createNamespace: no",
    app: { createNamespace: "no" },
    places: ["dash-scale:app.createNamespace"],
  },
  {
    case: "a launcher that is not there",
    app: { launcher: "heroku" },
    places: ["dash-scale:app.launcher"],
  },
  {
    case: "pull secrets as text",
    app: { imagePullSecrets: "a" },
    places: ["dash-scale:app.imagePullSecrets"],
  },
  { case: "maxReplicas: 0", app: { maxReplicas: 0 }, places: ["dash-scale:app.maxReplicas"] },
  {
    case: "a deadline in minutes",
    app: { progressDeadline: "5m" },
    places: ["dash-scale:app.progressDeadline"],
  },
  { case: "PORT", app: { env: { PORT: "80" } }, places: ["dash-scale:app.env.PORT"] },
  { case: "HOME", app: { env: { HOME: "/" } }, places: ["dash-scale:app.env.HOME"] },
  {
    case: "a variable with a dash",
    app: { env: { "LOG-LEVEL": "info" } },
    places: ["dash-scale:app.env.LOG-LEVEL"],
  },
  {
    case: "a variable with a dot",
    app: { env: { "log.level": "info" } },
    places: ['dash-scale:app.env["log.level"]'],
  },
  {
    case: "a variable that loses its zero",
    app: { env: { VERSION: 1.1 } },
    places: ["dash-scale:app.env.VERSION"],
  },
  {
    case: "a variable that is a list",
    app: { env: { HOSTS: ["a"] } },
    places: ["dash-scale:app.env.HOSTS"],
  },
  {
    case: "half a byte of memory",
    scale: { web: { memory: "512m" } },
    places: ["dash-scale:scale.web.memory"],
    beyondSchema: true,
  },
  {
    case: "memory with a space",
    scale: { web: { memory: "512 Mi" } },
    places: ["dash-scale:scale.web.memory"],
  },
  {
    case: "memory as Java has it",
    scale: { web: { memory: "512MB" } },
    places: ["dash-scale:scale.web.memory"],
  },
  {
    case: "negative memory",
    scale: { web: { memory: "-1Gi" } },
    places: ["dash-scale:scale.web.memory"],
  },
  { case: "CPU in words", scale: { web: { cpu: "half" } }, places: ["dash-scale:scale.web.cpu"] },
  {
    case: "no CPU",
    scale: { web: { cpu: 0 } },
    places: ["dash-scale:scale.web.cpu"],
    beyondSchema: true,
  },
  { case: "no workers", scale: { web: { workers: 0 } }, places: ["dash-scale:scale.web.workers"] },
  {
    case: "a spread that is not there",
    scale: { web: { spread: "require" } },
    places: ["dash-scale:scale.web.spread"],
  },
  {
    case: "workers of what is not gunicorn",
    scale: { worker: { workers: 2 } },
    places: ["dash-scale:scale.worker.workers"],
    beyondSchema: true,
  },
  {
    case: "workers under Herokuish",
    app: { launcher: "herokuish" },
    scale: { web: { workers: 2 } },
    places: ["dash-scale:scale.web.workers"],
    beyondSchema: true,
  },
  {
    case: "a plain text under secrets",
    secrets: { DASH_SECRET_KEY: "canary" },
    places: ["dash-scale:secrets.DASH_SECRET_KEY"],
  },
  { case: "secrets are no map", secrets: "canary", places: ["dash-scale:secrets"] },
  { case: "a secret named PORT", secrets: { PORT: SECRET }, places: ["dash-scale:secrets.PORT"] },
  {
    case: "a variable both plain and secret",
    app: { env: { TOKEN: "x" } },
    secrets: { TOKEN: SECRET },
    places: ["dash-scale:secrets.TOKEN"],
    beyondSchema: true,
  },
  {
    case: "many at once",
    app: { launcher: "docker", name: "My Shop" },
    scale: { web: { replicas: -1, memory: "1x" }, nope: 2 },
    places: [
      "dash-scale:app.name",
      "dash-scale:app.launcher",
      "dash-scale:scale.web.replicas",
      "dash-scale:scale.web.memory",
      "dash-scale:scale.nope",
    ],
  },
];
