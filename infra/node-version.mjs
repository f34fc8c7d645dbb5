// Plain JavaScript, so that an old Node.js gets as far as the message.
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";

/** This repository brings a Node.js for its own development; the npm package does not. */
const IN_REPOSITORY = existsSync(new URL("../local", import.meta.url))
  ? ", or run `npm ci` here and put node_modules/.bin first on the PATH, which has one for Linux"
  : "";

/** Ends a process whose Node.js cannot run TypeScript; keeps compiled code between runs of one that can. */
export function useNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 22 || (major === 22 && minor < 18)) {
    process.stderr.write(
      `dash-scale needs Node.js 22.18 or newer; got ${process.version}. Install a newer one: https://nodejs.org/en/download${IN_REPOSITORY}\n`,
    );
    process.exit(1);
  }
  nodeModule.enableCompileCache();
}
