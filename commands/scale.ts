import { readOptions, USAGE } from "./scale/options.ts";
import type { Verb } from "./verb.ts";

export const scale: Verb = {
  usage: USAGE,
  run: async (args) => {
    const options = readOptions(args);
    const { run } = await import("./scale/run.ts");
    return run(options);
  },
};
