/** Plain JSON values, and the few operations on them that both plugins need. */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}
export type Path = readonly (string | number)[];

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object; anything else counts as an empty one. */
export function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The value as a list; anything else counts as an empty one. */
export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The value as words for a message: texts as they are, anything else as JSON. */
export function words(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

export function number(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** The value at a path, or undefined where the path leaves the value. */
export function at(value: Json | undefined, ...path: Path): Json | undefined {
  let current = value;
  for (const step of path) {
    if (typeof step === "number") current = list(current)[step];
    else current = isObject(current) && Object.hasOwn(current, step) ? current[step] : undefined;
  }
  return current;
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

/** Whether two values are the same, whatever the order of their keys. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
  );
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

/** Checks that parsed text is a JSON object; a cluster or a file may answer with anything. */
export function parseObject(source: string): JsonObject | undefined {
  try {
    const parsed: Json = JSON.parse(source);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
