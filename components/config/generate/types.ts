import type { Field, Fields, Scalar } from "../field.ts";
import { isContainer } from "../field.ts";
import { STACK } from "../stack.ts";

const WIDTH = 96;

/**
 * The TypeScript types of what users may give, with their doc comments: the source of `types.ts`.
 */
export function typesSource(): string {
  const interfaces = new Map<string, string>();
  addInterface(STACK, interfaces);
  return [
    "// Made by npm run generate from the declarations beside this file.",
    'import type { Input, Output } from "@pulumi/pulumi";',
    ...[...interfaces.values()].toReversed(),
  ].join("\n\n");
}

function addInterface(declared: Field, interfaces: Map<string, string>): void {
  const { shape } = declared;
  if (shape.kind !== "map" || shape.typeName === undefined) return;
  const members = membersOf(shape.fields, interfaces);
  const doc = comment([declared.help]);
  interfaces.set(shape.typeName, `${doc}\nexport interface ${shape.typeName} {\n${members}\n}`);
}

function membersOf(fields: Fields, interfaces: Map<string, string>): string {
  return Object.entries(fields)
    .map(([name, declared]) => {
      const isOptional = !(declared.required ?? declared.requiredInCode ?? false);
      const fallback = defaultText(declared);
      const doc = [declared.help, ...(isOptional && fallback ? [`@default ${fallback}`] : [])];
      return `${comment(doc)}\nreadonly ${name}${isOptional ? "?" : ""}: ${typeOf(declared, interfaces)};`;
    })
    .join("\n");
}

/** The default as people read it; undefined where there is none. */
export function defaultText({ default: value, otherwise }: Field): string | undefined {
  if (otherwise !== undefined) return otherwise;
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function typeOf(declared: Field, interfaces: Map<string, string>): string {
  const { shape, type } = declared;
  const of = (inner: Field) => typeOf(inner, interfaces);
  if (type !== undefined) return type;
  if (!isContainer(shape)) return scalarType(shape);
  switch (shape.kind) {
    case "list":
      return `readonly (${of(shape.item)})[]`;
    case "entries":
      return `Readonly<Record<string, ${of(shape.value)}>>`;
    case "either":
      return [...new Set(shape.options.map(of))].join(" | ");
    case "map":
      addInterface(declared, interfaces);
      return shape.typeName ?? `{ ${membersOf(shape.fields, interfaces)} }`;
  }
}

function scalarType(shape: Scalar): string {
  switch (shape.kind) {
    case "text":
      return "string";
    case "wholeNumber":
    case "quantity":
    case "decimal":
      return "number | string";
    case "flag":
      return "boolean";
    case "choice":
      return shape.words.map((word) => JSON.stringify(word)).join(" | ");
    case "plainValue":
      return "string | number | boolean";
    case "secret":
      return "Output<string>";
    case "off":
      return '"off" | false';
  }
}

/** A doc comment, in lines of a width that a formatter leaves alone. */
export function comment(paragraphs: readonly string[]): string {
  const lines = paragraphs.flatMap((paragraph) => wrapped(paragraph, WIDTH));
  const [only = "", ...others] = lines;
  if (others.length === 0) return `/** ${only} */`;
  return `/**\n${lines.map((line) => ` * ${line}`).join("\n")}\n */`;
}

/** Text in lines of at most so many characters. */
export function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + word.length < width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
