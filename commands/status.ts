import { readOptions, USAGE } from "./status/options.ts";
import type { Verb } from "./verb.ts";

export const status: Verb = {
  usage: USAGE,
  run: async (args) => {
    const options = readOptions(args);
    const { run } = await import("./status/run.ts");
    return run(options);
  },
};
