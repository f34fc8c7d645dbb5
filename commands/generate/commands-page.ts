import type { Verb, VerbGroup } from "../verb.ts";
import { PROGRAM, usageOf } from "../usage.ts";
import { VERBS } from "../verbs.ts";

/** Where the page about every command is, from the project's root. */
export const COMMANDS_PAGE = "docs/reference/cli.md";

const INTRODUCTION = `# Commands

Made by \`npm run generate\` from what each command prints with \`--help\`.`;

/** The page about every command. */
export async function commandsPage(): Promise<string> {
  return `${[INTRODUCTION, ...(await sections(PROGRAM, VERBS))].join("\n\n")}\n`;
}

/** A section for a command, and one for each command below. */
async function sections(command: string, verb: Verb | VerbGroup): Promise<string[]> {
  const section = `## \`${command}\`\n\n\`\`\`text\n${usageOf(command, verb)}\`\`\``;
  if (!("verbs" in verb)) return [section];
  const below = Object.entries(verb.verbs).map(async ([name, { load }]) =>
    sections(`${command} ${name}`, await load()),
  );
  return [section, ...(await Promise.all(below)).flat()];
}
