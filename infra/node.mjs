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
// Not before: an old Node.js cannot read it.
const { makeSdkLean } = await import("./sdk/lean.ts");
makeSdkLean();
