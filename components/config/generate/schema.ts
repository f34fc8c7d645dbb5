import { QUANTITY } from "../../manifest/quantity.ts";
import type { Field, Fields, Relation, Scalar, Shape } from "../field.ts";
import { isContainer } from "../field.ts";
import { DECIMAL } from "../formats.ts";
import { PREFIX, STACK } from "../stack.ts";

type Schema = Readonly<Record<string, unknown>>;

const DIGITS = { type: "string", pattern: String.raw`^\d+$` };

/**
 * The JSON schema of a stack file, for editors. It knows neither the Procfile nor what two values
 * mean together.
 */
export function stackSchema(): Schema {
  const keys = Object.entries(STACK.fields);
  const config = keys.map(([name, declared]) => [`${PREFIX}${name}`, keySchema(declared)]);
  const required = keys.filter(([, { required: is }]) => is).map(([name]) => `${PREFIX}${name}`);
  const known = keys.map(([name]) => name).join("|");
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack file of dash-scale",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(config),
        required,
        patternProperties: { [`^${PREFIX}(?!(${known})$)`]: false },
      },
      encryptionsalt: { type: "string" },
      secretsprovider: { type: "string" },
      encryptedkey: { type: "string" },
    },
    required: ["config"],
  };
}

/**
 * A whole key may be empty, which is how Pulumi writes one that was never set, unless it is
 * required.
 */
function keySchema(declared: Field): Schema {
  const { description, ...schema } = fieldSchema(declared);
  return declared.required
    ? { description, ...schema }
    : { description, anyOf: [schema, { type: "null" }] };
}

function fieldSchema(declared: Field): Schema {
  const { help, default: value, otherwise, example } = declared;
  const description = otherwise === undefined ? help : `${help} Default: ${otherwise}.`;
  return {
    description,
    ...shapeSchema(declared.shape),
    ...(otherwise === undefined && value !== undefined ? { default: value } : {}),
    ...(example === undefined ? {} : { examples: [example] }),
  };
}

function shapeSchema(shape: Shape): Schema {
  if (!isContainer(shape)) return scalarSchema(shape);
  switch (shape.kind) {
    case "list":
      return { type: "array", minItems: shape.minItems, items: fieldSchema(shape.item) };
    case "either":
      return { anyOf: shape.options.map(fieldSchema) };
    case "entries":
      return entriesSchema(shape);
    case "map":
      return mapSchema(shape.fields, shape.relations);
  }
}

function scalarSchema(shape: Scalar): Schema {
  switch (shape.kind) {
    case "text":
      return { type: "string", pattern: shape.pattern.source };
    case "wholeNumber":
      return { anyOf: [{ type: "integer", minimum: shape.from, maximum: shape.to }, DIGITS] };
    case "quantity":
      return { type: ["string", "number"], minimum: 0, pattern: QUANTITY.source };
    case "decimal":
      return {
        anyOf: [
          { type: "number", minimum: 0, maximum: shape.to },
          { type: "string", pattern: DECIMAL.source },
        ],
      };
    case "flag":
      return { enum: [true, false, "true", "false"] };
    case "choice":
      return { enum: shape.words };
    case "plainValue":
      return { type: ["string", "integer", "boolean"] };
    case "off":
      return { enum: ["off", false] };
    case "secret":
      return {
        type: "object",
        required: ["secure"],
        additionalProperties: false,
        properties: { secure: { type: "string" } },
      };
  }
}

function entriesSchema({ key, value }: Extract<Shape, { kind: "entries" }>): Schema {
  return {
    type: "object",
    propertyNames: {
      ...(key.pattern === undefined ? {} : { pattern: key.pattern.source }),
      ...(key.reserved.length === 0 ? {} : { not: { enum: key.reserved } }),
    },
    ...(Object.keys(key.special).length === 0 ? {} : { properties: properties(key.special) }),
    additionalProperties: fieldSchema(value),
  };
}

function properties(fields: Fields): Schema {
  return Object.fromEntries(
    Object.entries(fields).map(([name, declared]) => [name, fieldSchema(declared)]),
  );
}

function mapSchema(fields: Fields, relations: readonly Relation[]): Schema {
  const required = Object.entries(fields)
    .filter(([, { required: is }]) => is)
    .map(([name]) => name);
  return {
    type: "object",
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties: properties(fields),
    ...(relations.length === 0 ? {} : { allOf: relations.map(relationSchema) }),
  };
}

function has(key: string): Schema {
  return { required: [key] };
}

function relationSchema(relation: Relation): Schema {
  switch (relation.kind) {
    case "needs":
      return { dependencies: { [relation.key]: { anyOf: relation.oneOf.map(has) } } };
    case "excludes":
      return { dependencies: { [relation.key]: { not: has(relation.other) } } };
    case "exactlyOne":
      return { oneOf: relation.of.map(has) };
  }
}
