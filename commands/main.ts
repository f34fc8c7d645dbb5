import { didYouMean } from "../components/errors.ts";
import { UsageError } from "./command-line.ts";
import { PROGRAM, usageOf } from "./usage.ts";
import type { Verb, VerbGroup } from "./verb.ts";
import { VERBS } from "./verbs.ts";

/** As far as the first words of a command line name verbs. */
interface Found {
  /** As it was called: `npx dash-scale local up`. */
  readonly command: string;
  readonly verb: Verb | VerbGroup;
  /** The words that follow. */
  readonly args: readonly string[];
}

/** Runs a command line and returns its exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const call = { command: PROGRAM, json: args.includes("--json"), usageStatus: 2 };
  try {
    const found = await find({ command: PROGRAM, verb: VERBS, args });
    call.command = found.command;
    if (wantsHelp(found)) {
      process.stdout.write(usageOf(found.command, found.verb));
      return 0;
    }
    if ("verbs" in found.verb) throw unknownVerb(found.verb, found.args);
    call.usageStatus = found.verb.usageStatus ?? call.usageStatus;
    return await found.verb.run(found.args);
  } catch (error) {
    const { explain } = await import("./explain.ts");
    return explain(error, call);
  }
}

async function find(from: Found): Promise<Found> {
  const { command, verb, args } = from;
  const [name = "", ...rest] = args;
  const entry = "verbs" in verb && Object.hasOwn(verb.verbs, name) ? verb.verbs[name] : undefined;
  if (!entry) return from;
  return find({ command: `${command} ${name}`, verb: await entry.load(), args: rest });
}

function wantsHelp({ verb, args }: Found): boolean {
  return args.some((word) => HELP.has(word)) || ("verbs" in verb && args.length === 0);
}

const HELP = new Set(["--help", "-h"]);

function unknownVerb({ verbs }: VerbGroup, [name = ""]: readonly string[]): UsageError {
  const what = name.startsWith("-") ? "option" : "command";
  return new UsageError(
    `unknown ${what} ${name}.${didYouMean(name, [...Object.keys(verbs), "--help"])}`,
  );
}
