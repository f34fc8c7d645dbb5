/** The annotation `pulumi.com/waitFor`, as far as programs here use it: that a field is there. */
import { getPath, number, text } from "../../shared/json.ts";
import type { JsonObject } from "../../shared/json.ts";

const ANNOTATION = "pulumi.com/waitFor";
const EXISTENCE = /^jsonpath=\{\s*\$?(?<steps>(?:\.[A-Za-z_]\w*)+)\s*\}$/;

/** What is waited for instead of what is usual for the kind; undefined: nothing else. */
export function awaitedField(value: JsonObject): readonly string[] | undefined {
  const expression = expressionIn(value);
  return expression === undefined ? undefined : fieldIn(expression);
}

/** Refused rather than half done: filters, values, conditions and lists of them. */
export function refuseUnsupportedWait(inputs: JsonObject): void {
  const expression = expressionIn(inputs);
  if (expression === undefined || fieldIn(expression) !== undefined) return;
  throw new Error(
    `the annotation ${ANNOTATION}: ${JSON.stringify(expression)} is not supported by the ` +
      "stand-in, which knows jsonpath={.some.field} only",
  );
}

/**
 * Whether the field is there, in an object that its controller has seen. An object that has no
 * `observedGeneration` yet, as every new one, counts as seen.
 *
 * Source: pulumi/pulumi-kubernetes, provider/pkg/await/condition/jsonpath.go, `Satisfied`.
 */
export function isSatisfied(live: JsonObject, field: readonly string[]): boolean {
  const generation = number(getPath(live, "metadata", "generation"));
  const observed = number(getPath(live, "status", "observedGeneration"));
  if (generation !== undefined && observed !== undefined && observed < generation) return false;
  return getPath(live, ...field) !== undefined;
}

function expressionIn(value: JsonObject): string | undefined {
  const expression = text(getPath(value, "metadata", "annotations", ANNOTATION));
  return expression === "" ? undefined : expression;
}

function fieldIn(expression: string): string[] | undefined {
  return EXISTENCE.exec(expression)?.groups?.["steps"]?.slice(1).split(".");
}
