import type { Variables } from "./call.ts";

/** `$PORT` */
const PLAIN = /\$(\w+)/g;
/** `${PORT}`, `${PORT:-8000}`, without another expansion within. */
const BRACED = /\$\{(\w+)(?::?[-=]([^{}]*))?\}/g;
/** Stands for what is not known here. */
const UNKNOWN = "\u0000";

/**
 * What the shell makes of a word, as far as variables that are known here decide it.
 *
 * @returns undefined where something else does, such as `$(nproc)` or a variable that nobody here
 * sets
 */
export function expanded(raw: string, variables: Variables): string | undefined {
  if (raw.includes("'") || raw.includes("\\")) return undefined;
  const value = (name: string, fallback = UNKNOWN) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? UNKNOWN) : fallback;
  let text = raw.replace(/^"(.*)"$/s, "$1").replaceAll(PLAIN, (_, name: string) => value(name));
  // `${PORT:-${OTHER:-8000}}`: from the inside out.
  for (let depth = 0; depth < MAX_DEPTH && text.includes("${"); depth += 1)
    text = text.replaceAll(BRACED, (_, name: string, fallback?: string) => value(name, fallback));
  return text.includes(UNKNOWN) || /[$`"]/.test(text) ? undefined : text;
}

const MAX_DEPTH = 5;

/** Whether a line uses a variable that it neither sets itself nor gives a default. */
export function offsetOfVariable(line: string, name: string): number | undefined {
  const found = new RegExp(`\\$(?:${name}\\b|\\{${name}\\})`).exec(withoutSingleQuotes(line));
  return found?.index;
}

/** The same length, so that offsets stay. */
function withoutSingleQuotes(line: string): string {
  return line.replaceAll(/'[^']*'/g, (quoted) => " ".repeat(quoted.length));
}
