/** Plain JSON values, as a cluster or a file gives them, and how to look into them. */
import { isMap } from "../../components/config/is-map.ts";

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}
export type Path = readonly (string | number)[];

export function isObject(value: Json | undefined): value is JsonObject {
  return isMap(value);
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

/** A text that says something. */
export function nonEmpty(value: Json | undefined): string | undefined {
  return value === "" ? undefined : text(value);
}

export function number(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** The value at a path, or undefined where the path leaves the value. */
export function getPath(value: Json | undefined, ...path: Path): Json | undefined {
  let current = value;
  for (const step of path) {
    if (typeof step === "number") current = list(current)[step];
    else current = isObject(current) && Object.hasOwn(current, step) ? current[step] : undefined;
  }
  return current;
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
