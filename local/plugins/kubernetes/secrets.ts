/**
 * Secret values on the wire. The engine wraps each one in an object with a signature; we unwrap
 * them to talk to the cluster, and wrap in our answers whatever came from a secret, so that the
 * state never holds one in plain.
 */
import { isObject, list } from "../shared/json.ts";
import type { Json, JsonObject } from "../shared/json.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export function secret(value: Json): JsonObject {
  return { [SIGNATURE]: SECRET, value };
}

export function isSecret(value: Json | undefined): value is JsonObject {
  return isObject(value) && value[SIGNATURE] === SECRET;
}

function containsSecret(value: Json): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(containsSecret);
  return isObject(value) && Object.values(value).some(containsSecret);
}

/** The value with all its secrets in plain. */
export function reveal(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function plain(value: Json): Json {
  if (isSecret(value)) return plain(value["value"] ?? null);
  if (Array.isArray(value)) return value.map(plain);
  return isObject(value) ? reveal(value) : value;
}

/**
 * Wraps in `values` what was secret in `origin` at the same place. A list with one secret in it is
 * secret as a whole, since the cluster may reorder it. The contents of a Kubernetes Secret always
 * are, as with the official provider.
 */
export function annotate(values: JsonObject, origin: JsonObject): JsonObject {
  if (values["kind"] === "Secret") return withSecretContents(values);
  const result = { ...values };
  for (const [key, source] of Object.entries(origin)) {
    const value = result[key];
    if (value === undefined || isSecret(value)) continue;
    if (isObject(value) && isObject(source) && !isSecret(source)) {
      result[key] = annotate(value, source);
    } else if (containsSecret(source)) {
      result[key] = secret(value);
    }
  }
  return result;
}

function withSecretContents(object: JsonObject): JsonObject {
  const result = { ...object };
  for (const key of ["data", "stringData"]) {
    const value = result[key];
    if (value !== undefined && !isSecret(value)) result[key] = secret(value);
  }
  return result;
}

/** Every secret text in `value`, in all the ways that a message may quote it, to be kept out of messages. */
export function secretTexts(value: Json): Set<string> {
  const found = new Set<string>();
  collect(value, false, found);
  return found;
}

function collect(value: Json, hidden: boolean, found: Set<string>): void {
  if (isSecret(value)) return collect(value["value"] ?? null, true, found);
  if (Array.isArray(value)) return value.forEach((item) => collect(item, hidden, found));
  if (isObject(value)) {
    const contents = value["kind"] === "Secret" ? ["data", "stringData"] : [];
    for (const [key, item] of Object.entries(value)) {
      collect(item, hidden || contents.includes(key), found);
    }
  } else if (hidden && typeof value === "string" && value !== "") {
    for (const way of quoted(value)) found.add(way);
  }
}

/** A text as a message may quote it: as the cluster stores it, escaped, whole or one line of it. */
function quoted(value: string): string[] {
  const bytes = Buffer.from(value);
  const lines = [value, ...value.split(/\r?\n/).map((line) => line.trim())];
  return [bytes.toString("base64"), bytes.toString("base64url")].concat(lines.flatMap(escaped));
}

function escaped(line: string): string[] {
  const json = JSON.stringify(line).slice(1, -1);
  // Go's own JSON escapes these, too.
  const goJson = json.replaceAll(/[<>&]/g, (it) => `\\u00${it.charCodeAt(0).toString(16)}`);
  const inAddress = encodeURIComponent(line.toWellFormed());
  // A text that is quoted twice: an error within an error.
  return [line, json, goJson, JSON.stringify(json).slice(1, -1), inAddress];
}

/** The message with every secret text blacked out. Shorter ones would black out ordinary words. */
export function redact(message: string, secrets: ReadonlySet<string>): string {
  const longestFirst = list([...secrets])
    .filter((item) => typeof item === "string")
    .filter((item) => item.length > 3)
    .toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((kept, item) => kept.replaceAll(item, "[secret]"), message);
}
