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
 * What libraries load at every start and this program does not need: half of the CPU time before the first resource.
 *
 * Of the Pulumi SDK:
 *
 * - arborist and TypeScript serialise functions. They are loaded when one is serialised after all.
 * - source-map-support maps every stack trace, and the SDK takes one for each promise. Node.js strips types in place, so that
 *   the positions of an error are right without it.
 *
 * Of the Kubernetes client, which reads kubeconfigs here and sends nothing: its API, of a thousand files, and an HTTP client.
 * They are three quarters of the time that it takes to load.
 *
 * By what is asked for: who asks, and what is given instead.
 */
const INSTEAD = new Map([
  ["@npmcli/arborist", ["/@pulumi/pulumi/runtime/closure/codePaths.js", "arborist.cjs"]],
  ["typescript", ["/@pulumi/pulumi/typescript-shim.js", "typescript.cjs"]],
  ["source-map-support/register", ["/@pulumi/pulumi/cmd/run/index.js", "nothing.cjs"]],
  ["./gen/index.js", ["/@kubernetes/client-node/dist/config.js", "client.cjs"]],
  ["undici", ["/@kubernetes/client-node/dist/config.js", "client.cjs"]],
]);

const hooks = nodeModule.registerHooks({
  resolve(specifier, context, next) {
    const [asker = "", file = ""] = INSTEAD.get(specifier) ?? [];
    if (asker === "" || !context.parentURL?.endsWith(asker)) return next(specifier, context);
    INSTEAD.delete(specifier);
    // Every further module would pay for a question that is not asked again.
    if (INSTEAD.size === 0) hooks.deregister();
    return {
      url: new URL(`./instead/${file}`, import.meta.url).href,
      format: "commonjs",
      shortCircuit: true,
    };
  },
});
