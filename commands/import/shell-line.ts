const SAFE = /^[\w@%+:,./-][\w@%+=:,./-]*$/;
const SHELLS = new Set(["sh", "/bin/sh"]);

/** The script of `sh -c SCRIPT`, which a line of a Procfile is by itself. */
function scriptOf(words: readonly string[]): string | undefined {
  const [shell = "", option, script, ...more] = words;
  return SHELLS.has(shell) && option === "-c" && more.length === 0 ? script?.trim() : undefined;
}

/**
 * The line of a Procfile that runs a program with these very words; undefined where that takes
 * several lines.
 */
export function shellLine(words: readonly string[]): string | undefined {
  const line = scriptOf(words) ?? words.map(quoted).join(" ");
  return /[\r\n]/.test(line) || line === "" ? undefined : line;
}

function quoted(word: string, index: number): string {
  // A first word such as `A=b` would be an assignment.
  const isSafe = SAFE.test(word) && !(index === 0 && word.includes("="));
  return isSafe ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

const REFERENCE = /(\$\$)|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/g;

/**
 * The same for words in which Kubernetes puts variables: `$(NAME)` of a variable that there is, and
 * `$$` for `$`.
 *
 * Source: Kubernetes API, core/v1 Container, `command`.
 */
export function lineOfContainer(
  words: readonly string[],
  variables: ReadonlySet<string>,
): string | undefined {
  const script = scriptOf(words);
  if (script !== undefined) return shellLine(["sh", "-c", expanded(script, variables, braced)]);
  const line = words.map((word, index) => {
    // In single quotes, what is put in stands outside of them.
    const inside = expanded(quoted(word, index), variables, (name) =>
      quoted(word, index) === word ? braced(name) : `'"${braced(name)}"'`,
    );
    return inside;
  });
  return /[\r\n]/.test(line.join(" ")) || line.length === 0 ? undefined : line.join(" ");
}

function expanded(
  text: string,
  variables: ReadonlySet<string>,
  write: (name: string) => string,
): string {
  return text.replaceAll(REFERENCE, (whole: string, dollars: unknown, name: unknown) => {
    if (dollars !== undefined) return "$";
    return typeof name === "string" && variables.has(name) ? write(name) : whole;
  });
}

function braced(name: string): string {
  return `\${${name}}`;
}
