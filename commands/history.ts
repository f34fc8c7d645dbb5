import { readOptions, USAGE } from "./history/options.ts";
import type { Verb } from "./verb.ts";

export const history: Verb = {
  usage: USAGE,
  run: async (args) => {
    const options = readOptions(args);
    const { run } = await import("./history/run.ts");
    return run(options);
  },
};
