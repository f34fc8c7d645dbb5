import type { Variables } from "./call.ts";

/** `$PORT`, `${PORT}`, `${PORT:-8000}`. */
const EXPANSION = /\$(?:(\w+)|\{(\w+)(?::?[-=]([^}]*))?\})/g;

/**
 * What the shell makes of a word, as far as variables that are known here decide it.
 *
 * @returns undefined where something else does, such as `$(nproc)` or a variable that nobody here
 * sets
 */
export function expanded(raw: string, variables: Variables): string | undefined {
  if (raw.includes("'") || raw.includes("\\")) return undefined;
  let isKnown = true;
  const text = raw
    .replace(/^"(.*)"$/s, "$1")
    .replaceAll(EXPANSION, (_, plain?: string, braced?: string, fallback?: string) => {
      const name = plain ?? braced ?? "";
      const value = Object.hasOwn(variables, name) ? variables[name] : fallback;
      isKnown &&= value !== undefined;
      return value ?? "";
    });
  return isKnown && !/[$`"]/.test(text) ? text : undefined;
}

/** Whether a line uses a variable that it neither sets itself nor gives a default. */
export function offsetOfVariable(line: string, name: string): number | undefined {
  const found = new RegExp(`\\$(?:${name}\\b|\\{${name}\\})`).exec(withoutSingleQuotes(line));
  return found?.index;
}

/** The same length, so that offsets stay. */
function withoutSingleQuotes(line: string): string {
  return line.replaceAll(/'[^']*'/g, (quoted) => " ".repeat(quoted.length));
}
