import type { Input, Output } from "@pulumi/pulumi";

/** The mark by which the SDK itself knows an Output, whichever copy of the SDK has made it. */
const OUTPUT = "__pulumiOutput";

/**
 * Whether a value is an Output: a secret, or known only later.
 *
 * Asked without the SDK, which takes longer to load than a command takes for all its work.
 * Source: pulumi/pulumi, sdk/nodejs/output.ts (`Output.isInstance`).
 */
export function isOutput<Value = unknown>(value: unknown): value is Output<Value> {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    Reflect.get(value, OUTPUT) === true
  );
}

/** Whether a value is known only later: an Output or a promise. */
export function isLater(value: unknown): value is Input<string> {
  return isOutput<string>(value) || value instanceof Promise;
}

/** Stands for a secret where nobody needs the value: a plan is checked without an engine. */
export function unknownSecret(): object {
  return { [OUTPUT]: true };
}
