import { inCode } from "../code-names.ts";
import type { Field, Fields, Scalar } from "../field.ts";
import { isContainer, text } from "../field.ts";
import { STACK } from "../stack.ts";
import { comment, defaultText } from "./types.ts";

/** Texts of keys that mean something else in a program than in a stack file. */
const HELP: Readonly<Record<string, Partial<Field>>> = {
  name: { otherwise: "the resource's name" },
  procfile: {
    help: "The app's Procfile: its path, relative to the program, or { text } with what is in it.",
    otherwise: "Procfile",
  },
  secrets: {
    help: "Environment variables of every process type whose values are secret, whether a value is marked so or not.",
  },
};
/** What the component alone has. */
const OUTPUT_NAME = text({
  help: "Name of the stack output that the component's `outputs` are exported as: a change of the app is compared with what stands there.",
  otherwise: "the resource's name in camel case: myShop for my-shop",
  pattern: /^/,
  expected: "the name of a stack output",
  example: "shop",
});
const ARGS = "AppArgs";

/**
 * The types of the component for other languages, in the words that Pulumi's analyzer knows: named
 * interfaces, `as const` objects in the place of unions of words, arrays that are not readonly.
 *
 * What may have several shapes, such as a number of replicas or a map, is `any` there, since
 * neither the analyzer nor most languages have unions; the program's own check judges the value.
 *
 * Source: pulumi/pulumi, sdk/nodejs/provider/experimental/analyzer.ts.
 */
export function pluginTypesSource(): string {
  const { app, ...beside } = STACK.fields;
  const fields = Object.entries({ ...app.fields, ...beside, outputName: OUTPUT_NAME });
  const described = fields.map(([key, declared]) => [key, { ...declared, ...HELP[key] }] as const);
  const found: Declarations = new Map();
  addInterface(ARGS, "What an app is, and at which scale.", Object.fromEntries(described), found);
  return [
    "// Made by npm run generate from the declarations in components/config/.",
    // The analyzer has no other word for a value of several shapes.
    "/* oxlint-disable typescript/no-explicit-any */",
    'import type { Input } from "@pulumi/pulumi";',
    ...[...found.values()].toReversed(),
  ].join("\n\n");
}

/** By name. */
type Declarations = Map<string, string>;

/** Where a value is: the type that a name is made of. */
interface Place {
  /** The interface that has the key; the args themselves name nothing. */
  readonly owner: string;
  readonly key: string;
}

function addInterface(name: string, help: string, fields: Fields, found: Declarations): void {
  if (found.has(name)) return;
  // Its place is before those that it names, whatever they name in turn.
  found.set(name, "");
  const members = Object.entries(fields).map(([key, declared]) => {
    const mark = declared.required === true ? "" : "?";
    const type = typeOf(declared, { owner: name, key }, found);
    return `${comment([describe(declared)])}\nreadonly ${key}${mark}: ${type};`;
  });
  found.set(name, `${comment([help])}\nexport interface ${name} {\n${members.join("\n")}\n}`);
}

/** In one paragraph: the analyzer hands on no tags of a comment. */
function describe(declared: Field): string {
  const fallback = declared.required === true ? undefined : defaultText(declared);
  const help = fallback === undefined ? declared.help : `${declared.help} Default: ${fallback}.`;
  return inCode({ location: "", message: help }).message;
}

function typeOf(declared: Field, place: Place, found: Declarations): string {
  const { shape, type } = declared;
  if (type?.includes("Input<") === true) return "Input<string>";
  if (!isContainer(shape)) return scalarType(declared, shape, { place, found });
  switch (shape.kind) {
    case "either":
      return "any";
    case "list":
      return `${typeOf(shape.item, place, found)}[]`;
    case "entries":
      return `Record<string, ${typeOf(shape.value, place, found)}>`;
    case "map": {
      const name = shape.typeName ?? `${nameOf(place)}Settings`;
      addInterface(name, declared.help, shape.fields, found);
      return name;
    }
  }
}

function scalarType(
  declared: Field,
  shape: Scalar,
  { place, found }: { readonly place: Place; readonly found: Declarations },
): string {
  switch (shape.kind) {
    case "text":
    case "quantity":
    case "plainValue":
      return "string";
    case "secret":
      return "Input<string>";
    case "wholeNumber":
    case "decimal":
      return "number";
    case "flag":
      return "boolean";
    case "choice":
      return addWords(nameOf(place), declared.help, shape.words, found);
    case "off":
      return "any";
  }
}

function addWords(
  name: string,
  help: string,
  words: readonly string[],
  found: Declarations,
): string {
  const members = words.map((word) => `${pascalCase(word)}: ${JSON.stringify(word)}`).join(",\n");
  found.set(
    name,
    `${comment([help])}\nexport const ${name} = {\n${members},\n} as const;\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];`,
  );
  return name;
}

/** `IngressController` for `controller` of `IngressSettings`. */
function nameOf({ owner, key }: Place): string {
  const context = owner === ARGS ? "" : owner.replace(/Settings$/, "");
  return `${context}${pascalCase(key)}`;
}

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|[^A-Za-z0-9]+)(.)/g, (_, first: string) => first.toUpperCase());
}
