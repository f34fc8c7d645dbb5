import { isMap } from "../../components/config/is-map.ts";
import { isDeepStrictEqual } from "node:util";
import type { Document, Node, ParsedNode } from "yaml";
import { isAlias, isMap as isYamlMap, isScalar } from "yaml";
import { lintYaml } from "../yaml-lint.ts";
import { parseYaml, valueOf } from "../yaml.ts";
import type { Change } from "./change.ts";
import { withChanges, withFields } from "./change.ts";
import type { ParsedMap, ParsedPair } from "./splice.ts";
import {
  endOfPair,
  indentOf,
  inFlow,
  isEmpty,
  lineSplice,
  pairSplice,
  removalSplice,
  scalarLike,
  scalarText,
  spliced,
  Uneditable,
  valueSplice,
} from "./splice.ts";

const CONFIG = "config";

/** Which map of a stack file is changed, each of its entries being one of a process type. */
export interface MapLocation {
  /** Its key in full. */
  readonly map: "dash-scale:scale" | "dash-scale:confirm";
  /** The project's Pulumi name, which a key without one belongs to. */
  readonly project: string;
}

/**
 * The text of a stack file with changes of the scale, or of another map, in it. Everything else is
 * as it was, byte by byte: comments, order, quotes, indentation, ends of lines.
 *
 * @throws Uneditable where that cannot be had, or where more than what was asked for would change
 */
export function withChangesIn(
  text: string,
  changes: readonly Change[],
  location: MapLocation,
): string {
  let edited = text;
  for (const change of changes) {
    const before = new StackText(edited, location);
    edited = before.with(change);
    const isRight = differsOnlyIn(change, {
      before: before.document,
      after: parseYaml(edited),
      location,
    });
    if (!isRight) throw new Uneditable(new StackText(text, location).placeOf(change), SHARED);
  }
  return edited;
}

function isKeyOf({ map, project }: MapLocation): (key: string) => boolean {
  return (key) => key === map || `${project}:${key}` === map;
}

const SHARED = "a change here would change more than that, by an anchor or a merge key";

/**
 * The text of a stack file and what is known of it. Each step looks for one place and splices
 * there.
 */
class StackText {
  readonly #text: string;
  readonly #document: Document.Parsed;
  readonly #place: MapLocation;
  readonly #isYamlMap: (key: string) => boolean;

  constructor(text: string, location: MapLocation) {
    this.#text = text;
    this.#document = parseYaml(text);
    this.#place = location;
    this.#isYamlMap = isKeyOf(location);
  }

  get document(): Document.Parsed {
    return this.#document;
  }

