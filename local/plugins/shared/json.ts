/** The few operations on plain JSON values that both plugins need. */
import { isObject, object } from "../../../infra/cluster/json.ts";
import type { Json, JsonObject } from "../../../infra/cluster/json.ts";

export {
  getPath,
  equal,
  isObject,
  list,
  number,
  object,
  parseObject,
  text,
} from "../../../infra/cluster/json.ts";
export type { Json, JsonObject, Path } from "../../../infra/cluster/json.ts";

/** The value as words for a message: texts as they are, anything else as JSON. */
export function words(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** A copy of `value` with `leaf` at the path; objects on the way are made as needed. */
export function withValue(value: JsonObject, path: readonly string[], leaf: Json): JsonObject {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const inner = rest.length === 0 ? leaf : withValue(object(value[first]), rest, leaf);
  return { ...value, [first]: inner };
}

/** A copy of `value` without what is at the path. */
export function without(value: JsonObject, path: readonly string[]): JsonObject {
  const [first, ...rest] = path;
  if (first === undefined || !Object.hasOwn(value, first)) return value;
  if (rest.length > 0) {
    const inner = value[first];
    return isObject(inner) ? { ...value, [first]: without(inner, rest) } : value;
  }
  const { [first]: _removed, ...kept } = value;
  return kept;
}

/**
 * A copy without nulls. A program that sets a field to null means "not set", whereas in an apply
 * patch a null would be a claim on the field.
 */
export function withoutNulls(value: JsonObject): JsonObject {
  return object(prune(value));
}

function prune(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(prune);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, prune(item)]));
}
