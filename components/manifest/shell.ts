/**
 * Just enough of the POSIX shell's grammar to find the simple commands of a line and their words.
 *
 * Source: POSIX.1-2024, Shell Command Language, 2.3 (token recognition), 2.9.1 (simple commands), 2.10.2 (assignments).
 */

/** A word of a command, with its place in the line. */
export interface Word {
  /** As written, quotes and all. */
  readonly raw: string;
  /** What the shell makes of it; undefined where that depends on an expansion (`$PORT`). */
  readonly literal: string | undefined;
  /** Offsets into the line. */
  readonly start: number;
  readonly end: number;
}

/** `A=b gunicorn index:server > log`: assignments, then words; redirections are left out. */
export interface SimpleCommand {
  readonly assignments: readonly Word[];
  readonly words: readonly Word[];
}

export interface ShellLine {
  /** The simple commands, in order. Parts of compound commands (`if`, `for`) count as commands too. */
  readonly commands: readonly SimpleCommand[];
  /** Whether the line is one simple command and nothing else. */
  readonly simple: boolean;
  /** A quote or bracket that is never closed: its offset and what it is. */
  readonly unclosed?: { readonly offset: number; readonly what: string };
}

class Unclosed extends Error {
  readonly offset: number;
  readonly what: string;

  constructor(offset: number, what: string) {
    super(`${what} at ${offset} is never closed`);
    this.offset = offset;
    this.what = what;
  }
}

/** Splits a line into simple commands. It never throws: an unclosed quote is part of the answer. */
export function parseShell(line: string): ShellLine {
  const commands: { assignments: Word[]; words: Word[] }[] = [];
  let current: { assignments: Word[]; words: Word[] } = { assignments: [], words: [] };
  let operators = 0;
  const finish = () => {
    if (current.words.length + current.assignments.length > 0) commands.push(current);
    current = { assignments: [], words: [] };
  };
  try {
    for (const token of tokens(line)) {
      if (token === "operator") {
        operators += 1;
        finish();
      } else if (current.words.length === 0 && /^[A-Za-z_]\w*=/.test(token.raw)) {
        current.assignments.push(token);
      } else {
        current.words.push(token);
      }
    }
  } catch (error) {
    if (!(error instanceof Unclosed)) throw error;
    return { commands: [], simple: false, unclosed: { offset: error.offset, what: error.what } };
  }
  finish();
  const first = commands[0]?.words[0]?.raw ?? "";
  return {
    commands,
    simple: operators === 0 && commands.length === 1 && !RESERVED.has(first),
  };
}

// bash's own are among them, since /bin/sh may be bash.
const RESERVED = new Set(
  "! { } case do done elif else esac fi for function if in select then time until while [[".split(
    " ",
  ),
);

function* tokens(line: string): Generator<Word | "operator"> {
  let at = 0;
  while (at < line.length) {
    const redirection = /^\d*(?:<<-?|<&|<>|>>|>&|>\||<|>)[ \t]*/.exec(line.slice(at));
    if (/\s/.test(line.charAt(at))) {
      at += 1;
    } else if (line.charAt(at) === "#") {
      return;
    } else if (redirection) {
      at = endOfWord(line, at + redirection[0].length);
    } else if (/[;&|()]/.test(line.charAt(at))) {
      yield "operator";
      at += /^(?:;;|&&|\|\|)/.test(line.slice(at)) ? 2 : 1;
    } else {
      const end = endOfWord(line, at);
      const raw = line.slice(at, end);
      yield { raw, literal: literalOf(raw), start: at, end };
      at = end;
    }
  }
}

function endOfWord(line: string, start: number): number {
  let at = start;
  while (at < line.length && !/[\s;&|()<>]/.test(line.charAt(at))) at = skipPart(line, at);
  return at;
}

/** The offset behind the character, escape, quotation or expansion that begins here. */
function skipPart(line: string, at: number): number {
  const ahead = line.slice(at, at + 2);
  if (ahead.startsWith("\\")) return Math.min(at + 2, line.length);
  if (ahead.startsWith("'")) return skipSingleQuotes(line, at);
  if (ahead.startsWith('"')) return skipUntil(line, at, { open: 1, close: '"', what: 'a "' });
  if (ahead.startsWith("`")) return skipUntil(line, at, { open: 1, close: "`", what: "a `" });
  if (ahead === "$(") return skipUntil(line, at, { open: 2, close: ")", what: "$(" });
  if (ahead === "${") return skipUntil(line, at, { open: 2, close: "}", what: "${" });
  return at + 1;
}

function skipSingleQuotes(line: string, start: number): number {
  const close = line.indexOf("'", start + 1);
  if (close < 0) throw new Unclosed(start, "a '");
  return close + 1;
}

function skipUntil(
  line: string,
  start: number,
  part: { open: number; close: string; what: string },
): number {
  let at = start + part.open;
  while (at < line.length) {
    const character = line.charAt(at);
    if (character === part.close) return at + 1;
    if (character === "'" && part.close === '"') at += 1;
    else if (character === "(" && part.close === ")")
      at = skipUntil(line, at, { ...part, open: 1 });
    else at = skipPart(line, at);
  }
  throw new Unclosed(start, part.what);
}

/** A word without its quotes, or undefined where the shell would put something else in. */
function literalOf(raw: string): string | undefined {
  if (/^(?:[^'"\\$`])*$/.test(raw)) return raw;
  let literal = "";
  let at = 0;
  let inDouble = false;
  while (at < raw.length) {
    const character = raw.charAt(at);
    if (character === "$" || character === "`") return undefined;
    if (character === "'" && !inDouble) {
      const close = raw.indexOf("'", at + 1);
      literal += raw.slice(at + 1, close);
      at = close + 1;
    } else if (character === '"') {
      inDouble = !inDouble;
      at += 1;
    } else {
      const escaped = character === "\\" && (!inDouble || /["\\$`]/.test(raw.charAt(at + 1)));
      literal += escaped ? raw.charAt(at + 1) : character;
      at += escaped ? 2 : 1;
    }
  }
  return literal;
}

// Builtins that no program of the same name stands in for: `exec cd /app` fails.
const BUILTIN_ONLY = new Set(
  (
    ". : alias bg bind break builtin cd command continue declare dirs eval exec exit export fc fg getopts hash " +
    "jobs let local popd pushd read readonly return set shift shopt source times trap type typeset ulimit umask " +
    "unalias unset wait"
  ).split(" "),
);

/**
 * Puts `exec` before a line that is one simple command, behind its leading assignments, so that the program takes the
 * shell's place and gets SIGTERM itself. Any other line stays as it is.
 */
export function withExec(line: string): string {
  const { simple, commands } = parseShell(line);
  const program = commands[0]?.words[0];
  if (!simple || !program || BUILTIN_ONLY.has(program.literal ?? "")) return line;
  return `${line.slice(0, program.start)}exec ${line.slice(program.start)}`;
}

/** Whether the shell stays the parent of the last program of the line, and so keeps SIGTERM for itself. */
export function shellStaysParent(line: string): boolean {
  const { simple, commands } = parseShell(line);
  return !simple && commands.at(-1)?.words[0]?.literal !== "exec";
}
