import fc from "fast-check";
import type { EntryKey, Field, Relation, Scalar, Shape } from "../../../components/config/field.ts";
import { isContainer } from "../../../components/config/field.ts";
import * as formats from "../../../components/config/formats.ts";
import { IMAGE } from "../../../components/config/image.ts";
import { image } from "./image.ts";
import { quantity } from "./quantity.ts";
import { mostly, strange } from "./texts.ts";
import { basePath, cidr, host, subdomain } from "./traffic.ts";
import { label, names, number, or, text, withUnknownKey } from "./values.ts";

/**
 * Of ten maps, how many have a key: where it is not five, since the key rules others out, or
 * nothing goes without it.
 */
const PRESENCE = new Map(
  Object.entries({
    workers: 1,
    threads: 1,
    min: 1,
    max: 2,
    target: 1,
    queue: 1,
    schedule: 1,
    password: 4,
    services: 3,
    serviceAccount: 2,
    types: 2,
    path: 9,
    port: 9,
    timezone: 1,
    timeout: 1,
    singleton: 2,
    guards: 2,
    production: 1,
    front: 2,
    secrets: 1,
    file: 9,
    procfile: 10,
    ingress: 1,
    gateway: 1,
    host: 2,
    basePath: 3,
    confirm: 2,
  }),
);

/**
 * Texts of a format, right ones and odd ones. A format that is not here has its declaration's
 * example.
 */
const TEXTS = new Map<RegExp, fc.Arbitrary<unknown>>([
  [IMAGE, mostly(fc.constantFrom("registry.example.com/shop:1.4.2"), image, 30)],
  [formats.APP_NAME, label],
  [formats.LABEL, label],
  [formats.SUBDOMAIN, subdomain],
  [formats.HOST, host],
  [formats.BASE_PATH, basePath],
  [formats.CIDR, cidr],
  [formats.ANY_TEXT, text],
  [formats.HEALTH_PATH, fc.constantFrom("/healthz", "/é?a=b", "/")],
  [formats.WORD, mostly(fc.constantFrom("celery", "$(A)", "ping"), text, 4)],
  [formats.CURRENCY, fc.constantFrom("EUR", "JPY", "XTS")],
  [formats.HOST_AND_PORT, fc.constantFrom("redis.redis:6379", "redis:1")],
  [formats.LIST_NAME, fc.constantFrom("celery", "{a}", "列")],
  [
    formats.CRON,
    fc.constantFrom("0 8 * * 1-5", "*/5 * * * *", "0 0 1 1 *", "@daily", "0 8 * * MON"),
  ],
  [
    formats.SCHEDULE,
    mostly(
      fc.constantFrom("0 3 * * *", "*/5 * * * MON-FRI", "@hourly", "0 0 1,15 jan-jun/2 ?"),
      fc.constantFrom(
        "0 3 * * 7",
        "@every 1h",
        "0 0 31 2 *",
        "60 * * * *",
        "5/0 * * * *",
        "1,,2 * * * *",
      ),
      10,
    ),
  ],
  [formats.TIMEZONE, fc.constantFrom("Etc/UTC", "Europe/Berlin", "+01:00", "Asia/Tokyo")],
  [formats.CHANGE, fc.constantFrom("10 -> 2", "4-20 → 1–5", "1->0", "10")],
  [formats.UID, fc.uuid()],
  [formats.PROCESS_TYPE, mostly(fc.constantFrom("web", "worker", "My_Beat"), text, 20)],
  [formats.SECRET_KEY, fc.constantFrom("uri", "password", "ca.crt")],
  [formats.LABEL_VALUE, fc.constantFrom("true", "", "team-a")],
  [formats.VARIABLE, fc.constantFrom("LOG_LEVEL", "REDIS_PASSWORD")],
]);

const VARIABLE = fc.oneof(
  fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,12}$/),
  fc.constantFrom("LOG_LEVEL", "WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "constructor"),
  mostly(fc.constant("TZ"), strange, 20),
);
const TYPE = mostly(
  fc.constantFrom("web", "worker", "My_Beat", "batch"),
  fc.oneof(strange, fc.constantFrom("release", "constructor")),
  60,
);
/** Keys of a map with free keys, by what the declaration calls them. */
const ENTRY_KEYS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  TYPE,
  NAME: VARIABLE,
  SERVICE: mostly(fc.constantFrom("cache", "db"), strange, 20),
  KEY: fc.constantFrom("example.com/owner", "cert-manager.io/cluster-issuer"),
};

