/** What differs between the inputs of last time and those of now. */
import { equal, isObject } from "../shared/json.ts";
import type { Json, JsonObject, Path } from "../shared/json.ts";
import { contains } from "../../../infra/cluster/property-path.ts";

export interface Change {
  path: Path;
  kind: "add" | "delete" | "update";
  /** The new value, or for a deletion the old one. */
  value: Json;
}

/** The changes, each at the deepest place that tells it, in a stable order. */
export function changes(before: JsonObject, after: JsonObject): Change[] {
  return between(before, after, []);
}

/** Without those that the program asked to ignore (`ignoreChanges`). */
export function notIgnored(found: readonly Change[], ignored: readonly Path[]): Change[] {
  return found.filter(({ path }) => !ignored.some((outer) => contains(outer, path)));
}

function between(before: Json | undefined, after: Json | undefined, path: Path): Change[] {
  if (equal(before, after)) return [];
  if (before === undefined) return after === undefined ? [] : [{ path, kind: "add", value: after }];
  if (after === undefined) return [{ path, kind: "delete", value: before }];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
    return keys.flatMap((key) => between(before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, i) => between(before[i], after[i], [...path, i])).flat();
  }
  return [{ path, kind: "update", value: after }];
}
