import { chosenStack, parsedFlags, refuseWords, STACK_FLAGS, STACK_USAGE } from "./command-line.ts";
import type { Verb } from "./verb.ts";

const USAGE = `Checks a stack file, the Procfile and what lies beside it as \`pulumi preview\` does. Needs no Pulumi and no cluster,
so capacity, what runs now and what changes are left to the preview.

  npx dash-scale check                               the stack dev
  npx dash-scale check --stack production --strict   another stack; a warning fails it, too

${STACK_USAGE}
  --strict            treats warnings as mistakes
  --json              prints JSON, for scripts

Exit status: 0 no mistakes, 1 mistakes (with --strict: or warnings), 2 the command line is not understood.
`;

const FLAGS = {
  ...STACK_FLAGS,
  strict: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export const check: Verb = {
  usage: USAGE,
  run: async (args) => {
    const { values, positionals } = parsedFlags(args, FLAGS);
    refuseWords(positionals);
    const { strict, json } = values;
    const chosen = chosenStack(values);
    const { run } = await import("./check/run.ts");
    return run({ chosen, strict, json });
  },
};
