const { createRequire } = require("node:module");

/**
 * Stands for a package that the Pulumi SDK asks for until something of it is used.
 *
 * `__esModule` keeps TypeScript's import helper from copying every export, which would use all of it.
 *
 * @param {string} name
 * @returns {unknown}
 */
module.exports = function lazy(name) {
  // As the SDK would find it, but not from the folder of who asked: Node.js remembers answers by folder.
  const from = require.resolve("@pulumi/pulumi/runtime");
  /** @returns {Record<PropertyKey, unknown>} */
  const load = () => createRequire(from)(name);
  return new Proxy(
    { __esModule: true },
    { get: (target, key) => (key in target ? Reflect.get(target, key) : load()[key]) },
  );
};
