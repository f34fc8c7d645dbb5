import { locateStack } from "../stack-file.ts";
import { stackTools } from "../stack-tools.ts";
import { interruptible } from "../system/interrupt.ts";
import type { Options } from "./options.ts";
import { historyText } from "./print.ts";
import { historyOf } from "./read.ts";

/** Runs `dash-scale history` and returns its exit status. */
export async function run(options: Options): Promise<number> {
  const { pulumiStack: stack } = locateStack(options);
  const tools = await stackTools(stack, options.local);
  const { count } = options;
  const entries = await interruptible((signal) => historyOf(stack, tools, { count, signal }));
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ stack, updates: entries }, undefined, 2)}\n`
      : historyText(stack, entries),
  );
  return 0;
}
