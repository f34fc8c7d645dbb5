import type { Problem } from "./errors.ts";
import { DECIMAL } from "./formats.ts";
import { didYouMean, listOr, preview } from "./errors.ts";
import { parseQuantity } from "../manifest/quantity.ts";
import { isMap } from "./is-map.ts";

/**
 * Linux takes at most 128 KiB in one argument or variable (MAX_ARG_STRLEN); some of it is for what
 * is put around a text.
 */
export const MAX_TEXT_LENGTH = 120 * 1024;

/** More process types, variables or addresses than anything here has. */
const MAX_ENTRIES = 2000;

/** Keys that people may still write, each with the name that the key has now. */
export type RenamedKeys = Readonly<Record<string, string>>;

/** Between which whole numbers a value must be, and what a message adds about that. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly example?: number | undefined;
  readonly why?: string | undefined;
}

/**
 * A value of a stack file before it is checked, with its key in full and the list that its problems
 * go to.
 *
 * Each method returns the checked value, or undefined after it has noted what is wrong. An absent
 * value is undefined without a problem.
 */
export class ConfigValue {
  readonly value: unknown;
  readonly location: string;
  readonly #problems: Problem[];

  constructor(value: unknown, location: string, problems: Problem[]) {
    this.value = value;
    this.location = location;
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
    this.#problems.push({ location: this.location, message });
  }

  /** Notes that the value is not what is expected. */
  mismatch(expected: string): undefined {
    return this.problem(`got ${preview(this.value)}; expected ${expected}`);
  }

  /** The entries of a map with free keys, in order; none where it is absent or no map. */
  entries(example: string): [string, ConfigValue][] {
    if (this.absent) return [];
    if (!isMap(this.value)) {
      this.mismatch(`a map, such as ${example}`);
      return [];
    }
    const entries = Object.entries(this.value);
    if (entries.length > MAX_ENTRIES) {
      this.problem(`has ${entries.length} entries; expected at most ${MAX_ENTRIES}`);
      return [];
    }
    return entries.map(([key, value]) => [
      key,
      new ConfigValue(value, joined(this.location, key), this.#problems),
    ]);
  }

  /** One field of a map, whatever other fields it has. */
  field(name: string): ConfigValue {
    const value =
      isMap(this.value) && Object.hasOwn(this.value, name) ? this.value[name] : undefined;
    return new ConfigValue(value, joined(this.location, name), this.#problems);
  }

  /** The same without some of its fields. */
  without(names: readonly string[]): ConfigValue {
    if (!isMap(this.value) || names.length === 0) return this;
    const rest = Object.entries(this.value).filter(([name]) => !names.includes(name));
    return new ConfigValue(Object.fromEntries(rest), this.location, this.#problems);
  }

  /** Notes each key of a map that is unknown, since a silent typo is a silent wrong scale. */
  knownKeys(names: readonly string[], example: string, renamed: RenamedKeys = {}): void {
    for (const [key, field] of this.entries(example)) {
      if (names.includes(key)) continue;
      const name = Object.hasOwn(renamed, key) ? renamed[key] : undefined;
      const hint = name === undefined ? didYouMean(key, names) : ` Did you mean "${name}"?`;
      field.problem(`unknown key.${hint} Expected ${listOr(names)}`);
    }
  }

  /** The items of a list that pass a check; undefined where it is absent or no list. */
  list<Item>(expected: string, check: (item: ConfigValue) => Item | undefined): Item[] | undefined {
    if (this.absent) return undefined;
    if (!Array.isArray(this.value)) return this.mismatch(expected);
    if (this.value.length > MAX_ENTRIES)
      return this.problem(`has ${this.value.length} items; expected at most ${MAX_ENTRIES}`);
    return this.items().flatMap((item) => {
      if (item.absent) item.problem("is empty; say what it is, or remove it");
      const checked = item.absent ? undefined : check(item);
      return checked === undefined ? [] : [checked];
    });
  }

  /** The items of a list, whatever they are; none where it is not a list. */
  items(): ConfigValue[] {
    const items: readonly unknown[] = Array.isArray(this.value) ? this.value : [];
    return items.map(
      (item, index) => new ConfigValue(item, `${this.location}[${index}]`, this.#problems),
    );
  }

  text(pattern: RegExp, expected: string): string | undefined {
    if (this.absent) return undefined;
    if (isText(this.value) && pattern.test(this.value)) return this.value;
    return this.mismatch(expected);
  }

  flag(): boolean | undefined {
    if (this.absent) return undefined;
    if (typeof this.value === "boolean") return this.value;
    if (this.value === "true" || this.value === "false") return this.value === "true";
    return this.mismatch("true or false");
  }

  choice<Word extends string>(words: readonly Word[]): Word | undefined {
    if (this.absent) return undefined;
    const found = words.find((word) => word === this.value);
    if (found !== undefined) return found;
    const hint = typeof this.value === "string" ? didYouMean(this.value, words) : "";
    return this.problem(`got ${preview(this.value)}; expected ${listOr(words)}.${hint}`);
  }

  /** A whole number, or the digits of one: `pulumi config set` may store it so. */
  wholeNumber({ from, to, example = 2, why = "" }: Range): number | undefined {
    if (this.absent) return undefined;
    const number = numberIn(this.value);
    if (Number.isInteger(number) && number >= from && number <= to) return number;
    return this.mismatch(wholeNumberBetween({ from, to, example }) + why);
  }

  /** A number from 0 on, or the text of one: `pulumi config set` may store it so. */
  decimal(to: number, expected: string): number | undefined {
    if (this.absent) return undefined;
    const isDecimal = typeof this.value === "string" && DECIMAL.test(this.value);
    const number = isDecimal ? Number(this.value) : this.value;
    if (typeof number === "number" && number >= 0 && number <= to) return number;
    return this.mismatch(expected);
  }

  /** A Kubernetes quantity of at least `min` thousandths, as it was written. */
  quantity(min: bigint, expected: string): string | undefined {
    if (this.absent) return undefined;
    const text = typeof this.value === "number" ? String(this.value) : this.value;
    const value = typeof text === "string" ? parseQuantity(text) : undefined;
    if (typeof text === "string" && value !== undefined && value >= min) return text;
    return this.mismatch(expected);
  }
}

/**
 * Whether a value is a text that a container can be given: not too long, without NUL, and without
 * half a character.
 */
export function isText(value: unknown): value is string {
  return (
    typeof value === "string" &&
    Buffer.byteLength(value) <= MAX_TEXT_LENGTH &&
    !value.includes("\0") &&
    value.isWellFormed()
  );
}

/** The range in words, with an example that is in it. */
export function wholeNumberBetween({ from, to, example = 2 }: Range): string {
  const inRange = Math.min(to, Math.max(from, example));
  return `a whole number from ${from} to ${to}, such as ${inRange}`;
}

/** Digits only: `Number` would take "", " 4", "0x4" and "1e1" too. */
function numberIn(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
}

/** The location of a key in a map, as messages write it. */
export function joined(location: string, key: string): string {
  const isPlain = /^[\w-]{1,80}$/.test(key);
  if (location === "") return isPlain ? key : preview(key);
  if (location.endsWith(":")) return isPlain ? `${location}${key}` : `${location}${preview(key)}`;
  return isPlain ? `${location}.${key}` : `${location}[${preview(key)}]`;
}
