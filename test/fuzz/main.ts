import process from "node:process";
import { explain } from "../../commands/explain.ts";
import { readOptions, USAGE } from "./options.ts";

/** What `npm run fuzz` runs. The work is loaded when it is known that there is some. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { fuzzAll } = await import("./fuzz-all.ts");
  return fuzzAll(options);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = explain(error, { command: "npm run fuzz --", json: false, usageStatus: 2 });
}
