import fc from "fast-check";
import { image } from "./image.ts";
import { command, procfile } from "./procfile.ts";
import { quantity } from "./quantity.ts";
import { mostly, strange } from "./texts.ts";
import { basePath, network, way } from "./traffic.ts";
import { label, map, names, number, or, text, wrong } from "./values.ts";

const variable = fc.oneof(
  fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,12}$/),
  fc.constantFrom("LOG_LEVEL", "WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "constructor"),
  mostly(fc.constant("TZ"), strange, 20),
);
const env = or(
  fc.dictionary(variable, or(fc.oneof(text, fc.integer(), fc.boolean())), { maxKeys: 4 }),
);

const app = (source: fc.Arbitrary<unknown>) =>
  or(
    fc
      .tuple(
        map(
          {
            name: or(label),
            procfile: or(source),
            image: or(mostly(fc.constantFrom("registry.example.com/shop:1.4.2"), image, 30)),
            namespace: or(label),
            createNamespace: or(fc.boolean()),
            env,
            launcher: or(fc.constantFrom("shell", "cnb")),
            imagePullSecrets: names(label),
            maxReplicas: mostly(number(100, 400), number(1, 10_000), 10),
            progressDeadline: number(10, 3600),
            releaseTimeout: number(10, 86_400),
            basePath: or(basePath),
            queueImage: or(mostly(fc.constant("docker.io/library/haproxy:3.2-alpine"), image, 20)),
            network,
          },
          ["procfile", "image"],
        ),
        way,
        mostly(fc.constant({}), fc.constant({ front: "queue" }), 4),
      )
      .map(([fields, entrance, front]) =>
        typeof fields === "object" && !Array.isArray(fields)
          ? { ...fields, ...entrance, ...front }
          : fields,
      ),
  );

const bytes = fc.stringMatching(/^[1-9][0-9]{0,3}(\.[0-9]{1,3})?(Mi|Gi|M|G|Ti|e7|E9)$/);
const cores = fc.oneof(
  fc.stringMatching(/^[1-9][0-9]{0,3}m?$/),
  fc.constantFrom(1, 0.5, "0.1", "+2"),
);
const size = {
  memory: or(mostly(bytes, quantity, 30)),
  cpu: or(mostly(cores, quantity, 30)),
};
const cron = fc.constantFrom("0 8 * * 1-5", "*/5 * * * *", "0 0 1 1 *", "@daily", "0 8 * * MON");
const scaleOf = or(
  fc.oneof(
    number(0, 100),
    map({
      replicas: number(0, 20),
      workers: mostly(fc.constant(undefined), number(1, 128), 8),
      threads: mostly(fc.constant(undefined), number(1, 1024), 8),
      ...size,
      storage: or(mostly(bytes, quantity, 30)),
      spread: or(fc.constantFrom("preferred", "required", "off")),
    }),
    map(
      {
        min: number(1, 5),
        max: number(5, 100),
        cpu: number(10, 500),
        memory: or(fc.oneof(fc.constantFrom("1Gi"), number(10, 95))),
        schedule: mostly(
          fc.constant(undefined),
          or(
            fc.array(
              map(
                {
                  start: or(cron),
                  end: or(cron),
                  timezone: or(fc.constantFrom("Etc/UTC", "Europe/Berlin", "+01:00", "Asia/Tokyo")),
                  replicas: number(1, 5),
                },
                ["start", "end", "replicas"],
              ),
              { maxLength: 2 },
            ),
          ),
          4,
        ),
        queue: mostly(
          fc.constant(undefined),
          map(
            {
              redis: or(fc.constantFrom("redis.redis:6379", "redis:1")),
              list: or(fc.constantFrom("celery", "{a}", "列")),
              length: number(1, 1000),
              database: number(0, 15),
              tls: or(fc.boolean()),
            },
            ["redis", "list"],
          ),
          4,
        ),
      },
      ["max", "cpu"],
    ),
  ),
);
const TYPES = ["web", "worker", "My_Beat", "batch"];
const type = mostly(
  fc.constantFrom(...TYPES),
  fc.oneof(strange, fc.constantFrom("release", "constructor")),
  60,
);
const health = or(
  fc.oneof(
    fc.constantFrom<unknown>("off", false),
    map(
      {
        path: or(fc.constantFrom("/healthz", "/é?a=b", "/")),
        port: number(1, 65_535),
        timeout: number(1, 600),
      },
      ["path", "port"],
    ),
    map(
      {
        exec: names(mostly(fc.constantFrom("celery", "$(A)", "ping"), text, 4)),
        timeout: number(1, 600),
      },
      ["exec"],
    ),
  ),
);
const processes = or(
  fc.dictionary(type, map({ health, singleton: or(fc.boolean()) }), { maxKeys: 2 }),
);
const scale = or(fc.dictionary(type, scaleOf, { maxKeys: 3 }));

/** Every process type that is scaled here, and more. */
const wholeProcfile = fc
  .tuple(mostly(fc.constant("gunicorn index:server"), command, 3), command)
  .map(
    ([web, batch]) =>
      `web: ${web}\nworker: celery -A a worker\nbatch: ${batch}\nMy_Beat: gunicorn b:c\nconstructor: run\n`,
  );
const inText = mostly(wholeProcfile, procfile, 8).chain((it) =>
  fc.record({ text: fc.constant(it), file: mostly(fc.constant("Procfile"), strange, 30) }),
);

function config(source: fc.Arbitrary<unknown>): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const keys = {
    "dash-scale:app": app(source),
    "dash-scale:scale": scale,
    "dash-scale:processes": processes,
    "kubernetes:context": fc.constantFrom("dev", "production"),
    "aws:region": mostly(fc.constant("eu-central-1"), wrong, 10),
  };
  return fc
    .tuple(
      fc.record(keys, { requiredKeys: ["dash-scale:app"] }),
      mostly(
        fc.constant({}),
        fc.dictionary(
          strange.map((it) => `dash-scale:${it}`),
          wrong,
          { maxKeys: 1 },
        ),
        90,
      ),
    )
    .map(([known, unknown]) => ({ ...known, ...unknown }));
}

/** What stands below `config` in a stack file. */
export const stackValues = config(
  fc.oneof(
    mostly(
      fc.constant("test/manifest/Procfile"),
      fc.constant("examples/four-callbacks/Procfile"),
      30,
    ),
    inText,
  ),
);

/** The same as the engine hands it over: each value as text, maps and lists as JSON. */
export const engineValues = mostly(stackValues, stackValues).chain((values) =>
  fc.record(
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        mostly(
          fc.constant(typeof value === "string" ? value : (JSON.stringify(value) ?? "")),
          deepJson,
          200,
        ),
      ]),
    ),
  ),
);

const deepJson = fc
  .tuple(fc.constantFrom('{"a":', "[", '{"web":', '{"name":['), fc.integer({ min: 1, max: 50_000 }))
  .map(([open, depth]) => {
    const close = Array.from(open)
      .toReversed()
      .flatMap((it) => ({ "{": ["}"], "[": ["]"] })[it] ?? [])
      .join("");
    return `${open.repeat(depth)}1${close.repeat(depth)}`;
  });
