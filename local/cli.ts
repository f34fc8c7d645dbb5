import { parseCommand, usage, type Command } from "./arguments.ts";
import { CommandError } from "../commands/system/errors.ts";
import { Interrupted } from "../commands/system/interrupt.ts";
import { reporter } from "./system/progress.ts";

/** What the npm commands of package.json run: start, stop, up, preview and destroy. */
async function main(words: readonly string[]): Promise<number> {
  // Keys and state are for the user's eyes only, those that the programs we start write too.
  process.umask(0o077);
  try {
    return await perform(await parseCommand(words));
  } catch (error) {
    return explain(error);
  }
}

/** Each command is loaded when it is asked for, so that `--help` and a typing slip are answered at once. */
async function perform(command: Command): Promise<number> {
  switch (command.kind) {
    case "help":
      process.stdout.write(`${usage(command.about)}\n`);
      return 0;
    case "start":
      return (await import("./commands/start.ts")).start(command.stack, reporter());
    case "stop":
      return (await import("./commands/stop.ts")).stop(command.purge, reporter());
    case "pulumi":
      return (await import("./commands/pulumi.ts")).pulumi(command, reporter());
  }
}

function explain(error: unknown): number {
  if (error instanceof Interrupted) {
    process.stderr.write("Interrupted. Nothing is left half-done: the next run picks up.\n");
    return error.exitStatus;
  }
  if (error instanceof CommandError) process.stderr.write(`${error.message}\n`);
  else console.error(error);
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
