import type { Range } from "./value.ts";
import { ConfigValue, wholeNumberBetween } from "./value.ts";
import { listOr } from "./errors.ts";
import { MEBIBYTE, MILLICORE } from "../manifest/quantity.ts";

/**
 * What a key may hold, as plain data: the schema, the reference, the types and the fuzzer are made
 * from it.
 */
export type Shape = Scalar | Container;

/** One value. */
export type Scalar =
  | { readonly kind: "text"; readonly pattern: RegExp }
  | ({ readonly kind: "wholeNumber" } & Range)
  | { readonly kind: "quantity"; readonly unit: Unit }
  /** From 0 on. */
  | { readonly kind: "decimal"; readonly to: number }
  | { readonly kind: "flag" }
  | { readonly kind: "choice"; readonly words: readonly string[] }
  /** A value of an environment variable. */
  | { readonly kind: "plainValue" }
  | { readonly kind: "secret" }
  | { readonly kind: "off" };

/** What holds values that are declared in turn. */
export type Container =
  | { readonly kind: "list"; readonly item: Field; readonly minItems: number }
  | {
      readonly kind: "map";
      readonly fields: Fields;
      readonly relations: readonly Relation[];
      /** Name of its TypeScript interface; one without a name is written where it stands. */
      readonly typeName: string | undefined;
    }
  | { readonly kind: "entries"; readonly key: EntryKey; readonly value: Field }
  | { readonly kind: "either"; readonly options: readonly Field[] };

export function isContainer(shape: Shape): shape is Container {
  return ["list", "map", "entries", "either"].includes(shape.kind);
}

type Unit = "bytes" | "cores";

/** What the keys of a map with free keys are called, and which are refused. */
export interface EntryKey {
  /** As the reference writes it: `TYPE`. */
  readonly name: string;
  readonly pattern: RegExp | undefined;
  readonly reserved: readonly string[];
  /** Keys that hold something else than the others. */
  readonly special: Fields;
}

/**
 * What one key of a map means for another one. The checks of a section say so in words of their
 * own.
 */
export type Relation =
  | { readonly kind: "needs"; readonly key: string; readonly oneOf: readonly string[] }
  | { readonly kind: "excludes"; readonly key: string; readonly other: string }
  | { readonly kind: "exactlyOne"; readonly of: readonly string[] };

/** What a declaration says of its key, whatever the key may hold. */
export interface About {
  /** What it is, in a sentence. */
  readonly help: string;
  readonly required?: true;
  readonly default?: unknown;
  /** The default in words, where it follows from something else. */
  readonly otherwise?: string;
  /** A value that is good, as it is given in code and in JSON. */
  readonly example?: unknown;
  /** The TypeScript type of what is given, where it is more than a stack file can hold. */
  readonly type?: string;
  /** Always there for those who call the component, though a stack file may leave it out. */
  readonly requiredInCode?: true;
}

/** The declaration of a key. */
export interface Field<Checked = unknown> extends About {
  readonly shape: Shape;
  /** What messages say is expected. */
  readonly expected: string;
  /**
   * The checked value, or the default; undefined where there is none, and for what is missing or
   * wrong.
   */
  readonly check: (value: ConfigValue, limits?: Partial<Range>) => Checked;
}

export type Fields = Readonly<Record<string, Field>>;

export type CheckedFields<Declared extends Fields> = {
  readonly [Name in keyof Declared]: Declared[Name] extends Field<infer Checked> ? Checked : never;
};

/** A key with a default is never undefined once it is checked. */
type OrDefault<Value, Given> = Given extends { readonly default: unknown }
  ? Value
  : Value | undefined;

type Read<Value> = (value: ConfigValue, limits: Partial<Range>) => Value | undefined;

/** A value that is absent: what is checked of it are the defaults. */
export const ABSENT = new ConfigValue(undefined, "", []);

export function field<Value, Given extends About>(
  given: Given,
  what: Pick<Field, "shape" | "expected">,
  read: Read<Value>,
): Field<OrDefault<Value, Given>>;
export function field(
  given: About,
  { shape, expected }: Pick<Field, "shape" | "expected">,
  read: Read<unknown>,
): Field {
  const check: Field["check"] = (value, limits = {}) => {
    if (given.required && value.absent) return value.problem(`is missing; write ${expected}`);
    return read(value, limits) ?? given.default;
  };
  return { ...given, shape, expected, check };
}

interface TextAbout extends About {
  readonly pattern: RegExp;
  /** Messages add the example, unless one is in here. */
  readonly expected: string;
  readonly example: string;
}

export function text<const Given extends TextAbout>(given: Given) {
  const { pattern, example } = given;
  const isWhole = given.expected.includes("such as");
  const expected = isWhole ? given.expected : `${given.expected}, such as ${example}`;
  const shape: Shape = { kind: "text", pattern };
  return field<string, Given>(given, { shape, expected }, (value) => value.text(pattern, expected));
}

export function wholeNumber<const Given extends About & Omit<Range, "example">>(
  given: Given & { readonly example?: number },
) {
  const { from, to, why, example } = given;
  const range = { from, to, why, example };
  const expected = wholeNumberBetween(range);
  return field<number, Given>(
    given,
    { shape: { kind: "wholeNumber", ...range }, expected },
    (value, limits) => value.wholeNumber({ ...range, ...limits }),
  );
}

