import process from "node:process";
import { readOptions, USAGE, UsageError } from "./scale/options.ts";

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

/** On standard output, as JSON, what a script asked for as JSON. */
async function explain(error: unknown): Promise<void> {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nHow to use it: npm run scale -- --help\n`);
    return;
  }
  const { ConfigError } = await import("../components/errors.ts");
  if (!(error instanceof ConfigError)) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return;
  }
  process.stderr.write(`${error.message}\n`);
  if (!process.argv.includes("--json")) return;
  process.stdout.write(`${JSON.stringify({ problems: error.problems }, undefined, 2)}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  await explain(error);
  process.exitCode = 1;
}
