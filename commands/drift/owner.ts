import type { Json, Path } from "../../infra/cluster/json.ts";
import {
  getPath,
  equal,
  isObject,
  list,
  object,
  parseObject,
  text,
} from "../../infra/cluster/json.ts";

/** Who has set a field, as the cluster has noted it. */
export interface Owner {
  /** `kubectl-edit`, `kubectl scale`. */
  readonly by: string;
  /** Not noted of a change through a subresource, such as scale. */
  readonly at?: string;
}

/**
 * What Pulumi's provider calls itself when it creates an object; after an update it has a name of
 * its own for each.
 */
const CREATORS = new Set(["pulumi-kubernetes", "pulumi-resource-kubernetes"]);

/**
 * Who, other than Pulumi, has set the field at a path of a live object; undefined where the cluster
 * does not know.
 *
 * @param fieldManager Pulumi's name as an owner of fields of this object
 */
export function ownerOf(live: Json, path: Path, fieldManager: string | undefined) {
  const owners = list(getPath(live, "metadata", "managedFields"))
    .map((entry) => ({ entry, depth: ownedDepth(getPath(entry, "fieldsV1"), live, path) }))
    .filter(({ entry, depth }) => depth > 0 && !isPulumi(entry, fieldManager))
    // The one that names the field itself before one that names what it is in; of two, the last.
    .toSorted((a, b) => b.depth - a.depth || timeOf(b.entry).localeCompare(timeOf(a.entry)));
  const [first] = owners;
  return first && owner(first.entry);
}

function isPulumi(entry: Json, fieldManager: string | undefined): boolean {
  const manager = text(getPath(entry, "manager")) ?? "";
  return manager === fieldManager || CREATORS.has(manager);
}

function owner(entry: Json): Owner {
  const manager = text(getPath(entry, "manager")) ?? "";
  const subresource = text(getPath(entry, "subresource"));
  const time = timeOf(entry);
  return {
    by: subresource === undefined ? manager : `${manager} ${subresource}`,
    ...(time !== "" && { at: time }),
  };
}

function timeOf(entry: Json): string {
  return text(getPath(entry, "time")) ?? "";
}

/**
 * How many steps of a path an owner names; 0 where it owns nothing there.
 *
 * Fields are `f:name`; items of a list are `k:{"name":"app"}` or `v:"value"`. Where nothing is
 * below, all of it is owned as a whole.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
function ownedDepth(fields: Json | undefined, live: Json | undefined, path: Path): number {
  const [step, ...rest] = path;
  if (step === undefined || !isObject(fields)) return 0;
  const value = getPath(live, step);
  const key = Object.keys(fields).find((name) => names(name, step, value));
  if (key === undefined) return 0;
  const below = object(fields[key]);
  if (rest.length === 0 || Object.keys(below).length === 0) return 1;
  const deeper = ownedDepth(below, value, rest);
  return deeper === 0 ? 0 : deeper + 1;
}

function names(key: string, step: string | number, value: Json | undefined): boolean {
  if (typeof step === "string") return key === `f:${step}`;
  if (key.startsWith("v:")) return key.slice(2) === JSON.stringify(value);
  const fields = key.startsWith("k:") ? parseObject(key.slice(2)) : undefined;
  return (
    fields !== undefined &&
    Object.entries(fields).every(([name, wanted]) => equal(getPath(value, name), wanted))
  );
}
