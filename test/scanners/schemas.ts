/** Any value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** JSON schemas by the name of the file that kubeconform looks for: see {@link schemaLocation}. */
export type Schemas = ReadonlyMap<string, JsonObject>;

/**
 * Where kubeconform finds what {@link kubernetesSchemas} and {@link crdSchemas} name, in a folder.
 */
export function schemaLocation(folder: string): string {
  return `${folder}/{{ .Group }}_{{ .ResourceAPIVersion }}_{{ .ResourceKind }}.json`;
}

/**
 * A strict JSON schema for each kind that an API server knows, from its OpenAPI v2 document.
 *
 * The way of https://github.com/yannh/openapi2jsonschema, which makes what kubeconform downloads by
 * default: no field that is not declared, a kind accepts its own apiVersion and kind only,
 * quantities may be numbers.
 */
export function kubernetesSchemas(openapi: JsonObject): Schemas {
  const definitions = new Map(
    Object.entries(objectAt(openapi, "definitions")).map(strictDefinition),
  );
  const schemas = new Map<string, JsonObject>();
  for (const [name, definition] of definitions) {
    const kinds = definition["x-kubernetes-group-version-kind"];
    // An object that stands for many kinds (such as DeleteOptions) is none that a manifest holds.
    if (!Array.isArray(kinds) || kinds.length !== 1) continue;
    const names = namesOf(kinds[0]);
    if (!names) continue;
    const needed = [...reachable(name, definitions)].map((it) => [it, definitions.get(it) ?? {}]);
    schemas.set(fileOf(names), {
      ...ownKindOnly(definition, names),
      definitions: Object.fromEntries(needed),
    });
  }
  return schemas;
}

/** The same for each version of a CustomResourceDefinition. */
export function crdSchemas(crd: JsonObject): Schemas {
  const spec = objectAt(crd, "spec");
  const group = spec["group"];
  const kind = objectAt(spec, "names")["kind"];
  const versions = spec["versions"];
  if (typeof group !== "string" || typeof kind !== "string" || !Array.isArray(versions)) {
    throw new Error("This is not a CustomResourceDefinition of apiextensions.k8s.io/v1");
  }
  return new Map(
    versions.filter(isObject).map((entry): [string, JsonObject] => {
      const version = typeof entry["name"] === "string" ? entry["name"] : "";
      const names = { group, version, kind };
      const declared = objectAt(objectAt(entry, "schema"), "openAPIV3Schema");
      const { metadata: _any, ...properties } = objectAt(declared, "properties");
      const schema = strict({ ...declared, properties: { ...properties, metadata: {} } });
      return [fileOf(names), ownKindOnly(schema, names)];
    }),
  );
}

interface KindNames {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

function namesOf(value: Json | undefined): KindNames | undefined {
  if (!isObject(value)) return undefined;
  const { group, version, kind } = value;
  return typeof group === "string" && typeof version === "string" && typeof kind === "string"
    ? { group, version, kind }
    : undefined;
}

/** kubeconform takes the version for the group where there is none. */
function fileOf({ group, version, kind }: KindNames): string {
  return `${group === "" ? version : group}_${version}_${kind.toLowerCase()}.json`;
}

function ownKindOnly(schema: JsonObject, { group, version, kind }: KindNames): JsonObject {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return {
    ...schema,
    $schema: "http://json-schema.org/draft-07/schema#",
    properties: {
      ...objectAt(schema, "properties"),
      apiVersion: { enum: [apiVersion] },
      kind: { enum: [kind] },
    },
    required: [...new Set([...listAt(schema, "required"), "apiVersion", "kind"])],
  };
}

/** What a definition refers to, itself included. */
function reachable(
  name: string,
  definitions: ReadonlyMap<string, JsonObject>,
  found: Set<string> = new Set(),
): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, next] of JSON.stringify(definitions.get(name)).matchAll(
    /"#\/definitions\/([^"]+)"/g,
  )) {
    if (next !== undefined) reachable(next, definitions, found);
  }
  return found;
}

const intOrString: JsonObject = { type: ["integer", "string"] };

/** Values that are written in more ways than their definition says. */
const lenient: Readonly<Record<string, JsonObject>> = {
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": intOrString,
  "io.k8s.apimachinery.pkg.api.resource.Quantity": { type: ["number", "string"] },
};

function strictDefinition([name, definition]: [string, Json]): [string, JsonObject] {
  return [name, lenient[name] ?? strict(isObject(definition) ? definition : {})];
}

/**
 * A schema that allows only the fields it names; descriptions, which are most of its size, are left
 * out.
 */
function strict(schema: JsonObject): JsonObject {
  if (schema["x-kubernetes-int-or-string"] === true || schema["format"] === "int-or-string") {
    return intOrString;
  }
  const { description: _text, ...rest } = schema;
  const open = "additionalProperties" in rest || rest["x-kubernetes-preserve-unknown-fields"];
  return {
    ...rest,
    ...("properties" in rest ? { properties: eachStrict(objectAt(rest, "properties")) } : {}),
    ...(isObject(rest["items"]) ? { items: strict(rest["items"]) } : {}),
    ...(isObject(rest["additionalProperties"])
      ? { additionalProperties: strict(rest["additionalProperties"]) }
      : {}),
    ...("properties" in rest && !open ? { additionalProperties: false } : {}),
  };
}

function eachStrict(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key,
      isObject(value) ? strict(value) : value,
    ]),
  );
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isObject(value) ? value : {};
}

function listAt(parent: JsonObject, key: string): readonly Json[] {
  const value = parent[key];
  return Array.isArray(value) ? value : [];
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
