import process from "node:process";
import { explain } from "./explain.ts";
import { readOptions, USAGE } from "./scale/options.ts";

/** What `npm run scale` runs. The work is loaded when it is known that there is some. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { run } = await import("./scale/run.ts");
  return run(options);
}

try {
  process.exitCode = await main();
} catch (error) {
  await explain(error, "npm run scale");
  process.exitCode = 1;
}
