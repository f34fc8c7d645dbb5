/**
 * Inputs as the official provider's check gives them to the engine, which keeps them in the state.
 */
import { isObject, object, text, without } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";
import { hasUnknown } from "./unknowns.ts";

/**
 * A Secret's `stringData` becomes `data`, as in the cluster, which never gives `stringData` back.
 * While a value is not known, inputs stay as they are.
 *
 * Sources: pulumi/pulumi-kubernetes, provider/pkg/provider/provider.go (`normalizeInputs`),
 * provider/pkg/clients/unstructured.go (`normalizeSecret`).
 */
export function normalized(inputs: JsonObject): JsonObject {
  const given = inputs["stringData"];
  const isSecret = inputs["apiVersion"] === "v1" && inputs["kind"] === "Secret";
  if (!isSecret || !isObject(given) || hasUnknown(inputs)) return inputs;
  const values = Object.entries(given);
  if (values.length === 0) return inputs;
  const encoded = values.map(([key, value]) => [
    key,
    Buffer.from(text(value) ?? "").toString("base64"),
  ]);
  const data = { ...object(inputs["data"]), ...Object.fromEntries(encoded) };
  return { ...without(inputs, ["stringData"]), data };
}
