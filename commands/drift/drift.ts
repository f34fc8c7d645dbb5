import { contains } from "../../infra/cluster/property-path.ts";
import type { Json, Path } from "../../infra/cluster/json.ts";
import { equal, isObject } from "../../infra/cluster/json.ts";
import { SECRET_PLACEHOLDER } from "../stack-file.ts";
import type { Examined } from "./report.ts";

/** One thing that is not as Pulumi left it. */
export type Drift =
  | { readonly object: Examined; readonly change: "deleted" }
  | {
      readonly object: Examined;
      readonly change: "changed" | "added" | "removed";
      readonly path: Path;
      /**
       * Absent where there was none, where it is a whole map or list, and where it is not to be
       * shown.
       */
      readonly before?: Plain;
      readonly after?: Plain;
    };

type Plain = string | number | boolean;

/** Everything in an object that somebody has changed; nothing where it is as Pulumi left it. */
export function driftOf(object: Examined): Drift[] {
  if (object.state === "deleted") return [{ object, change: "deleted" }];
  if (object.state === "as it was") return [];
  return object.differing
    .filter((path) => !object.ignored.some((ignored) => contains(ignored, path)))
    .flatMap((path) => changeAt(object, path));
}

function changeAt(object: Examined, path: Path): Drift[] {
  const before = valueAt(object.applied, path);
  const after = valueAt(object.now, path);
  if (before === MASKED || after === MASKED) return [{ object, path, change: "changed" }];
  // What Pulumi has applied itself differs from what it remembers when the update did not come up.
  // It is no drift.
  if (equal(before, after)) return [];
  const change = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const hidden = isHidden(object, path);
  return [
    {
      object,
      path,
      change,
      ...(!hidden && isPlain(before) && { before }),
      ...(!hidden && isPlain(after) && { after }),
    },
  ];
}

/** Maps and lists are not shown: there may be variables in them. */
function isPlain(value: Json | undefined): value is Plain {
  return value !== undefined && value !== null && typeof value !== "object";
}

/** Stands for a value that Pulumi hides because it is secret. */
const MASKED = SECRET_PLACEHOLDER;

/** The value at a path; masked where a secret is on the way, or in it. */
function valueAt(value: Json | undefined, [step, ...rest]: Path): Json | undefined {
  if (value === MASKED) return MASKED;
  if (step === undefined) return holdsSecret(value) ? MASKED : value;
  if (Array.isArray(value)) return valueAt(value[Number(step)], rest);
  return isObject(value) ? valueAt(value[step], rest) : undefined;
}

function holdsSecret(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (isObject(value)) return Object.values(value).some(holdsSecret);
  return value === MASKED;
}

/**
 * What is in a Secret or ConfigMap, and variables: who sets one by hand may well have put a
 * password there.
 */
function isHidden({ kind }: Examined, path: Path): boolean {
  if (kind === "Secret" || kind === "ConfigMap") {
    return ["data", "stringData", "binaryData"].some((field) => path[0] === field);
  }
  return path.includes("env");
}
