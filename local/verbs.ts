import process from "node:process";
import {
  chosenStack,
  parsedFlags,
  refuseWords,
  STACK_FLAGS,
  UsageError,
} from "../commands/command-line.ts";
import { Interrupted } from "../commands/system/errors.ts";
import type { Verb, VerbEntry, VerbGroup } from "../commands/verb.ts";
import type { Reporter } from "./system/progress.ts";
import { reporter } from "./system/progress.ts";

export type PulumiCommandName = "up" | "preview" | "destroy";

const STACK_USAGE = "-s, --stack NAME   the stack: a file stacks/Pulumi.NAME.yaml; default: dev";

const START: Verb = {
  usage: `Runs a stack on a Kubernetes control plane of its own on this machine: gets the tools, starts the control plane, runs
pulumi up and shows which pod runs on which node.

  npx dash-scale local start                   the stack dev
  npx dash-scale local start --stack staging   another stack

  ${STACK_USAGE}
`,
  run: async (args) => {
    const stack = readStart(args);
    const { start } = await import("./commands/start.ts");
    return onThisMachine((report) => start(stack, report));
  },
};

const STOP: Verb = {
  usage: `Ends the control plane of this checkout and removes its folder, with the state of its stacks.

  npx dash-scale local stop

  --purge   removes the tools as well; they are shared by all checkouts
`,
  run: async (args) => {
    const purge = readStop(args);
    const { stop } = await import("./commands/stop.ts");
    return onThisMachine((report) => stop(purge, report));
  },
};

/** The verbs of `dash-scale local`. */
export const localVerbs: VerbGroup = {
  about: "Runs a stack on a cluster on this machine.",
  verbs: {
    start: listed("starts the cluster, and brings a stack up on it", START),
    stop: listed("ends the cluster, and forgets it", STOP),
    up: pulumiVerb("up", "brings the local cluster to what a stack file says"),
    preview: pulumiVerb("preview", "shows what `dash-scale local up` would change"),
    destroy: pulumiVerb("destroy", "removes everything that a stack has in the local cluster"),
  },
};

function listed(summary: string, verb: Verb): VerbEntry {
  return { summary, load: async () => verb };
}

function pulumiVerb(command: PulumiCommandName, summary: string): VerbEntry {
  const called = `npx dash-scale local ${command}`;
  const usage = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}. Needs \`npx dash-scale local start\` first.

  ${called}                   the stack dev
  ${called} --stack staging   another stack
  ${called} ${command === "preview" ? "--diff" : "--yes"}             any other option goes to pulumi ${command}

  ${STACK_USAGE}

Exit status: Pulumi's.
`;
  const run = async (args: readonly string[]) => {
    const { stack, rest } = readPulumi(args);
    const { pulumi } = await import("./commands/pulumi.ts");
    return onThisMachine((report) => pulumi({ command, stack, rest }, report));
  };
  return listed(summary, { usage, run });
}

async function onThisMachine(work: (report: Reporter) => Promise<number>): Promise<number> {
  // Keys and state are for the user's eyes only, those that the programs we start write too.
  process.umask(0o077);
  try {
    return await work(reporter());
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write("Interrupted. Nothing is left half-done: the next run picks up.\n");
    return error.exitStatus;
  }
}

/** @throws UsageError where something on the command line is not understood */
export function readStart(args: readonly string[]): string {
  const { values, positionals } = parsedFlags(args, { stack: STACK_FLAGS.stack });
  refuseWords(positionals);
  return chosenStack(values).stack;
}

/** Whether the tools are to be removed, too. */
export function readStop(args: readonly string[]): boolean {
  const { values, positionals } = parsedFlags(args, {
    purge: { type: "boolean", default: false },
  });
  refuseWords(positionals);
  return values.purge;
}

/**
 * Takes out what is ours and leaves the rest to Pulumi, which knows its flags better than a list of
 * them here would.
 */
export function readPulumi(args: readonly string[]): {
  readonly stack: string;
  readonly rest: readonly string[];
} {
  const rest: string[] = [];
  let stack: string | undefined;
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? "";
    const [, inline] = /^(?:--stack=|-s=?)(.+)$/.exec(word) ?? [];
    if (inline !== undefined) {
      stack = inline;
    } else if (word === "--stack" || word === "-s") {
      stack = mustBeName(args[(index += 1)]);
    } else {
      rest.push(word);
    }
  }
  return { stack: chosenStack({ stack }).stack, rest };
}

function mustBeName(name: string | undefined): string {
  if (name !== undefined && !name.startsWith("-")) return name;
  throw new UsageError("--stack needs the name of a stack after it");
}
