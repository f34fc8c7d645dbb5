import process from "node:process";
import { UsageError } from "./command-line.ts";

/** Tells what has ended a command; on standard output, as JSON, what a script asked for as JSON. */
export async function explain(error: unknown, command: string): Promise<void> {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nHow to use it: ${command} -- --help\n`);
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
