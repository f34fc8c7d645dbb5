import { join } from "node:path";
import { run } from "../../commands/system/children.ts";

/** What a scanner objects to, in its own words: nothing, when it is content. */
export async function objections(scanner: string, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run(scanner, args);
  if (status === 0) return "";
  const words = `${stdout}\n${stderr}`.trim();
  return words === "" ? `${scanner} ended with status ${status}` : words;
}

/**
 * What every scanner must object to, to see that it judges at all: one that has loaded no rules is
 * content too.
 */
export const BAD = join(import.meta.dirname, "bad.yaml");
