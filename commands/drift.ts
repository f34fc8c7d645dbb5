import { NOT_FOUND_OUT, readOptions, USAGE } from "./drift/options.ts";
import type { Verb } from "./verb.ts";

export const drift: Verb = {
  usage: USAGE,
  usageStatus: NOT_FOUND_OUT,
  run: async (args) => {
    const options = readOptions(args);
    const { run } = await import("./drift/run.ts");
    return run(options);
  },
};
