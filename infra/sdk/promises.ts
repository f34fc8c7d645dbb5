import { withoutStackTraces } from "../without-stack-traces.ts";
import { objectOf } from "./lazy.ts";

/**
 * The SDK takes a stack trace for each promise, for the report on one that is never settled. That
 * report still names which one it is. Errors have their stack traces.
 */
export function promisesWithoutStackTraces(load: () => unknown): object {
  const real = objectOf(load());
  const debuggablePromise: unknown = Reflect.get(real, "debuggablePromise");
  if (typeof debuggablePromise !== "function") return real;
  const withoutTrace = (...args: unknown[]): unknown =>
    withoutStackTraces((): unknown => Reflect.apply(debuggablePromise, undefined, args));
  return Object.create(real, { debuggablePromise: { value: withoutTrace } });
}
