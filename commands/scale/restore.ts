import { isDeepStrictEqual } from "node:util";
import type { Problem } from "../../components/config/errors.ts";
import { preview } from "../../components/config/errors.ts";
import { isMap } from "../../components/config/is-map.ts";
import { processType } from "../../components/procfile/procfile.ts";
import type { Change } from "./change.ts";
import type { Value } from "./words.ts";

type Fields = Readonly<Record<string, unknown>>;

/** How one scale becomes another. */
export interface Restoration {
  readonly changes: readonly Change[];
  /** Fields that only a person can put back. */
  readonly problems: readonly Problem[];
}

/**
 * The changes that turn one scale into another. A process type that the other one does not name
 * runs as one replica.
 *
 * @param types process types that there are now; undefined where that is not known
 */
export function changesTo(
  target: unknown,
  scale: unknown,
  types: ReadonlySet<string> | undefined,
): Restoration {
  const [wanted, there] = [entriesByType(target), entriesByType(scale)];
  const names = [...new Set([...there.keys(), ...wanted.keys()])];
  const all = names
    .filter((type) => types === undefined || types.has(type))
    .map((type) => {
      const [now, old] = [wanted.get(type), there.get(type)];
      const key = old?.key ?? now?.key ?? type;
      return changeTo(key, now?.fields ?? { replicas: 1 }, old?.fields ?? {});
    });
  return {
    changes: all.map(({ change }) => change),
    problems: all.flatMap(({ problems }) => problems),
  };
}

function entriesByType(scale: unknown): Map<string, { key: string; fields: Fields }> {
  const entries = isMap(scale) ? Object.entries(scale) : [];
  return new Map(
    entries.map(([key, value]) => [
      processType(key),
      { key, fields: isMap(value) ? value : { replicas: value } },
    ]),
  );
}

function changeTo(key: string, wanted: Fields, old: Fields) {
  const different = Object.entries(wanted).filter(
    ([name, value]) => !isDeepStrictEqual(value, old[name]),
  );
  const fields = different.flatMap(([name, value]): [string, Change["fields"][string]][] =>
    isWritable(value, old[name]) ? [[name, value]] : [],
  );
  const problems = different
    .filter(([name, value]) => !isWritable(value, old[name]))
    .map(([name, value]) => ({
      location: `dash-scale:scale.${key}.${name}`,
      message: `was ${preview(value)} then, which takes more than a line; put it back by hand`,
    }));
  const removed = Object.keys(old).filter((name) => !Object.hasOwn(wanted, name));
  return { change: { key, fields: Object.fromEntries(fields), removed }, problems };
}

/** A map is merged with the one that is there, so it may lack nothing of that. */
function isWritable(value: unknown, old: unknown): value is Change["fields"][string] {
  if (isValue(value)) return true;
  if (!isMap(value) || !Object.values(value).every(isValue)) return false;
  return !isMap(old) || Object.keys(old).every((name) => Object.hasOwn(value, name));
}

function isValue(value: unknown): value is Value {
  return typeof value === "number" || typeof value === "string";
}
