/** What someone else changed: the inputs as they would have to be to describe the live object. */
import { equal, isObject } from "../shared/json.ts";
import type { Json, JsonObject } from "../shared/json.ts";

/**
 * Whether every input is in the live object as it is written. If not, the difference may be one of
 * writing only (`1000m` for `1`), which `drifted` can tell.
 */
export function isLive(inputs: Json, live: Json | undefined): boolean {
  if (isObject(inputs)) {
    return Object.entries(inputs).every(([key, value]) =>
      isLive(value, isObject(live) ? live[key] : undefined),
    );
  }
  if (Array.isArray(inputs) && Array.isArray(live)) {
    return inputs.length === live.length && inputs.every((item, i) => isLive(item, live[i]));
  }
  return equal(inputs, live);
}

/**
 * The inputs, with each value that applying them again would change replaced by the live one.
 *
 * @param applied what the cluster says the object would be if the inputs were applied again
 */
export function drifted(inputs: JsonObject, applied: JsonObject, live: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(inputs)) {
    const now = leaf(value, applied[key], live[key]);
    if (now !== undefined) result[key] = now;
  }
  return result;
}

function leaf(input: Json, applied: Json | undefined, live: Json | undefined): Json | undefined {
  if (equal(applied, live)) return input;
  if (isObject(input) && isObject(applied) && isObject(live)) return drifted(input, applied, live);
  const lists = Array.isArray(input) && Array.isArray(applied) && Array.isArray(live);
  if (!lists || applied.length !== live.length) return live;
  // What others have put behind our items stays when the inputs are applied again: it is not ours.
  if (!equal(applied.slice(input.length), live.slice(input.length))) return live;
  return input.map((item, i) => leaf(item, applied[i], live[i]) ?? null);
}
