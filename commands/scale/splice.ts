import { isMap } from "../../components/config/is-map.ts";
import type { Node, Pair, ParsedNode, Scalar, YAMLMap } from "yaml";
import { isCollection, isScalar } from "yaml";

/** Text that takes the place of what stands from one offset to another. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A place in a stack file that is not changed, since nobody could say what would come of it. */
export class Uneditable extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.name = "Uneditable";
    this.offset = offset;
  }
}

export type ParsedMap = YAMLMap<ParsedNode, ParsedNode | null>;
export type ParsedPair = Pair<ParsedNode, ParsedNode | null>;

export function spliced(text: string, { from, to, text: inserted }: Splice): string {
  return text.slice(0, from) + inserted + text.slice(to);
}

/** Puts a value where another one stands, or none. */
export function valueSplice(text: string, pair: ParsedPair, value: string): Splice {
  const { value: old, key } = pair;
  if (!isEmpty(old)) return { from: old.range[0], to: endOf(text, old), text: value };
  const colon = colonOf(pair);
  const at = colon === undefined ? key.range[1] : colon + 1;
  return { from: at, to: at, text: colon === undefined ? `: ${value}` : ` ${value}` };
}

/** Puts a further pair behind the last one of a map. */
export function pairSplice(text: string, map: ParsedMap, pair: string): Splice {
  const last = map.items.at(-1);
  if (map.flow) return flowSplice(text, map, last, pair);
  if (!last) throw new Uneditable(map.range?.[0] ?? 0, "this map is too odd to be added to");
  return lineSplice(text, endOfPair(text, last), `${indentOf(text, map)}${pair}`);
}

/**
 * Takes a pair out of a map that keeps others: of a block map its lines, with a comment that is on
 * them; in flow style what stands up to the next pair, or back to the one before.
 */
export function removalSplice(text: string, map: ParsedMap, pair: ParsedPair): Splice {
  const from = pair.key.range[0];
  const to = endOfPair(text, pair);
  if (map.flow) return flowRemoval(text, map, pair);
  const start = text.lastIndexOf("\n", from - 1) + 1;
  if (!/^ *$/.test(text.slice(start, from)))
    throw new Uneditable(from, "the key here has something before it");
  const newline = text.indexOf("\n", to);
  // The last line of a file may have no end: then the one before it has none.
  if (newline < 0)
    return { from: text.slice(0, start).trimEnd().length, to: text.length, text: "" };
  return { from: start, to: newline + 1, text: "" };
}

function flowRemoval(text: string, map: ParsedMap, pair: ParsedPair): Splice {
  const index = map.items.indexOf(pair);
  const [from, to] = [pair.key.range[0], endOfPair(text, pair)];
  const before = map.items[index - 1];
  const gap = /^\s*,[ \t]*/.exec(text.slice(to))?.[0] ?? "";
  if (before && !map.items[index + 1])
    return { from: endOfPair(text, before), to: to + gap.trimEnd().length, text: "" };
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const end = to + gap.length;
  // A pair on lines of its own takes them along.
  const isAlone = /^\s*$/.test(text.slice(start, from)) && /^(#[^\n]*)?\r?\n/.test(text.slice(end));
  if (isAlone) return { from: start, to: text.indexOf("\n", end) + 1, text: "" };
  return { from, to: end, text: "" };
}

/** Puts lines of their own below the line that an offset is in. */
export function lineSplice(text: string, offset: number, lines: string): Splice {
  const eol = eolOf(text);
  const newline = text.indexOf("\n", offset);
  const end = newline < 0 ? text.length : newline;
  const at = text[end - 1] === "\r" ? end - 1 : end;
  return { from: at, to: at, text: `${eol}${lines.replaceAll("\n", eol)}` };
}

function flowSplice(
  text: string,
  map: ParsedMap,
  last: ParsedPair | undefined,
  pair: string,
): Splice {
  if (last) {
    const at = endOfPair(text, last);
    return { from: at, to: at, text: `, ${pair}` };
  }
  const at = (map.range?.[0] ?? 0) + 1;
  return { from: at, to: at, text: text[at] === "}" ? ` ${pair} ` : ` ${pair}` };
}

/** What stands before each key of a block map. */
export function indentOf(text: string, map: ParsedMap): string {
  for (const { key } of map.items) {
    const before = text.slice(text.lastIndexOf("\n", key.range[0] - 1) + 1, key.range[0]);
    // A byte-order mark is before the first key of a file, and no part of its indentation.
    const indent = before.replace(/^\uFEFF/, "");
    if (/^ *$/.test(indent)) return indent;
  }
  throw new Uneditable(map.range?.[0] ?? 0, "the keys here have something before them");
}

/** Where a pair ends, what is below it included, and the comment behind it not. */
export function endOfPair(text: string, pair: ParsedPair): number {
  const { key, value } = pair;
  if (isEmpty(value)) return (colonOf(pair) ?? key.range[1] - 1) + 1;
  return endOfValue(text, value);
}

function endOfValue(text: string, value: ParsedNode): number {
  const last = isCollection(value) && !value.flow ? value.items.at(-1) : undefined;
  if (last === undefined) return endOf(text, value);
  return "key" in last ? endOfPair(text, last) : endOfValue(text, last);
}

/** A block scalar goes on to the start of the next line; what is changed ends before that. */
function endOf(text: string, { range: [from, to] }: ParsedNode): number {
  return from + text.slice(from, to).trimEnd().length;
}

/** Whether nothing at all is written for a value: not even `null`. */
export function isEmpty(
  node: ParsedNode | null | undefined,
): node is null | undefined | Scalar.Parsed {
  if (node === null || node === undefined) return true;
  return isScalar(node) && node.range[0] === node.range[1];
}

function colonOf({ srcToken }: ParsedPair): number | undefined {
  return srcToken?.sep?.find(({ type }) => type === "map-value-ind")?.offset;
}

function eolOf(text: string): string {
  const newline = text.indexOf("\n");
  return newline > 0 && text[newline - 1] === "\r" ? "\r\n" : "\n";
}

/** A value in one line, as flow style has it. */
export function inFlow(value: unknown): string {
  if (!isMap(value)) return scalarText(value);
  const pairs = Object.entries(value).map(([key, item]) => `${scalarText(key)}: ${inFlow(item)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

/** A scalar; plain where every reader of YAML takes it for what it is. */
export function scalarText(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return JSON.stringify(value);
  const isPlain = /^(?!(y|n|yes|no|on|true|false|null)$)[a-z][\w-]*$|^\d+(\.\d+)?[A-Za-z]+$/i;
  return isPlain.test(value) ? value : JSON.stringify(value);
}

/** A scalar in the quotes of the one whose place it takes. */
export function scalarLike(node: Node | null, value: unknown): string {
  const type = isScalar(node) ? node.type : undefined;
  if (type === "QUOTE_DOUBLE") return JSON.stringify(String(value));
  if (type === "QUOTE_SINGLE") return `'${String(value).replaceAll("'", "''")}'`;
  return scalarText(value);
}
