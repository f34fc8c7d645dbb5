import { mistakeIn } from "./shell-grammar.ts";
import type { Token, Word } from "./shell-token.ts";

/**
 * Just enough of the POSIX shell's grammar to find the simple commands of a line and their words.
 *
 * Source: POSIX.1-2024, Shell Command Language, 2.3 (token recognition), 2.9.1 (simple commands),
 * 2.10.2 (assignments).
 */

/** `A=b gunicorn index:server > log`: assignments, then words, and where the output goes. */
export interface SimpleCommand {
  /** The operator before it, such as `&&`; undefined before the first command. */
  readonly after: string | undefined;
  readonly assignments: readonly Word[];
  readonly words: readonly Word[];
  /** Files that are written by a redirection. */
  readonly outputs: readonly Word[];
}

export interface ShellLine {
  /**
   * The simple commands, in order. Parts of compound commands (`if`, `for`) count as commands too.
   */
  readonly commands: readonly SimpleCommand[];
  /** Whether the line is one simple command and nothing else. */
  readonly simple: boolean;
  /** Whether an operator ends the line, such as `&`. */
  readonly trailing: boolean;
  /** A quote or bracket that is never closed: its offset and what it is. */
  readonly unclosed?: { readonly offset: number; readonly what: string };
  /** An operator where the shell expects something else. */
  readonly unexpected?: { readonly offset: number; readonly message: string };
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
  try {
    const all = [...tokens(line)];
    const { commands, trailing } = commandsIn(all);
    const unexpected = mistakeIn(all, line.trimEnd().length);
    const [only, second] = commands;
    const isAlone = only?.after === undefined && second === undefined && !trailing;
    const simple = only !== undefined && isAlone && !RESERVED.has(only.words[0]?.raw ?? "");
    return { commands, simple, trailing, ...(unexpected ? { unexpected } : {}) };
  } catch (error) {
    if (!(error instanceof Unclosed)) throw error;
    const unclosed = { offset: error.offset, what: error.what };
    return { commands: [], simple: false, trailing: false, unclosed };
  }
}

function commandsIn(given: readonly Token[]): Pick<ShellLine, "commands" | "trailing"> {
  let current = begun(undefined);
  const all = [current];
  for (const token of given) {
    if (token.kind === "operator") all.push((current = begun(token.operator)));
    if (token.kind === "redirection" && /^\d*>[>|]?$/.test(token.operator) && token.hasTarget)
      current.outputs.push(token.target);
    if (token.kind !== "word") continue;
    const { kind: _kind, ...word } = token;
    if (current.words.length === 0 && /^[A-Za-z_]\w*=/.test(word.raw))
      current.assignments.push(word);
    else current.words.push(word);
  }
  const commands = all.filter((it) => it.words.length + it.assignments.length > 0);
  return { commands, trailing: current.after !== undefined && commands.at(-1) !== current };
}

/** A command that is still being read. */
interface Begun extends SimpleCommand {
  readonly assignments: Word[];
  readonly words: Word[];
  readonly outputs: Word[];
}

function begun(after: string | undefined): Begun {
  return { after, assignments: [], words: [], outputs: [] };
}

// bash's own are among them, since /bin/sh may be bash.
const RESERVED = new Set(
  "! { } case do done elif else esac fi for function if in select then time until while [[".split(
    " ",
  ),
);

function* tokens(line: string): Generator<Token> {
  let at = 0;
  while (at < line.length) {
    const redirection = matchAt(REDIRECTION, line, at);
    if (/\s/.test(line.charAt(at))) {
      at += 1;
    } else if (line.charAt(at) === "#") {
      return;
    } else if (redirection) {
      const start = at + redirection.length;
      const isBash = line.charAt(start) === "(";
      const end = endOfWord(line, start);
      const hasTarget = isBash || (end > start && line.charAt(start) !== "#");
      const raw = line.slice(start, end);
      const target = { raw, literal: literalOf(raw), start, end };
      yield { kind: "redirection", operator: redirection.trim(), start: at, hasTarget, target };
      at = end;
    } else if (/[;&|()]/.test(line.charAt(at))) {
      const operator = matchAt(DOUBLE_OPERATOR, line, at) ?? line.charAt(at);
      yield { kind: "operator", operator, start: at };
      at += operator.length;
    } else {
      const end = endOfWord(line, at);
      const raw = line.slice(at, end);
      yield { kind: "word", raw, literal: literalOf(raw), start: at, end };
      at = end;
    }
  }
}

const REDIRECTION = /\d*(?:<<-?|<&|<>|>>|>&|>\||<|>)[ \t]*/y;
const DOUBLE_OPERATOR = /;;|&&|\|\||\|&(?!&)/y;

/** What a pattern matches exactly there. */
function matchAt(pattern: RegExp, line: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0];
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
  return openingAt(line, at) ? skipNested(line, at) : at + 1;
}

/** What is closed by a character of its own, with other such parts in it. */
interface Nested {
  readonly what: string;
  /** Of what opens it. */
  readonly length: number;
  readonly close: string;
}

const NESTED = new Map<string, Nested>([
  ['"', { what: 'a "', length: 1, close: '"' }],
  ["`", { what: "a `", length: 1, close: "`" }],
  ["$(", { what: "$(", length: 2, close: ")" }],
  ["${", { what: "${", length: 2, close: "}" }],
]);

function openingAt(line: string, at: number): Nested | undefined {
  return NESTED.get(line.charAt(at)) ?? NESTED.get(line.slice(at, at + 2));
}

function skipSingleQuotes(line: string, start: number): number {
  const close = line.indexOf("'", start + 1);
  if (close < 0) throw new Unclosed(start, "a '");
  return close + 1;
}

/** Not by recursion: a line may be nested deeper than the stack of calls. */
function skipNested(line: string, start: number): number {
  const open: (Nested & { readonly offset: number })[] = [];
  let at = start;
  do {
    const inner = open.at(-1);
    const opening = openingWithin(line, at, inner);
    if (line.charAt(at) === inner?.close) {
      open.pop();
      at += 1;
    } else if (opening) {
      open.push({ ...opening, offset: at });
      at += opening.length;
    } else {
      at = skipWithin(line, at, inner);
    }
  } while (open.length > 0 && at < line.length);
  const unclosed = open.at(-1);
  if (unclosed) throw new Unclosed(unclosed.offset, unclosed.what);
  return at;
}

/** What opens there; in a command substitution, a bracket has to be closed before the substitution is. */
function openingWithin(line: string, at: number, inner: Nested | undefined): Nested | undefined {
  if (line.charAt(at) === "(" && inner?.close === ")") return { ...inner, length: 1 };
  return openingAt(line, at);
}

/** Within double quotes, a single one is a character like any other. */
function skipWithin(line: string, at: number, inner: Nested | undefined): number {
  return line.charAt(at) === "'" && inner?.close === '"' ? at + 1 : skipPart(line, at);
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
