import type { Field, Scalar, Shape } from "../field.ts";
import { isContainer } from "../field.ts";
import { PREFIX, STACK } from "../stack.ts";
import { defaultText, wrapped } from "./types.ts";

/** As wide as the pages that are written by hand. */
const WIDTH = 120;

const INTRODUCTION = `# Keys of a stack file

Made by \`npm run generate\` from the declarations in \`components/config/\`.

What is written below \`config\` in \`Pulumi.NAME.yaml\`. Every mistake is reported with its location before anything is
changed, all of them at once.`;

/** The page about every key of a stack file. */
export function referencePage(): string {
  const sections = Object.entries(STACK.fields).map(([name, declared]) => {
    const key = `${PREFIX}${name}`;
    return [`## \`${key}\``, about(declared), ...keysBelow(declared, key)].join("\n\n");
  });
  return [INTRODUCTION, ...sections].join("\n\n");
}

/** Every key below another one, with its path. */
function keysBelow(declared: Field, path: string): string[] {
  return childrenOf(declared, path).flatMap(([child, at]) => [
    `### \`${at}\``,
    about(child),
    ...keysBelow(child, at),
  ]);
}

/**
 * The declarations directly below one, with the path of each: also those in the items of a list or
 * a map with free keys.
 */
export function childrenOf({ shape }: Field, path: string): [Field, string][] {
  if (!isContainer(shape)) return [];
  switch (shape.kind) {
    case "map":
      return Object.entries(shape.fields).map(([name, child]) => [child, `${path}.${name}`]);
    case "entries":
      return [
        ...childrenOf(shape.value, `${path}.${shape.key.name}`),
        ...Object.entries(shape.key.special).map(([name, child]): [Field, string] => [
          child,
          `${path}.${name}`,
        ]),
      ];
    case "list":
      return childrenOf(shape.item, `${path}[]`);
    case "either":
      return shape.options.flatMap((option) => childrenOf(option, path));
  }
}

function about(declared: Field): string {
  const fallback = declared.required ? "none: the key is required" : defaultText(declared);
  const { example } = declared;
  return [
    ...wrapped(declared.help, WIDTH),
    "",
    `- Type: ${typeText(declared.shape)}`,
    ...(fallback === undefined
      ? []
      : [`- Default: ${isWord(declared) ? `\`${fallback}\`` : fallback}`]),
    ...(example === undefined ? [] : [`- Example: \`${yamlText(example)}\``]),
  ].join("\n");
}

function isWord({ required, otherwise }: Field): boolean {
  return required !== true && otherwise === undefined;
}

function typeText(shape: Shape): string {
  if (!isContainer(shape)) return scalarText(shape);
  switch (shape.kind) {
    case "list":
      return `list; each item: ${typeText(shape.item.shape)}`;
    case "entries":
      return `map of ${shape.key.name} to: ${typeText(shape.value.shape)}`;
    case "either":
      return [...new Set(shape.options.map((option) => typeText(option.shape)))].join("; or ");
    case "map":
      return "map";
  }
}

function scalarText(shape: Scalar): string {
  switch (shape.kind) {
    case "text":
      return "text";
    case "wholeNumber":
      return `whole number from ${shape.from} to ${shape.to}`;
    case "decimal":
      return `number from 0 to ${shape.to}`;
    case "quantity":
      return `Kubernetes quantity, ${shape.unit}`;
    case "flag":
      return "`true` or `false`";
    case "choice":
      return shape.words.map((word) => `\`${word}\``).join(", ");
    case "plainValue":
      return "text, whole number, `true` or `false`";
    case "secret":
      return "secret text";
    case "off":
      return "`off`";
  }
}

/** A value in one line of YAML. */
function yamlText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlText).join(", ")}]`;
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? quotedIfNeeded(value) : JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, item]) => `${key}: ${yamlText(item)}`);
  return `{ ${pairs.join(", ")} }`;
}

function quotedIfNeeded(text: string): string {
  return /^[A-Za-z/*][^#:{}[\],]*(:\d+|:[\w.-]+)?$|^\d+\w+$/.test(text)
    ? text
    : JSON.stringify(text);
}
