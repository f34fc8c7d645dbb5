import { parseArgs, type ParseArgsConfig } from "node:util";
import { CommandError, reasonOf } from "../commands/system/errors.ts";

/** What was typed behind a lane's name; what is wrong there is told with the lane's usage. */
export function parsedWords<Config extends ParseArgsConfig>(config: Config, usage: string) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new CommandError(`${reasonOf(error)}\n\n${usage}`);
  }
}

/** The parts of a lane that were asked for; all of them where none was. */
export function partsIn(
  names: readonly string[],
  parts: Readonly<Record<string, unknown>>,
  usage: string,
): readonly string[] {
  const unknown = names.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) throw new CommandError(`There is no part "${unknown}".\n\n${usage}`);
  return names.length > 0 ? names : Object.keys(parts);
}
