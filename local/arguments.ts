import { parseArgs } from "node:util";
import { hasCode, CommandError, reasonOf } from "../commands/system/errors.ts";

const PULUMI_COMMANDS = ["up", "preview", "destroy"] as const;
const COMMANDS = ["start", "stop", ...PULUMI_COMMANDS] as const;

export type CommandName = (typeof COMMANDS)[number];
export type PulumiCommandName = (typeof PULUMI_COMMANDS)[number];

/** What was typed, checked. */
export type Command =
  | { readonly kind: "help"; readonly about: CommandName | undefined }
  | { readonly kind: "start"; readonly stack: string }
  | { readonly kind: "stop"; readonly purge: boolean }
  | {
      readonly kind: "pulumi";
      readonly command: PulumiCommandName;
      readonly stack: string;
      /** Handed to Pulumi as they are. */
      readonly rest: readonly string[];
    };

const DEFAULT_STACK = "dev";

const usages: Readonly<Record<CommandName, string>> = {
  start: `npm start [-- --stack NAME]

Runs a stack on a Kubernetes control plane of its own on this machine: gets the tools, starts the control plane, runs
pulumi up and shows which pod runs on which node.

  --stack, -s NAME   the stack to run: a file stacks/Pulumi.NAME.yaml; default: ${DEFAULT_STACK}`,
  stop: `npm stop [-- --purge]

Ends the control plane of this checkout and removes its folder, with the state of its stacks.

  --purge   removes the tools as well; they are shared by all checkouts`,
  up: pulumiUsage("up", "Brings the local cluster to what a stack file says."),
  preview: pulumiUsage("preview", "Shows what npm run up would change."),
  destroy: pulumiUsage("destroy", "Removes everything that a stack has in the local cluster."),
};

/**
 * Reads a command line.
 *
 * @param env - npm puts a flag here when the `--` before it was forgotten.
 * @throws CommandError that shows the usage when there is something in it that is not understood.
 */
export async function parseCommand(
  words: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Command> {
  const [name, ...rest] = words;
  if (name === undefined || name === "--help" || name === "-h") {
    return { kind: "help", about: undefined };
  }
  if (!isCommand(name)) throw await unknownCommand(name);
  refuseSwallowedFlags(name, rest, env);
  if (isPulumiCommand(name)) return pulumiCommand(name, rest);
  try {
    return name === "start" ? startCommand(rest) : stopCommand(rest);
  } catch (error) {
    throw await wrongFlag(error, name, rest);
  }
}

/** How a command is used, or all of them. */
export function usage(about?: CommandName): string {
  if (about) return `Usage: ${usages[about]}`;
  const first = COMMANDS.map((name) => `  ${usages[name].split("\n")[0]}`);
  return `Usage:\n${first.join("\n")}\n\nEach takes --help.`;
}

function pulumiUsage(command: PulumiCommandName, what: string): string {
  return `npm run ${command} [-- [--stack NAME] [flags of pulumi ${command}]]

${what} Needs npm start first. The exit status is Pulumi's.

  --stack, -s NAME   the stack: a file stacks/Pulumi.NAME.yaml; default: ${DEFAULT_STACK}

Every other flag goes to pulumi ${command}, for instance: npm run ${command} -- ${
    command === "preview" ? "--diff" : "--yes"
  }`;
}

const HELP = { help: { type: "boolean", short: "h", default: false } } as const;
const START = { ...HELP, stack: { type: "string", short: "s", default: DEFAULT_STACK } } as const;
const STOP = { ...HELP, purge: { type: "boolean", default: false } } as const;

function startCommand(words: readonly string[]): Command {
  const { help, stack } = parseArgs({ args: [...words], options: START }).values;
  return help ? { kind: "help", about: "start" } : { kind: "start", stack };
}

function stopCommand(words: readonly string[]): Command {
  const { help, purge } = parseArgs({ args: [...words], options: STOP }).values;
  return help ? { kind: "help", about: "stop" } : { kind: "stop", purge };
}

/** Takes out what is ours and leaves the rest to Pulumi, which knows its flags better than a list of them here would. */
function pulumiCommand(command: PulumiCommandName, words: readonly string[]): Command {
  const rest: string[] = [];
  let stack = DEFAULT_STACK;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "--help" || word === "-h") return { kind: "help", about: command };
    const [, inline] = /^(?:--stack=|-s=?)(.+)$/.exec(word) ?? [];
    if (inline !== undefined) {
      stack = inline;
    } else if (word === "--stack" || word === "-s") {
      stack = mustHaveName(words[(index += 1)], command);
    } else {
      rest.push(word);
    }
  }
  return { kind: "pulumi", command, stack, rest };
}

function mustHaveName(name: string | undefined, command: CommandName): string {
  if (name !== undefined && !name.startsWith("-")) return name;
  throw new CommandError(`--stack wants the name of a stack after it.\n\n${usage(command)}`);
}

/** `npm start --stack x` gives the flag to npm, which keeps it to itself. */
function refuseSwallowedFlags(
  command: CommandName,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): void {
  const npm = command === "start" || command === "stop" ? `npm ${command}` : `npm run ${command}`;
  const stack = env["npm_config_stack"];
  if (stack !== undefined && stack !== "" && command !== "stop") {
    const value = stack === "true" ? (words[0] ?? "NAME") : stack;
    throw new CommandError(
      `npm has taken --stack for a flag of its own. Put -- before it: ${npm} -- --stack ${value}`,
    );
  }
  if (env["npm_config_purge"] === "true" && command === "stop") {
    throw new CommandError(
      `npm has taken --purge for a flag of its own. Put -- before it: ${npm} -- --purge`,
    );
  }
}

async function unknownCommand(name: string): Promise<CommandError> {
  const { didYouMean } = await import("../components/errors.ts");
  return new CommandError(
    `There is no command "${name}".${didYouMean(name, COMMANDS)}\n\n${usage()}`,
  );
}

/** `parseArgs` tells what it does not understand, but neither what there is nor what was likely meant. */
async function wrongFlag(
  error: unknown,
  name: "start" | "stop",
  words: readonly string[],
): Promise<CommandError> {
  const { didYouMean } = await import("../components/errors.ts");
  const flags = Object.keys(name === "start" ? START : STOP).map((flag) => `--${flag}`);
  const [unknown] = hasCode(error, "ERR_PARSE_ARGS_UNKNOWN_OPTION")
    ? words.filter((word) => word.startsWith("-") && !flags.includes(word.replace(/=.*$/, "")))
    : [];
  const problem = unknown === undefined ? `${reasonOf(error)}.` : `There is no flag "${unknown}".`;
  return new CommandError(`${problem}${didYouMean(unknown ?? "", flags)}\n\n${usage(name)}`, {
    cause: error,
  });
}

function isCommand(name: string): name is CommandName {
  return COMMANDS.some((command) => command === name);
}

function isPulumiCommand(name: CommandName): name is PulumiCommandName {
  return PULUMI_COMMANDS.some((command) => command === name);
}
