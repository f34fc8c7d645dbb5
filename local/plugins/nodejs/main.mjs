/**
 * Starts the plugin. Compiled code is kept between runs, so it is loaded after the cache is on; this file is not, and so is
 * plain JavaScript, which needs no compiler.
 */
import { enableCompileCache } from "node:module";

enableCompileCache();
const { start } = await import("./plugin.ts");
await start(process.argv.slice(2));
