import type { Alias, Document, Node, Pair, Scalar, YAMLMap } from "yaml";
import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";

/** What is wrong at an offset of a YAML text. */
interface YamlMistake {
  readonly offset: number;
  readonly message: string;
}

const MAX_DEPTH = 50;
const MAX_ALIASES = 5000;
/** With all that aliases stand for: a few lines can come to billions of values. */
const MAX_VALUES = 100_000;
const MERGE = "<<";
/** What is for this program: a key of its own, or one without a project's name. */
const OWN_KEY = /^(dash-scale:|[^:]*$)/;
const CONFIG_DEPTH = 1;
const CORE_TAG = /^tag:yaml.org,2002:(map|seq|str|int|float|bool|null)$/;
/**
 * Octal for Pulumi, decimal for YAML 1.2; binary, or with _ between digits: a number for Pulumi, a
 * text for YAML 1.2.
 */
const OLD_NUMBER = /^[-+]?(0[\d_]+|0b[01_]+|[-+]0[xo][\da-f_]+|\d[\d_]*_[\d_]*(\.[\d_]*)?)$/i;
/** A time for Pulumi, which the program gets as `2026-11-25 00:00:00 +0000 UTC`. */
const DATE = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]|$)/;

/**
 * What is wrong with a document beyond its grammar: keys that are there twice or are no text,
 * aliases that lead nowhere, into themselves or to more than can be read, numbers that are none,
 * and what is nested too deeply.
 */
export function lintYaml(document: Document.Parsed): readonly YamlMistake[] {
  const linter = new YamlLinter();
  linter.visit(document.contents, 0);
  return linter.mistakes;
}

class YamlLinter {
  readonly mistakes: YamlMistake[] = [];
  readonly #anchors = new Map<string, Node>();
  /** What is being looked at, from the outside in. */
  readonly #open = new Set<Node>();
  #isOwn = false;
  #values = 0;
  #aliases = 0;

  visit(node: unknown, depth: number): void {
    if (!isNode(node) || this.#isTooMuch(node, depth)) return;
    if (isAlias(node)) return this.#alias(node, depth);
    const { anchor, tag } = node;
    if (tag !== undefined && !CORE_TAG.test(tag))
      this.#note(node, `${tag} means nothing in a stack file; leave the tag out`);
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    this.#open.add(node);
    if (isMap(node)) this.#map(node, depth);
    else if (isSeq(node)) for (const item of node.items) this.visit(item, depth + 1);
    else if (isScalar(node)) this.#scalar(node);
    this.#open.delete(node);
  }

  #note(node: Node, message: string): void {
    this.mistakes.push({ offset: node.range?.[0] ?? 0, message });
  }

  #isTooMuch(node: Node, depth: number): boolean {
    this.#values += 1;
    if (this.#values > MAX_VALUES || this.#aliases > MAX_ALIASES) {
      if (this.#values === MAX_VALUES + 1 || this.#aliases === MAX_ALIASES + 1)
        this.#note(node, "aliases make too much of this; write out what is meant");
      this.#aliases = MAX_ALIASES + 2;
      return true;
    }
    if (depth > MAX_DEPTH)
      this.#note(node, `is nested too deeply; a stack file is nested at most ${MAX_DEPTH} deep`);
    return depth > MAX_DEPTH;
  }

  #alias(node: Alias, depth: number): void {
    this.#aliases += 1;
    const meant = this.#anchors.get(node.source);
    if (!meant) this.#note(node, `there is no anchor &${node.source} before this`);
    else if (this.#open.has(meant)) this.#note(node, `&${node.source} contains itself`);
    else this.visit(meant, depth);
  }

  #map({ items }: YAMLMap, depth: number): void {
    const seen = new Set<string>();
    for (const pair of items) {
      const key = this.#key(pair);
      if (key === undefined) continue;
      if (isNode(pair.key) && seen.has(key)) this.#note(pair.key, `"${key}" is here twice`);
      seen.add(key);
      if (depth <= CONFIG_DEPTH) this.#isOwn = depth === CONFIG_DEPTH && OWN_KEY.test(key);
      this.visit(pair.value, depth + 1);
      if (key === MERGE && isNode(pair.key) && !this.#canBeMerged(pair.value))
        this.#note(pair.key, `${MERGE} merges a map, or a list of maps`);
    }
  }

  /** The key of a pair as text; undefined after noting that it is none. */
  #key({ key }: Pair): string | undefined {
    const scalar = this.#meant(key);
    const value: unknown = isScalar(scalar) ? scalar.value : undefined;
    if (typeof value === "symbol") return MERGE;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      return String(value);
    if (isNode(key)) this.#note(key, "a key must be text");
    return undefined;
  }

  #canBeMerged(value: unknown): boolean {
    const meant = this.#meant(value);
    return isMap(meant) || (isSeq(meant) && meant.items.every((it) => isMap(this.#meant(it))));
  }

  #meant(value: unknown): unknown {
    return isAlias(value) ? this.#anchors.get(value.source) : value;
  }

  #scalar(node: Scalar): void {
    const { value, source = "" } = node;
    const isBare = this.#isOwn && node.type === "PLAIN" && node.tag === undefined;
    if (typeof value === "number" && !Number.isFinite(value))
      this.#note(node, `${source} is not a number that a config can hold`);
    else if (isBare && OLD_NUMBER.test(source))
      this.#note(node, `${source} is a different number to Pulumi than it looks; ${PUT_IN_QUOTES}`);
    else if (isBare && DATE.test(source))
      this.#note(
        node,
        `${source} is a time to Pulumi, which writes it differently; put it in quotes`,
      );
  }
}

const PUT_IN_QUOTES = "put it in quotes, or write a plain decimal number";