const AMOUNTS = {
  bytes: fc.stringMatching(/^[1-9][0-9]{0,3}(\.[0-9]{1,3})?(Mi|Gi|M|G|Ti|e7|E9)$/),
  cores: fc.oneof(
    fc.stringMatching(/^[1-9][0-9]{0,3}m?$/),
    fc.constantFrom<unknown>(1, 0.5, "0.1", "+2"),
  ),
};

/**
 * What may stand at a key, by its declaration: mostly right, now and then wrong.
 *
 * @param instead what stands at a key of this name instead, where only its meaning makes it a good
 * one
 */
export function declared(
  field: Field,
  instead: Readonly<Record<string, fc.Arbitrary<unknown>>> = {},
): fc.Arbitrary<unknown> {
  const { shape } = field;
  const of = (inner: Field) => declared(inner, instead);
  if (!isContainer(shape)) return scalar(field, shape);
  switch (shape.kind) {
    case "list":
      return names(of(shape.item));
    case "either":
      return fc.oneof(...shape.options.map(of));
    case "entries":
      return or(entriesOf(shape, of));
    case "map":
      return mapOf(shape, (name, inner) => instead[name] ?? of(inner));
  }
}

function scalar(field: Field, shape: Scalar): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case "text":
      return or(TEXTS.get(shape.pattern) ?? fc.constant(field.example));
    case "wholeNumber":
      return wholeNumber(field, shape);
    case "decimal":
      return or(fc.constantFrom<unknown>(0, 0.045, 3, "0.0050", shape.to));
    case "quantity":
      return or(mostly(AMOUNTS[shape.unit], quantity, 30));
    case "flag":
      return or(fc.boolean());
    case "choice":
      return or(fc.constantFrom(...shape.words));
    case "plainValue":
      return or(fc.oneof(text, fc.integer(), fc.boolean()));
    case "secret":
      return or(fc.constant({ secure: "v1:AAAA:BBBB" }));
    case "off":
      return fc.constantFrom<unknown>("off", false);
  }
}

function entriesOf(
  { key, value }: Extract<Shape, { kind: "entries" }>,
  of: (field: Field) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const special = Object.entries(key.special).map(([name, field]) => [name, of(field)] as const);
  const some = fc.dictionary(keyOf(key), of(value), { maxKeys: 3 });
  if (special.length === 0) return some;
  const others = fc.record(Object.fromEntries(special));
  return fc.tuple(some, mostly(fc.constant({}), others, 6)).map(([a, b]) => ({ ...a, ...b }));
}

function keyOf({ name }: EntryKey): fc.Arbitrary<string> {
  return ENTRY_KEYS[name] ?? strange;
}

/**
 * Mostly not far above what is usual: with its largest values each key would rule out all others.
 */
function wholeNumber(
  { default: usual, example }: Field,
  { from, to }: Extract<Shape, { kind: "wholeNumber" }>,
): fc.Arbitrary<unknown> {
  const base = [example, usual].find((it) => typeof it === "number") ?? from;
  return mostly(number(base, Math.min(to, 4 * base + 10)), number(from, to), 12);
}

function mapOf(
  { fields, relations }: Extract<Shape, { kind: "map" }>,
  of: (name: string, field: Field) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, of(name, field)]),
  );
  const all = fc.record(values);
  const chosen = fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, isThere(name, field)])),
  );
  const some = fc
    .tuple(all, chosen, fc.nat({ max: 29 }), fc.nat())
    .map(([whole, there, wrongs, pick]) => {
      const keys = new Set(Object.keys(fields).filter((name) => there[name]));
      if (wrongs > 0) for (const relation of relations) follow(relation, keys, pick);
      return Object.fromEntries(Object.entries(whole).filter(([name]) => keys.has(name)));
    });
  return withUnknownKey(some);
}

function isThere(name: string, { required }: Field): fc.Arbitrary<boolean> {
  if (required) return fc.nat({ max: 99 }).map((it) => it > 0);
  return fc.nat({ max: 9 }).map((it) => it < (PRESENCE.get(name) ?? 5));
}

/** Adds and removes keys until a relation holds. */
function follow(relation: Relation, keys: Set<string>, pick: number): void {
  if (relation.kind === "excludes") {
    if (keys.has(relation.key)) keys.delete(relation.other);
    return;
  }
  const several = relation.kind === "needs" ? relation.oneOf : relation.of;
  const one = several[pick % several.length] ?? "";
  if (relation.kind === "needs") {
    if (keys.has(relation.key) && !several.some((key) => keys.has(key))) keys.add(one);
    return;
  }
  for (const key of several) keys.delete(key);
  keys.add(one);
}
