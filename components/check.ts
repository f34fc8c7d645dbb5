import type { Problem } from "./errors.ts";
import { didYouMean, oneOf, shown } from "./errors.ts";
import { parseQuantity } from "./manifest/quantity.ts";
import { isOutput } from "./output.ts";

/** Linux takes at most 128 KiB in one argument or variable (MAX_ARG_STRLEN); some of it is for what is put around a text. */
export const LONGEST_TEXT = 120 * 1024;

/** More process types, variables or addresses than anything here has. */
const MOST_ENTRIES = 2000;

/**
 * A value of a config that nobody has looked at yet, with its key in full and the list that its problems go to.
 *
 * Each method gives the checked value, or undefined after it has noted what is wrong; an absent value is undefined
 * without a problem.
 */
export class Unchecked {
  readonly value: unknown;
  readonly place: string;
  readonly #problems: Problem[];

  constructor(value: unknown, place: string, problems: Problem[]) {
    this.value = value;
    this.place = place;
    this.#problems = problems;
  }

  get absent(): boolean {
    return this.value === undefined || this.value === null;
  }

  get isMap(): boolean {
    return isMap(this.value);
  }

  /** Notes a problem in words of its own. */
  problem(message: string): undefined {
    this.#problems.push({ place: this.place, message });
  }

  /** Notes that something else than what is allowed was found. */
  refuse(allowed: string): undefined {
    return this.problem(`found ${shown(this.value)}; allowed is ${allowed}`);
  }

  /** The entries of a map with free keys, in order; none where it is absent or no map. */
  entries(example: string): [string, Unchecked][] {
    if (this.absent) return [];
    if (!isMap(this.value)) {
      this.refuse(`a map, such as ${example}`);
      return [];
    }
    const entries = Object.entries(this.value);
    if (entries.length > MOST_ENTRIES) {
      this.problem(`has ${entries.length} entries; allowed are at most ${MOST_ENTRIES}`);
      return [];
    }
    return entries.map(([key, value]) => [
      key,
      new Unchecked(value, joined(this.place, key), this.#problems),
    ]);
  }

  /** One field of a map, whatever other fields it has. */
  field(name: string): Unchecked {
    const value =
      isMap(this.value) && Object.hasOwn(this.value, name) ? this.value[name] : undefined;
    return new Unchecked(value, joined(this.place, name), this.#problems);
  }

  /**
   * The fields of a map with known keys, by name. An unknown key is a problem, since a silent typo is a silent wrong
   * scale.
   */
  fields<Name extends string>(
    names: readonly Name[],
    example: string,
  ): (name: NoInfer<Name>) => Unchecked {
    for (const [key, field] of this.entries(example)) {
      if (names.some((name) => name === key)) continue;
      field.problem(`unknown key.${didYouMean(key, names)} Allowed are ${oneOf(names)}`);
    }
    return (name) => this.field(name);
  }

  /** The items of a list that pass a check; undefined where it is absent or no list. */
  list<Item>(allowed: string, check: (item: Unchecked) => Item | undefined): Item[] | undefined {
    if (this.absent) return undefined;
    if (!Array.isArray(this.value)) return this.refuse(allowed);
    if (this.value.length > MOST_ENTRIES)
      return this.problem(`has ${this.value.length} items; allowed are at most ${MOST_ENTRIES}`);
    return this.value.flatMap((value, index) => {
      const item = new Unchecked(value, `${this.place}[${index}]`, this.#problems);
      if (item.absent) item.problem("is empty; say what it is, or remove it");
      const checked = item.absent ? undefined : check(item);
      return checked === undefined ? [] : [checked];
    });
  }

  text(pattern: RegExp, allowed: string): string | undefined {
    if (this.absent) return undefined;
    if (isText(this.value) && pattern.test(this.value)) return this.value;
    return this.refuse(allowed);
  }

  flag(): boolean | undefined {
    if (this.absent) return undefined;
    if (typeof this.value === "boolean") return this.value;
    if (this.value === "true" || this.value === "false") return this.value === "true";
    return this.refuse("true or false");
  }

  choice<Word extends string>(words: readonly Word[]): Word | undefined {
    if (this.absent) return undefined;
    const found = words.find((word) => word === this.value);
    if (found !== undefined) return found;
    const hint = typeof this.value === "string" ? didYouMean(this.value, words) : "";
    return this.problem(`found ${shown(this.value)}; allowed is ${oneOf(words)}.${hint}`);
  }

  /** A whole number; also as a string, which is how `pulumi config set` may store it. */
  wholeNumber(range: { from: number; to: number }, why = ""): number | undefined {
    if (this.absent) return undefined;
    const number = numberIn(this.value);
    if (Number.isInteger(number) && number >= range.from && number <= range.to) return number;
    const example = Math.min(range.to, Math.max(range.from, 2));
    return this.refuse(
      `a whole number from ${range.from} to ${range.to}, such as ${example}${why}`,
    );
  }

  /** A Kubernetes quantity of at least `least` thousandths, as it was written. */
  quantity(least: bigint, allowed: string): string | undefined {
    if (this.absent) return undefined;
    const text = typeof this.value === "number" ? String(this.value) : this.value;
    const value = typeof text === "string" ? parseQuantity(text) : undefined;
    if (typeof text === "string" && value !== undefined && value >= least) return text;
    return this.refuse(allowed);
  }
}

/** Whether a value is a text that a container can be given: not too long, without NUL, and without half a character. */
export function isText(value: unknown): value is string {
  return (
    typeof value === "string" &&
    Buffer.byteLength(value) <= LONGEST_TEXT &&
    !value.includes("\0") &&
    value.isWellFormed()
  );
}

/** Whether a value is a map of a stack file: no list, no date, nothing that is only known later. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !isOutput(value)
  );
}

/** Digits only: `Number` would take "", " 4", "0x4" and "1e1" too. */
function numberIn(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
}

function joined(place: string, key: string): string {
  const isPlain = /^[\w-]{1,80}$/.test(key);
  if (place.endsWith(":")) return isPlain ? `${place}${key}` : `${place}${shown(key)}`;
  return isPlain ? `${place}.${key}` : `${place}[${shown(key)}]`;
}
