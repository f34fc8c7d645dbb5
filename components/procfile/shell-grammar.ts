import type { LineFinding } from "./line-finding.ts";
import type { Token } from "./shell-token.ts";

/** What came before a token, as far as that decides what may come next. */
interface State {
  /** Open brackets of subshells. */
  depth: number;
  /** The operator just before; "" at the beginning, undefined behind a word. */
  after: string | undefined;
  /** Words of the command so far. */
  words: string[];
  /** Whether a `case` is there, whose patterns end in brackets and whose branches end in `;;`. */
  hasCase: boolean;
}

/** Operators that something has to follow. */
const JOINS = new Set(["&&", "||", "|", "|&"]);

/**
 * The first operator of a line that the shell would not expect: `cmd &; cmd`, `&& &&`, `| cmd`.
 *
 * It is less than the whole grammar: what is found is always a mistake, for dash and for bash; what
 * is not found may be one.
 *
 * Source: POSIX.1-2024, Shell Command Language, 2.10.2 (grammar rules).
 */
export function mistakeIn(tokens: readonly Token[], end: number): LineFinding | undefined {
  const state: State = { depth: 0, after: "", words: [], hasCase: false };
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "redirection") {
      if (!token.hasTarget) return { offset: token.start, message: noTarget(token.operator) };
      state.after = undefined;
    } else if (token.kind === "word") {
      state.after = undefined;
      state.words.push(token.raw);
      state.hasCase ||= token.raw === "case";
    } else {
      const message = mistakeAt(token.operator, state, tokens[index + 1]);
      if (message !== undefined) return { offset: token.start, message };
      state.after = token.operator;
      state.words = [];
      state.depth += change(token.operator);
    }
  }
  if (state.hasCase) return undefined;
  if (state.after !== undefined && JOINS.has(state.after))
    return {
      offset: end,
      message: `nothing follows ${state.after}, so the shell would refuse the line; write a command, or remove ${state.after}`,
    };
  return state.depth > 0 ? { offset: end, message: OPEN } : undefined;
}

/** Words that a subshell may stand behind. */
const BEFORE_SUBSHELL = /^(!|\{|time|if|then|elif|else|while|until|do|function)$|=$/;

/** `gunicorn app:create_app()`, and neither `f() { …; }` nor what only bash knows. */
function isBracketInWord({ after, words, hasCase }: State, next: Token | undefined): boolean {
  const last = words.at(-1);
  if (hasCase || after !== undefined || last === undefined || BEFORE_SUBSHELL.test(last))
    return false;
  const isFunction = next?.kind === "operator" && next.operator === ")";
  return !(isFunction && (words.length === 1 || words.at(-2) === "function"));
}

function mistakeAt(operator: string, state: State, next: Token | undefined): string | undefined {
  if (operator === "(" && isBracketInWord(state, next)) return BRACKET;
  return isUnexpected(operator, state) ? unexpected(operator) : undefined;
}

function change(operator: string): number {
  if (operator === "(") return 1;
  return operator === ")" ? -1 : 0;
}

function isUnexpected(operator: string, { after, depth, hasCase }: State): boolean {
  if (hasCase || operator === "(") return false;
  // `f() { …; }`
  if (operator === ")") return depth === 0 || (after !== undefined && JOINS.has(after));
  if (operator === ";;") return true;
  return after !== undefined && after !== ")";
}

function unexpected(operator: string): string {
  return `${operator} is not expected here, so the shell would refuse the line; write a command before ${operator}, or remove ${operator}`;
}

function noTarget(operator: string): string {
  return `nothing follows ${operator}, so the shell would refuse the line; name a file`;
}

const BRACKET =
  "( is not expected behind a word, so the shell would refuse the line; put what belongs together into quotes, such as 'app:create_app()'";
const OPEN = "( is never closed, so the shell would refuse the line; close it";
