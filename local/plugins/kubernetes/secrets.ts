/**
 * Secret values on the wire. The engine wraps each one in an object with a signature; we unwrap
 * them to talk to the cluster, and wrap in our answers whatever came from a secret, so that the
 * state never holds one in plain.
 */
import { isObject } from "../shared/json.ts";
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
