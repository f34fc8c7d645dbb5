// Loaded before the program (`nodeargs` in Pulumi.yaml). Plain JavaScript, so that an old Node.js gets as far as the message.
import * as nodeModule from "node:module";
import process from "node:process";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `dash-scale needs Node.js 22.18 or newer, which runs TypeScript itself; found ${process.version}.\n` +
      "Install a newer one, or run `npm ci` here and put node_modules/.bin first on the PATH (it brings one for Linux).\n",
  );
  process.exit(1);
}
nodeModule.enableCompileCache();

/**
 * What the Pulumi SDK loads at every start and uses only to serialise functions, which nothing here does: a quarter of the
 * program's CPU time. Each is loaded when it is used after all. By package: who asks for it.
 */
const LAZY = new Map([
  ["@npmcli/arborist", "/@pulumi/pulumi/runtime/closure/codePaths.js"],
  ["typescript", "/@pulumi/pulumi/typescript-shim.js"],
]);

nodeModule.registerHooks({
  resolve(specifier, context, next) {
    const asker = LAZY.get(specifier);
    if (asker === undefined || !context.parentURL?.endsWith(asker)) return next(specifier, context);
    const name = specifier.split("/").at(-1);
    return {
      url: new URL(`./lazy/${name}.cjs`, import.meta.url).href,
      format: "commonjs",
      shortCircuit: true,
    };
  },
});
