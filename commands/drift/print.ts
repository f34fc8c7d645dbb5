import type { Json, Path } from "../../infra/cluster/json.ts";
import { getPath, text } from "../../infra/cluster/json.ts";
import { formatPath } from "../../infra/cluster/property-path.ts";
import { truncate } from "../../components/cost/text-table.ts";
import type { Drift } from "./drift.ts";
import type { ChangedSecret } from "./secrets.ts";
import type { Owner } from "./owner.ts";

/** Room for an image with its digest. */
const MAX_VALUE_LENGTH = 160;

/** A drift, and who did it where that is known. */
export type ReportedDrift = Drift & { readonly owner?: Owner };

/** A drift in one line. */
export function driftLine(drift: ReportedDrift): string {
  const { kind, name } = drift.object;
  if (drift.change === "deleted") return `${kind} ${name}: deleted`;
  return `${kind} ${name}: ${fieldName(drift)} ${whatHappened(drift)}${byWhom(drift.owner)}`;
}

/** A drift as scripts get it. */
export function driftJson(drift: ReportedDrift): object {
  const { kind, name, namespace } = drift.object;
  if (drift.change === "deleted") return { kind, name, namespace, change: drift.change };
  const { change, path, before, after, owner } = drift;
  return { kind, name, namespace, change, path: formatPath(path), before, after, ...owner };
}

/** A Secret of a service that has changed, in one line. */
export function secretLine({ name, change, usedBy }: ChangedSecret): string {
  return `Secret ${name}: ${change} since the last pulumi up; the pods of ${usedBy.join(", ")} have the values of before`;
}

/** The same as scripts get it. */
export function secretJson({ name, namespace, change, usedBy }: ChangedSecret): object {
  return { kind: "Secret", name, namespace, change, usedBy };
}

type FieldDrift = Exclude<Drift, { readonly change: "deleted" }>;

function whatHappened({ change, before, after }: FieldDrift): string {
  if (before === undefined && after === undefined) return change;
  return `${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: string | number | boolean | undefined): string {
  if (value === undefined) return "none";
  const plain = String(value);
  return truncate(/^\S+$/.test(plain) ? plain : JSON.stringify(plain), MAX_VALUE_LENGTH);
}

function byWhom(owner: Owner | undefined): string {
  if (owner === undefined) return "";
  const when = owner.at?.replace(/^(\S+)T(\d\d:\d\d)\S*Z$/, ", $1 $2 UTC") ?? "";
  return ` (by ${owner.by}${when})`;
}

/**
 * `replicas`, `image of container app`, `variable LOG_LEVEL of container app`; else the path
 * itself.
 */
function fieldName({ object, path }: FieldDrift): string {
  if (formatPath(path) === "spec.replicas") return "replicas";
  const list = path.findIndex((step) => step === "containers" || step === "initContainers");
  const index = path[list + 1];
  if (list === -1 || typeof index !== "number") return formatPath(path);
  const value = (of: Path): Json | undefined =>
    getPath(object.now, ...of) ?? getPath(object.applied, ...of);
  const role = path[list] === "containers" ? "container" : "init container";
  const container = `${role} ${nameIn(value(path.slice(0, list + 2))) ?? `[${index}]`}`;
  const [field, number, ...rest] = path.slice(list + 2);
  if (field === undefined) return container;
  const variable = nameIn(value(path.slice(0, list + 4)));
  if (field === "env" && number !== undefined && variable !== undefined) {
    const what = rest.length === 0 || rest[0] === "value" ? "" : `${formatPath(rest)} of `;
    return `${what}variable ${variable} of ${container}`;
  }
  return `${formatPath(path.slice(list + 2))} of ${container}`;
}

function nameIn(value: Json | undefined): string | undefined {
  return text(getPath(value, "name"));
}