  /** Where a change is made: the process type's key, or the nearest one above that there is. */
  placeOf({ key }: Change): number {
    const scale = only(this.#config(), this.#isYamlMap);
    const type = isYamlMap(scale?.value) ? only(scale.value, (name) => name === key) : undefined;
    return (type ?? scale)?.key.range[0] ?? 0;
  }

  with(change: Change): string {
    const config = this.#config();
    const scale = only(config, this.#isYamlMap);
    if (!scale) return this.#withNewScale(config, change);
    const { value } = scale;
    if (isYamlMap(value)) return this.#inScale(value, change);
    if (!isEmpty(value) && !isAlias(value)) {
      if (isScalar(value) && value.value === null)
        return this.#put(scale, this.#inOneLine(scale, change));
      throw new Uneditable(scale.key.range[0], "this is not a map of process types");
    }
    if (isAlias(value) || config.flow) return this.#put(scale, this.#inOneLine(scale, change));
    const lines = `${this.#below(config)}${this.#newType(change)}`;
    return spliced(this.#text, lineSplice(this.#text, endOfPair(this.#text, scale), lines));
  }

  #config(): ParsedMap {
    const { contents } = this.#document;
    const config = isYamlMap(contents) ? only(contents, (key) => key === CONFIG)?.value : undefined;
    if (isYamlMap(config)) return config;
    throw new Uneditable(0, "the file has no map `config` of its own");
  }

  #withNewScale(config: ParsedMap, change: Change): string {
    // It may come from elsewhere, by a merge key.
    const whole = Object.entries(this.#plain(config)).find(([key]) => this.#isYamlMap(key))?.[1];
    const isBlock = !config.flow && (whole ?? null) === null;
    const pair = isBlock
      ? `${this.#place.map}:\n${this.#below(config)}${this.#newType(change)}`
      : `${JSON.stringify(this.#place.map)}: ${inFlow(withChanges(whole, [change]))}`;
    return spliced(this.#text, pairSplice(this.#text, config, pair));
  }

  #inScale(scale: ParsedMap, change: Change): string {
    const pair = only(scale, (key) => key === change.key);
    if (!pair) {
      const merged = ownValue(this.#plain(scale), change.key);
      const value = inFlow(withFields(merged, change));
      return spliced(
        this.#text,
        pairSplice(this.#text, scale, `${scalarText(change.key)}: ${value}`),
      );
    }
    const { value } = pair;
    if (isYamlMap(value)) return this.#inType(value, change);
    return this.#put(
      pair,
      isScalar(value) ? this.#shortForm(value, change) : this.#inOneLine(pair, change),
    );
  }

  /**
   * Fields of a process type, one after the other: each where it stands or behind the last one;
   * then those that go.
   */
  #inType(type: ParsedMap, change: Change): string {
    const [first, ...others] = Object.entries(change.fields);
    if (!first) return this.#withoutFields(type, change);
    const [field, value] = first;
    const inner = isMap(value) ? only(type, (name) => name === field)?.value : undefined;
    const [[name, item] = first, ...rest] = isYamlMap(inner) ? Object.entries(value) : [first];
    const text = this.#set(isYamlMap(inner) ? inner : type, name, item);
    const left = rest.length === 0 ? others : [[field, Object.fromEntries(rest)], ...others];
    if (left.length === 0 && (change.removed ?? []).length === 0) return text;
    return new StackText(text, this.#place).with({ ...change, fields: Object.fromEntries(left) });
  }

  #set(map: ParsedMap, field: string, value: unknown): string {
    const pair = only(map, (name) => name === field);
    const splice = pair
      ? valueSplice(this.#text, pair, isMap(value) ? inFlow(value) : scalarLike(pair.value, value))
      : pairSplice(this.#text, map, `${scalarText(field)}: ${inFlow(value)}`);
    return spliced(this.#text, splice);
  }

  #withoutFields(type: ParsedMap, change: Change): string {
    const [field, ...removed] = change.removed ?? [];
    if (field === undefined) return this.#text;
    const pair = only(type, (name) => name === field);
    if (!pair) throw new Uneditable(this.placeOf(change), `${field} comes from elsewhere here`);
    const text = spliced(this.#text, removalSplice(this.#text, type, pair));
    return new StackText(text, this.#place).with({ ...change, removed });
  }

  /** `2`, or nothing: short for replicas. */
  #shortForm(old: ParsedNode, change: Change): string {
    const { replicas, ...others } = change.fields;
    const isNothing = isScalar(old) && old.value === null;
    if (isNothing) return inFlow(withFields(null, change));
    const text = replicas === undefined ? this.#sourceOf(old) : scalarLike(old, replicas);
    const pairs = Object.entries(others).map(
      ([name, value]) => `${scalarText(name)}: ${inFlow(value)}`,
    );
    if (pairs.length === 0) return text;
    const kept = change.removed?.includes("replicas") ? pairs : [`replicas: ${text}`, ...pairs];
    return `{ ${kept.join(", ")} }`;
  }

  /** What an alias stands for, with a change in it: merged where it is a map. */
  #inOneLine({ key, value }: ParsedPair, change: Change): string {
    const plain: unknown = isAlias(value) ? valueOf(this.#document, value) : undefined;
    const isWhole = isScalar(key) && this.#isYamlMap(String(key.value));
    // What is merged cannot be taken away again.
    const isMerged =
      isAlias(value) && isMap(plain) && (isWhole || (change.removed ?? []).length === 0);
    if (!isMerged)
      return inFlow(isWhole ? withChanges(plain, [change]) : withFields(plain, change));
    const changed = isWhole
      ? { [change.key]: withFields(ownValue(plain, change.key), change) }
      : change.fields;
    return `{ <<: *${value.source}, ${inFlow(changed).slice(2)}`;
  }

  #newType(change: Change): string {
    return `${scalarText(change.key)}: ${inFlow(withFields(undefined, change))}`;
  }

  /**
   * The indentation of what is below a key of `config`: one step more, as `config` itself is one
   * step below.
   */
  #below(config: ParsedMap): string {
    const indent = indentOf(this.#text, config);
    return `${indent}${indent === "" ? "  " : indent}`;
  }

  #sourceOf({ range: [from, to] }: ParsedNode): string {
    const source = this.#text.slice(from, to).trimEnd();
    if (!source.includes("\n")) return source;
    throw new Uneditable(from, "a value on several lines is kept as it is");
  }

  /** What stands in a map, with all that is merged into it. */
  #plain(node: Pick<Node, "toJS">): Record<string, unknown> {
    const value = valueOf(this.#document, node);
    return isMap(value) ? value : {};
  }

  #put(pair: ParsedPair, value: string): string {
    return spliced(this.#text, valueSplice(this.#text, pair, value));
  }
}

/** A process type may be called `constructor`, too. */
function ownValue(map: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The one pair of a map whose key is meant, merged ones left aside. */
function only(map: ParsedMap, isMeant: (key: string) => boolean): ParsedPair | undefined {
  const [first, second] = map.items.filter(
    ({ key }) => isScalar(key) && typeof key.value !== "symbol" && isMeant(String(key.value)),
  );
  if (second) throw new Uneditable(second.key.range[0], "this is here twice");
  return first;
}

interface EditCheck {
  readonly before: Document.Parsed;
  readonly after: Document.Parsed;
  readonly location: MapLocation;
}

/**
 * The last word on an edit: whether what is read from the new text is what was, but for what was
 * asked.
 */
function differsOnlyIn(change: Change, { before, after, location }: EditCheck): boolean {
  // An edit may take away what an alias or a merge key refers to.
  if (after.errors.length > 0 || lintYaml(after).length > 0) return false;
  const [old, key] = configIn(before, location);
  const [now] = configIn(after, location);
  const expected = { ...old, [key]: alike(withChanges(old[key], [change]), change) };
  const found = { ...now, [key]: alike(now[key], change) };
  return isDeepStrictEqual(restOf(before), restOf(after)) && isDeepStrictEqual(found, expected);
}

function configIn(
  document: Document.Parsed,
  location: MapLocation,
): [Record<string, unknown>, string] {
  const content = valueOf(document);
  const config = isMap(content) && isMap(content[CONFIG]) ? content[CONFIG] : {};
  return [config, Object.keys(config).find(isKeyOf(location)) ?? location.map];
}

function restOf(document: Document.Parsed): unknown {
  const content = valueOf(document);
  return isMap(content) ? { ...content, [CONFIG]: undefined } : content;
}

/** In what was changed, `4` and `"4"` are the same: quotes are kept. */
function alike(scale: unknown, { key }: Change): unknown {
  return isMap(scale) ? { ...scale, [key]: asText(scale[key]) } : scale;
}

function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (!isMap(value)) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asText(item)]));
}
