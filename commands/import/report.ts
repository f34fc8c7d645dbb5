import type { Source } from "./facts.ts";
import type { Row, Settled } from "./settle.ts";

const LISTS = [
  ["taken", "Taken:"],
  ["changed", "Changed:"],
  ["left", "Left out:"],
] as const;

/** What was taken, changed and left out, each with its location in the source. */
export function reportText(sources: readonly Source[], { rows }: Settled): string {
  const read = sources.map(({ shown, format }) => `Read ${shown} as ${format}.`);
  const lists = LISTS.map(
    ([list, title]) => [title, rows.filter((row) => row.list === list)] as const,
  );
  return [read.join("\n"), ...lists.filter(([, listed]) => listed.length > 0).map(listText)].join(
    "\n\n",
  );
}

function listText([title, rows]: readonly [string, readonly Row[]]): string {
  const width = Math.max(...rows.map(({ at }) => at.length));
  // Names and values are somebody else's: none of them moves the cursor of a terminal.
  const lines = rows.map(
    ({ at, text }) => `  ${at.padEnd(width)}  ${text.replaceAll(CONTROL, "\uFFFD")}`,
  );
  return [title, ...lines].join("\n");
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001F\u007F-\u009F]/g;

/** The commands that set what is secret, in one stack each. */
export function secretsText({ secrets }: Settled, stacks: readonly string[]): string {
  if (secrets.length === 0) return "";
  const commands = secrets.flatMap(({ name, at, why }) =>
    stacks.map(
      (stack) =>
        `  pulumi config set --secret --path dash-scale:secrets.${name} --stack ${stack} # ${at}, ${why}`,
    ),
  );
  return `\n${SECRETS}\n${commands.join("\n")}\n`;
}

const SECRETS =
  "Secret, and so written nowhere. Each command asks for the value, or takes it from standard input:";
