import type { Verb, VerbGroup } from "./verb.ts";

/** How people call this program. */
export const PROGRAM = "npx dash-scale";

/** What `--help` prints of a command: `npx dash-scale local up`. */
export function usageOf(command: string, verb: Verb | VerbGroup): string {
  if (!("verbs" in verb)) return verb.usage;
  const width = Math.max(...Object.keys(verb.verbs).map((name) => name.length));
  const lines = Object.entries(verb.verbs).map(
    ([name, { summary }]) => `  ${command} ${name.padEnd(width)}   ${summary}`,
  );
  return `${verb.about}\n\n${lines.join("\n")}\n\nEach takes --help.\n`;
}
