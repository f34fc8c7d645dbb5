import { objectOf } from "./later.ts";

/**
 * The SDK takes a stack trace for each promise, for the report on one that is never settled. That report still tells which one
 * it is. Errors have their stack traces.
 */
export function tracelessPromises(load: () => unknown): object {
  const real = objectOf(load());
  const debuggablePromise: unknown = Reflect.get(real, "debuggablePromise");
  if (typeof debuggablePromise !== "function") return real;
  const traceless = (...args: unknown[]): unknown => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return Reflect.apply(debuggablePromise, undefined, args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  return Object.create(real, { debuggablePromise: { value: traceless } });
}
