import process from "node:process";
import { Interrupted } from "./system/interrupt.ts";
import { readOptions, USAGE } from "./drift/options.ts";
import { explain } from "./explain.ts";

/** What `npm run drift` runs. The work is loaded when it is known that there is some. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { run } = await import("./drift/run.ts");
  return run(options);
}

try {
  process.exitCode = await main();
} catch (error) {
  await explain(error, "npm run drift");
  process.exitCode = error instanceof Interrupted ? error.exitStatus : 1;
}
