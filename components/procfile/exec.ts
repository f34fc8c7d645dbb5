import type { Word } from "./shell-token.ts";
import { parseShell } from "./shell.ts";

// Builtins that no program of the same name stands in for: `exec cd /app` fails.
const BUILTIN_ONLY = new Set(
  (
    ". : alias bg bind break builtin cd command continue declare dirs eval exec exit export fc fg getopts hash " +
    "jobs let local popd pushd read readonly return set shift shopt source times trap type typeset ulimit umask " +
    "unalias unset wait"
  ).split(" "),
);

/**
 * Puts `exec` before a line that is one simple command, behind its leading assignments, so that the
 * program takes the shell's place and gets SIGTERM itself. Any other line stays as it is.
 */
export function withExec(line: string): string {
  const { simple, commands } = parseShell(line);
  const program = commands[0]?.words[0];
  if (!simple || !program || BUILTIN_ONLY.has(program.literal ?? "")) return line;
  return `${line.slice(0, program.start)}exec ${line.slice(program.start)}`;
}

/** Builtins that run what is behind them, without taking the shell's place. */
const RUNS_ANOTHER = new Set([".", "builtin", "command", "eval", "source"]);
/**
 * In a pipeline or a subshell, `exec` takes another shell's place; behind `||` it is not what
 * usually runs.
 */
const REACHES_EXEC = new Set(["&&", ";", "&"]);

/**
 * Whether the shell stays the parent of the last program of the line, and so keeps SIGTERM for
 * itself.
 */
export function shellStaysParent(line: string): boolean {
  const { simple, trailing, commands } = parseShell(line);
  const { words, after = "" } = commands.at(-1) ?? NOTHING;
  const program = words[0]?.literal ?? "";
  const takesItsPlace = simple
    ? !RUNS_ANOTHER.has(program)
    : program === "exec" && REACHES_EXEC.has(after) && !trailing;
  return !takesItsPlace || staysInScript(words);
}

const NOTHING = { words: [], after: "" };
const SHELL = /^(.*\/)?(ba|da|k|z|a)?sh$/;

/** `sh -c 'cd app && gunicorn x'` is one simple command, and yet another shell that stays. */
function staysInScript(given: readonly Word[]): boolean {
  const words = given[0]?.raw === "exec" ? given.slice(1) : given;
  const flag = words.findIndex(({ raw }) => /^-[a-z]*c$/.test(raw));
  const script = words[flag + 1];
  if (!SHELL.test(words[0]?.raw ?? "") || flag < 0 || !script) return false;
  // Where the outer shell puts something in, what is around it still shows what kind of line it is.
  const inQuotes = script.raw.replace(/^"|"$/g, "").replaceAll(/\\(["$`\\])/g, "$1");
  return shellStaysParent(script.literal ?? inQuotes);
}
