// Plain JavaScript, so that an old Node.js gets as far as the message.
import * as nodeModule from "node:module";

/** Ends a process whose Node.js cannot run TypeScript; keeps compiled code between runs of one that can. */
export function useNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 22 || (major === 22 && minor < 18)) {
    process.stderr.write(
      `dash-scale needs Node.js 22.18 or newer, which runs TypeScript itself; got ${process.version}.\n` +
        "Install a newer one, or run `npm ci` here and put node_modules/.bin first on the PATH (it brings one for Linux).\n",
    );
    process.exit(1);
  }
  nodeModule.enableCompileCache();
}
