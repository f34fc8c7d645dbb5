import { isMap } from "../../components/config/is-map.ts";
import type { Field, Shape } from "../../components/config/field.ts";
import { isContainer } from "../../components/config/field.ts";
import { childrenOf } from "../../components/config/generate/reference.ts";
import { PREFIX, STACK } from "../../components/config/stack.ts";

/** The path of every key that is declared, such as `dash-scale:scale.TYPE.queue.redis`. */
export function declaredKeys(): string[] {
  return Object.entries(STACK.fields).flatMap(([name, declared]) =>
    withChildren(declared, `${PREFIX}${name}`),
  );
}

function withChildren(declared: Field, path: string): string[] {
  return [path, ...childrenOf(declared, path).flatMap(([child, at]) => withChildren(child, at))];
}

/** What stands inside of a value without a key of its own. */
function innerOf(shape: Shape, path: string): [Field, string][] {
  if (!isContainer(shape)) return [];
  switch (shape.kind) {
    case "entries":
      return [[shape.value, `${path}.${shape.key.name}`]];
    case "list":
      return [[shape.item, `${path}[]`]];
    case "either":
      return shape.options.map((option) => [option, path]);
    case "map":
      return [];
  }
}

/**
 * The paths of the declared keys that stand in a config, which is what is below `config` in a stack
 * file.
 */
export function keysIn(config: unknown): Set<string> {
  const found = new Set<string>();
  for (const [name, declared] of Object.entries(STACK.fields)) {
    const key = `${PREFIX}${name}`;
    const value = isMap(config) ? config[key] : undefined;
    if (value === undefined) continue;
    found.add(key);
    collect(declared, { value, path: key }, found);
  }
  return found;
}

function collect(
  { shape }: Field,
  { value, path }: { readonly value: unknown; readonly path: string },
  found: Set<string>,
): void {
  if (shape.kind === "map" && isMap(value)) {
    for (const [name, declared] of Object.entries(shape.fields)) {
      if (!Object.hasOwn(value, name)) continue;
      found.add(`${path}.${name}`);
      collect(declared, { value: value[name], path: `${path}.${name}` }, found);
    }
    return;
  }
  const others = withoutSpecial(shape, { value, path }, found);
  for (const [declared, below] of innerOf(shape, path)) {
    const inner = shape.kind === "either" ? [value] : itemsOf(others);
    for (const item of inner) collect(declared, { value: item, path: below }, found);
  }
}

/**
 * What stands in a map with free keys besides the keys that are declared on their own, which are
 * collected.
 */
function withoutSpecial(
  shape: Shape,
  { value, path }: { readonly value: unknown; readonly path: string },
  found: Set<string>,
): unknown {
  if (shape.kind !== "entries" || !isMap(value)) return value;
  const others = new Map(Object.entries(value));
  for (const [name, declared] of Object.entries(shape.key.special)) {
    if (!others.delete(name)) continue;
    found.add(`${path}.${name}`);
    collect(declared, { value: value[name], path: `${path}.${name}` }, found);
  }
  return Object.fromEntries(others);
}

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isMap(value) ? Object.values(value) : [];
}
