/**
 * What the state holds of an object: as it lives in the cluster, plus what made it so. The shape is
 * the official provider's, so that a stack may go from one to the other.
 */
import { randomBytes } from "node:crypto";
import { getPath, isObject, object, text, without, withValue } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";
import { annotate, reveal } from "./secrets.ts";

const INPUTS = "__inputs";
const API_VERSION = "__initialApiVersion";
const FIELD_MANAGER = "__fieldManager";

/** @param inputs as the engine sent them, secrets and all */
export function checkpoint(live: JsonObject, inputs: JsonObject, manager: string): JsonObject {
  const plain = reveal(inputs);
  return {
    ...annotate(live, inputs),
    [INPUTS]: annotate(plain, inputs),
    [API_VERSION]: text(inputs["apiVersion"]) ?? text(live["apiVersion"]) ?? "",
    [FIELD_MANAGER]: manager,
  };
}

/** The live object in a state. */
export function liveOf(state: JsonObject): JsonObject {
  return [INPUTS, API_VERSION, FIELD_MANAGER].reduce((rest, key) => without(rest, [key]), state);
}

/** The inputs in a state; the engine does not always send them beside it. */
export function inputsOf(state: JsonObject): JsonObject {
  return object(state[INPUTS]);
}

/** The name under which we own fields of the object: kept for its life, or new. */
export function fieldManager(state: JsonObject, inputs: JsonObject): string {
  return (
    text(getPath(inputs, "metadata", "annotations", "pulumi.com/patchFieldManager")) ??
    text(state[FIELD_MANAGER]) ??
    `pulumi-kubernetes-${randomBytes(4).toString("hex")}`
  );
}

/** What only the cluster writes. */
const SERVER_SIDE = ["creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp"]
  .concat(["generation", "managedFields", "resourceVersion", "selfLink", "uid"])
  .map((field) => ["metadata", field]);
const CONTROLLERS = ["deployment.kubernetes.io/revision"].concat([
  "kubectl.kubernetes.io/last-applied-configuration",
]);

/** The inputs that describe an object nobody has inputs for yet: for an import. */
export function importedInputs(live: JsonObject): JsonObject {
  const paths = [
    ["status"],
    ...SERVER_SIDE,
    ...CONTROLLERS.map((key) => ["metadata", "annotations", key]),
  ];
  const kept = paths.reduce(without, live);
  const annotations = getPath(kept, "metadata", "annotations");
  return isObject(annotations) && Object.keys(annotations).length === 0
    ? without(kept, ["metadata", "annotations"])
    : kept;
}

/** The object without the bookkeeping of who owns which field, which is long and of no use here. */
export function withoutManagedFields(live: JsonObject): JsonObject {
  return without(live, ["metadata", "managedFields"]);
}

/** A copy of `inputs` that describes the object under another name. */
export function renamed(inputs: JsonObject, name: string): JsonObject {
  return withValue(inputs, ["metadata", "name"], name);
}
