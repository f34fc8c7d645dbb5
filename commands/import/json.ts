import { ConfigError } from "../../components/config/errors.ts";

type Scalar = string | number | boolean | null;

/** A value of a JSON text, with its location. A value that is not there is empty and located above. */
export class Json {
  readonly #locate: () => string;
  readonly scalar: Scalar | undefined;
  /** Of a map, in the order of the text. A key that stands twice has its last value, as for all. */
  readonly fields: ReadonlyMap<string, Json>;
  readonly items: readonly Json[];
  readonly kind: "scalar" | "map" | "list" | "absent";

  constructor(
    content: Scalar | ReadonlyMap<string, Json> | readonly Json[] | undefined,
    locate: () => string,
  ) {
    const isScalar = typeof content !== "object" || content === null;
    this.#locate = locate;
    this.scalar = isScalar ? content : undefined;
    this.fields = content instanceof Map ? content : new Map();
    this.items = Array.isArray(content) ? content : [];
    this.kind =
      content === undefined
        ? "absent"
        : isScalar
          ? "scalar"
          : Array.isArray(content)
            ? "list"
            : "map";
  }

  /** `app.json:3:5`. */
  get location(): string {
    return this.#locate();
  }

  field(...path: readonly string[]): Json {
    const [key, ...rest] = path;
    if (key === undefined) return this;
    return (this.fields.get(key) ?? new Json(undefined, this.#locate)).field(...rest);
  }

  /** The text; undefined for anything else. */
  get text(): string | undefined {
    return typeof this.scalar === "string" ? this.scalar : undefined;
  }

  /** A text, a number or a flag as text: what a variable may hold. */
  get plain(): string | undefined {
    return this.scalar === undefined || this.scalar === null ? undefined : String(this.scalar);
  }

  /** A whole number from 0 on, also one that was written as text. */
  get count(): number | undefined {
    const { plain = "" } = this;
    return /^\d{1,9}$/.test(plain) ? Number(plain) : undefined;
  }

  /** Whether there is a value that says something: neither null nor empty. */
  get isGiven(): boolean {
    if (this.kind === "scalar") return this.scalar !== null && this.scalar !== "";
    return this.fields.size + this.items.length > 0;
  }
}

/** What `kubectl get` prints of a large namespace is a few of them. */
const MAX_MIB = 16;
const MAX_DEPTH = 100;
const SPACE = /(?:[\s\uFEFF]|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
// oxlint-disable-next-line no-control-regex -- JSON has none of them in a text
const STRING = /"(?:[^"\\\u0000-\u001F]|\\.)*"/y;
const WORD = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y;

/**
 * Reads JSON, also with the comments and the commas before an end that Dokku takes in its
 * `app.json` (github.com/tailscale/hujson).
 *
 * @param shown the file's name in locations
 * @throws ConfigError with the location of the first mistake; nothing of the text is shown
 */
export function readJson(text: string, shown: string): Json {
  if (text.length > MAX_MIB * 1024 * 1024) {
    const message = `got more than ${MAX_MIB} MiB; expected what one app has`;
    throw new ConfigError([{ location: `${shown}:1:1`, message }]);
  }
  return new Parser(text, shown).document();
}

class Parser {
  readonly #text: string;
  readonly #shown: string;
  readonly #lines: readonly number[];
  #at = 0;

  constructor(text: string, shown: string) {
    this.#text = text;
    this.#shown = shown;
    this.#lines = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  document(): Json {
    const json = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) throw this.#mistake("the end of the text");
    return json;
  }

  #value(depth: number): Json {
    this.#skip();
    const start = this.#at;
    const locate = () => this.#location(start);
    if (depth > MAX_DEPTH) throw this.#mistake(`at most ${MAX_DEPTH} levels`);
    if (this.#take("{")) return new Json(this.#map(depth), locate);
    if (this.#take("[")) return new Json(this.#list(depth), locate);
    const string = this.#string();
    if (string !== undefined) return new Json(string, locate);
    const word = this.#match(WORD);
    if (word === undefined) throw this.#mistake("a value");
    const scalar: Scalar = JSON.parse(word);
    return new Json(scalar, locate);
  }

  #map(depth: number): ReadonlyMap<string, Json> {
    const fields = new Map<string, Json>();
    while (!this.#ends("}", fields.size > 0)) {
      const key = this.#string();
      if (key === undefined) throw this.#mistake("a key in quotes, or }");
      this.#skip();
      if (!this.#take(":")) throw this.#mistake("a colon");
      fields.set(key, this.#value(depth + 1));
    }
    return fields;
  }

  #list(depth: number): readonly Json[] {
    const items: Json[] = [];
    while (!this.#ends("]", items.length > 0)) items.push(this.#value(depth + 1));
    return items;
  }

  /** Whether a map or a list ends here; takes the comma before the next part. */
  #ends(end: string, hasParts: boolean): boolean {
    this.#skip();
    if (this.#take(end)) return true;
    if (!hasParts) return false;
    if (!this.#take(",")) throw this.#mistake(`a comma or ${end}`);
    this.#skip();
    return this.#take(end);
  }

  #string(): string | undefined {
    const start = this.#at;
    const quoted = this.#match(STRING);
    try {
      return quoted === undefined ? undefined : String(JSON.parse(quoted));
    } catch {
      this.#at = start;
      throw this.#mistake("a text without a wrong escape");
    }
  }

  #skip(): void {
    this.#match(SPACE);
  }

  #take(character: string): boolean {
    const isThere = this.#text.startsWith(character, this.#at);
    if (isThere) this.#at += character.length;
    return isThere;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #location(offset: number): string {
    let [low, high] = [0, this.#lines.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return `${this.#shown}:${low + 1}:${offset - (this.#lines[low] ?? 0) + 1}`;
  }

  #mistake(expected: string): ConfigError {
    const isEnd = this.#at >= this.#text.length;
    const message = `is not JSON: ${isEnd ? "the text ends here" : "got something else here"}; expected ${expected}`;
    return new ConfigError([{ location: this.#location(this.#at), message }]);
  }
}
