import { randomInt } from "node:crypto";
import { parsedFlags, UsageError } from "../../commands/command-line.ts";

export const USAGE = `Hands the program inputs that are right, nearly right and wrong, and fails where anything comes of one but a plan,
or an error with its place, within 2 seconds.

  npm run fuzz                         100,000 inputs, and a sample of the plans as a dry run on the cluster of npm start
  npm run fuzz -- --seed 42            the same inputs as in another run
  npm run fuzz -- --inputs 1000000     more of them
  npm run fuzz -- --kind "stack file"  one kind only
  npm run fuzz -- --samples 0          no dry run
`;

/** What was typed. */
export interface Options {
  readonly help: boolean;
  readonly inputs: number;
  readonly seed: number;
  /** Plans that are judged by the API server. */
  readonly samples: number;
  readonly kind: string | undefined;
}

/** @throws UsageError where something in it is not understood */
export function readOptions(args: readonly string[]): Options {
  const { values } = parsedFlags(args, {
    inputs: { type: "string", default: "100000" },
    seed: { type: "string" },
    samples: { type: "string", default: "400" },
    kind: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  });
  return {
    help: values.help,
    kind: values.kind,
    inputs: number("inputs", values.inputs),
    samples: number("samples", values.samples),
    seed: values.seed === undefined ? randomInt(2 ** 31) : number("seed", values.seed),
  };
}

function number(flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${flag} wants a whole number, not "${text}"`);
}
