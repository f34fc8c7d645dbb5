/**
 * Who owns which field of a live object (`metadata.managedFields`), and what follows for applying.
 * The rules are the official provider's (pulumi/pulumi-kubernetes, provider/pkg/await/await.go).
 */
import { getPath, isObject, list, object, text, without, withValue } from "../shared/json.ts";
import type { JsonObject, Path } from "../shared/json.ts";

/**
 * Whose fields we take over before an apply: kubectl's (`kubectl edit`, `kubectl apply`) and those
 * that we set when we created the object. Names are prefixes. Fields set through a subresource
 * (`kubectl scale`, an autoscaler) are not taken over: they are a conflict unless forced.
 */
const TAKEN_OVER = [
  ["kubectl", "Apply"],
  ["kubectl", "Update"],
  ["before-first-apply", "Update"],
  ["pulumi-kubernetes", "Update"],
  ["pulumi-resource-kubernetes", "Update"],
] as const;

/** The JSON patch that makes `manager` the owner of those fields; empty: it is already. */
export function takeover(live: JsonObject, manager: string): JsonObject[] {
  const entries = list(getPath(live, "metadata", "managedFields")).map(object);
  const isOurs = (entry: JsonObject) => entry["manager"] === manager && isApply(entry);
  const taken = entries.filter((entry) => !isOurs(entry) && isTakenOver(entry));
  if (taken.length === 0) return [];
  const ours = entries.find(isOurs);
  const kept = entries.filter((entry) => !isOurs(entry) && !isTakenOver(entry));
  const [first = {}, ...rest] = ours === undefined ? taken : [ours, ...taken];
  const fieldsV1 = rest.map(fieldsOf).reduce(union, fieldsOf(first));
  const value = [...kept, { ...first, fieldsV1, manager, operation: "Apply" }];
  return [{ op: "replace", path: "/metadata/managedFields", value }];
}

function isApply(entry: JsonObject): boolean {
  return entry["operation"] === "Apply";
}

function isTakenOver(entry: JsonObject): boolean {
  const name = text(entry["manager"]) ?? "";
  return TAKEN_OVER.some(
    ([prefix, operation]) =>
      name.startsWith(prefix) &&
      entry["operation"] === operation &&
      (text(entry["subresource"]) ?? "") === "",
  );
}

function fieldsOf(entry: JsonObject): JsonObject {
  return object(entry["fieldsV1"]);
}

function union(a: JsonObject, b: JsonObject): JsonObject {
  const result = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const mine = result[key];
    result[key] = isObject(mine) && isObject(value) ? union(mine, value) : value;
  }
  return result;
}

/**
 * The inputs as they should be applied, given `ignoreChanges`: a field that someone else owns is
 * left to them, one that is ours keeps its live value (left out, it would be removed).
 */
export function withoutIgnored(
  inputs: JsonObject,
  live: JsonObject,
  ignored: readonly Path[],
  manager: string,
): JsonObject {
  const owned = ownedFields(live, manager);
  return ignored.reduce((result: JsonObject, path) => {
    const names = path.filter((step) => typeof step === "string");
    // Fields inside of lists are the engine's business: it hands us their earlier values.
    if (names.length !== path.length || names.includes("*")) return result;
    const fields = names.map((name) => `f:${name}`);
    const isTheirs = getPath(owned.theirs, ...fields) !== undefined;
    if (isTheirs && getPath(owned.ours, ...fields) === undefined) return without(result, names);
    const now = getPath(live, ...names);
    return now === undefined ? result : withValue(result, names, now);
  }, inputs);
}

function ownedFields(live: JsonObject, manager: string): { ours: JsonObject; theirs: JsonObject } {
  const entries = list(getPath(live, "metadata", "managedFields")).map(object);
  const isOurs = (entry: JsonObject) => entry["manager"] === manager;
  return {
    ours: entries.filter(isOurs).map(fieldsOf).reduce(union, {}),
    theirs: entries
      .filter((entry) => !isOurs(entry))
      .map(fieldsOf)
      .reduce(union, {}),
  };
}

/**
 * Whether applying may take fields from others by force.
 *
 * @param live the object as it is; undefined: whether there is one is not known (a create that may
 * adopt it)
 */
export function forces(
  inputs: JsonObject,
  live: JsonObject | undefined,
  options: { force: boolean; preview: boolean },
): boolean {
  const annotation = getPath(inputs, "metadata", "annotations", "pulumi.com/patchForce");
  if (options.force || annotation === "true") return true;
  if (live === undefined) return options.preview;
  const entries = list(getPath(live, "metadata", "managedFields"));
  // In a preview nothing is taken over first, so what would be must not look like a conflict.
  const willTakeOver = options.preview && takeover(live, "").length > 0;
  return entries.length === 0 || willTakeOver;
}
