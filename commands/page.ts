import { readOptions, USAGE } from "./page/options.ts";
import type { Verb } from "./verb.ts";

export const page: Verb = {
  usage: USAGE,
  run: async (args) => {
    const options = readOptions(args);
    const { run } = await import("./page/run.ts");
    return run(options);
  },
};
