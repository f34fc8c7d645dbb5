import { withoutTraces } from "../without-stack-traces.ts";
import { objectOf } from "./lazy.ts";

/**
 * The SDK takes a stack trace for each promise, for the report on one that is never settled. That report still tells which one
 * it is. Errors have their stack traces.
 */
export function tracelessPromises(load: () => unknown): object {
  const real = objectOf(load());
  const debuggablePromise: unknown = Reflect.get(real, "debuggablePromise");
  if (typeof debuggablePromise !== "function") return real;
  const traceless = (...args: unknown[]): unknown =>
    withoutTraces((): unknown => Reflect.apply(debuggablePromise, undefined, args));
  return Object.create(real, { debuggablePromise: { value: traceless } });
}
