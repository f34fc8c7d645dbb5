/**
 * Stands for a module until something of it is used.
 *
 * `__esModule` keeps TypeScript's import helpers from copying every export, which would use all of
 * it.
 *
 * @param give what is given for something of it, of a function that gets it
 */
export function lazyModule(load: () => unknown, give: (get: () => unknown) => unknown): object {
  let loaded: object | undefined;
  const get = (key: PropertyKey): unknown => {
    loaded ??= objectOf(load());
    return key === "default" && !("__esModule" in loaded) ? loaded : Reflect.get(loaded, key);
  };
  return new Proxy(
    { __esModule: true },
    { get: (target, key) => (key in target ? Reflect.get(target, key) : give(() => get(key))) },
  );
}

/** Stands for a class or a function until it is called. */
export function lazyCallable(get: () => unknown): object {
  return new Proxy(standIn, {
    apply: (_, self, args) => Reflect.apply(functionOf(get()), self, args),
    construct: (_, args) => objectOf(Reflect.construct(functionOf(get()), args)),
  });
}

/** Can be called and constructed, as whatever it stands for. */
function standIn(): void {
  // Never: the proxy before it answers.
}

export function objectOf(value: unknown): object {
  if ((typeof value === "object" && value !== null) || typeof value === "function") return value;
  throw new TypeError(`a module or an object was expected, not ${typeof value}`);
}

function functionOf(value: unknown): NewableFunction {
  if (typeof value === "function") return value;
  throw new TypeError(`a class or a function was expected, not ${typeof value}`);
}
