import type { Word } from "./shell-token.ts";

/** A command line option that takes a value. */
export interface Option {
  readonly long: string;
  /**
   * The shortest abbreviation that begins no other option: Python's argparse takes that for the
   * whole.
   * @default no abbreviation
   * @see https://docs.python.org/3/library/argparse.html#allow-abbrev
   */
  readonly min?: string;
  readonly short?: string;
  /** Other long names. */
  readonly aliases?: readonly string[];
}

/** One place of a command line where an option is given. */
export interface Occurrence {
  /** Offsets into the line. */
  readonly from: number;
  readonly to: number;
  /** As written, quotes and all. */
  readonly raw: string;
  /** Undefined where the value depends on an expansion. */
  readonly value: string | undefined;
}

/** Every occurrence of an option: `--threads 4`, `--threads=4`, `--th 4`; `-w 4`, `-w4`. */
export function occurrences(words: readonly Word[], option: Option): Occurrence[] {
  const found: Occurrence[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (!word || word.literal === "--") return found;
    const joined = joinedValue(word.literal ?? word.raw, option);
    if (joined === undefined) continue;
    // Where the value is the next word, whatever it looks like, it is not an option.
    if (joined === NEXT_WORD) index += 1;
    const last = words[index] ?? word;
    const given = joined === NEXT_WORD ? last : { raw: joined, literal: word.literal && joined };
    found.push({ from: word.start, to: last.end, raw: given.raw, value: given.literal });
  }
  return found;
}

const NEXT_WORD = Symbol("the value is the next word");

/** The value in `--workers=4` or `-w4`; undefined for another option, or none. */
function joinedValue(
  text: string,
  { long, min = long, short, aliases = [] }: Option,
): string | typeof NEXT_WORD | undefined {
  const [name = ""] = text.split("=", 1);
  const isLong = (name.startsWith(min) && long.startsWith(name)) || aliases.includes(name);
  if (isLong) return name === text ? NEXT_WORD : text.slice(name.length + 1);
  if (short === undefined || !text.startsWith(short) || text.startsWith("--")) return undefined;
  return text === short ? NEXT_WORD : text.slice(short.length).replace(/^=/, "");
}

/** The last occurrence counts, as in Python's argparse, click and getopt. */
export function lastGiven(words: readonly Word[], option: Option): Occurrence | undefined {
  return occurrences(words, option).at(-1);
}

/** A number of digits only, or undefined. */
export function wholeNumber(text = ""): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