const MIN_AMOUNT = { bytes: MEBIBYTE, cores: MILLICORE };

export function quantity<
  const Given extends About & { readonly unit: Unit; readonly examples: readonly string[] },
>(given: Given) {
  const { unit, examples } = given;
  // `512m` is half a byte in Kubernetes, and accepted by it.
  const atLeast = unit === "bytes" ? " of at least 1Mi" : "";
  const expected = `${unit} as a Kubernetes quantity${atLeast}, such as ${examples.join(" or ")}`;
  const what: Pick<Field, "shape" | "expected"> = { shape: { kind: "quantity", unit }, expected };
  return field<string, Given>({ example: examples[0], ...given }, what, (value) =>
    value.quantity(MIN_AMOUNT[unit], expected),
  );
}

/** A number from 0 on, with or without a fraction. */
export function decimal<
  const Given extends About & { readonly to: number; readonly example: number },
>(given: Given) {
  const { to, example } = given;
  const expected = `a number from 0 to ${to}, such as ${example}`;
  const what: Pick<Field, "shape" | "expected"> = { shape: { kind: "decimal", to }, expected };
  return field<number, Given>(given, what, (value) => value.decimal(to, expected));
}

export function flag<const Given extends About>(given: Given) {
  const shape: Shape = { kind: "flag" };
  return field<boolean, Given>(given, { shape, expected: "true or false" }, (value) =>
    value.flag(),
  );
}

export function choice<
  const Word extends string,
  const Given extends About & { readonly words: readonly Word[] },
>(given: Given & { readonly words: readonly Word[] }) {
  const { words } = given;
  const what = { shape: { kind: "choice", words } as const, expected: listOr(words) };
  return field<Word, Given>(given, what, (value) => value.choice(words));
}

export function list<Item, const Given extends About & { readonly expected: string }>(
  given: Given & { readonly item: Field<Item>; readonly minItems?: number },
) {
  const { item, expected, minItems = 0 } = given;
  const shape: Shape = { kind: "list", item, minItems };
  return field<NonNullable<Item>[], Given>(given, { shape, expected }, (value) =>
    value.list(expected, (it) => item.check(it) ?? undefined),
  );
}

interface MapAbout<Declared extends Fields> extends About {
  readonly fields: Declared;
  /** As messages show it. */
  readonly expected: string;
  readonly relations?: readonly Relation[];
  readonly typeName?: string;
}

/** The keys of a map whose rules, beyond each key's own, are checked by its section. */
export interface MapField<Declared extends Fields> extends Field<CheckedFields<Declared>> {
  readonly fields: Declared;
}

/** A map with known keys. */
export function map<const Declared extends Fields>(given: MapAbout<Declared>): MapField<Declared> {
  const { fields, expected, relations = [], typeName } = given;
  const shape: Shape = { kind: "map", fields, relations, typeName };
  const check = (value: ConfigValue) => {
    value.knownKeys(Object.keys(fields), expected);
    return checkFields(fields, value);
  };
  return { ...given, shape, fields, check };
}

/**
 * Checks each of some keys of a map, whatever others it has. In a map, those that are required must
 * be there.
 */
export function checkFields<Declared extends Fields>(
  fields: Declared,
  value: ConfigValue,
): CheckedFields<Declared>;
export function checkFields(fields: Fields, value: ConfigValue): Readonly<Record<string, unknown>> {
  const checked = Object.entries(fields).map(([name, declared]) => {
    const isExpected = value.isMap || declared.required !== true;
    return [name, isExpected ? declared.check(value.field(name)) : undefined];
  });
  return Object.fromEntries(checked);
}

/** A map with free keys, such as process types. Its section checks what the keys mean. */
export function entries<Value, const Given extends About & { readonly expected: string }>(
  given: Given & {
    readonly key: Partial<EntryKey> & Pick<EntryKey, "name">;
    readonly value: Field<Value>;
  },
) {
  const { value, expected } = given;
  const key = { pattern: undefined, reserved: [], special: {}, ...given.key };
  const shape: Shape = { kind: "entries", key, value };
  return field<Map<string, Value>, Given>(
    given,
    { shape, expected },
    (whole) => new Map(whole.entries(expected).map(([name, entry]) => [name, value.check(entry)])),
  );
}

/** One of several shapes; `read` says which of them a value is to be checked as. */
export function either<Value, const Given extends About>(
  given: Given & { readonly options: readonly Field[] },
  read: Read<Value>,
) {
  const { options } = given;
  const expected = options.map((option) => option.expected).join(", or ");
  return field<Value, Given>(given, { shape: { kind: "either", options }, expected }, read);
}

/** `off`, and what YAML 1.1 makes of it. */
export const OFF = field({ help: "None." }, { shape: { kind: "off" }, expected: "off" }, isOff);

export function isOff({ value }: ConfigValue): boolean {
  return value === "off" || value === false;
}

/**
 * A declaration whose checked value is judged further: by what one pattern cannot say, or by other
 * keys of its map.
 */
export function refined<In, Out>(
  declared: Field<In>,
  refine: (checked: In, value: ConfigValue) => Out,
): Field<Out> {
  return {
    ...declared,
    check: (value, limits) => refine(declared.check(value, limits), value),
  };
}
