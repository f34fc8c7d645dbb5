import { isMap } from "../../components/config/is-map.ts";
import { AUTOSCALE_FIELDS } from "../../components/config/autoscale.ts";
import type { Problem } from "../../components/config/errors.ts";
import type { Scaling } from "../../components/manifest/scaling.ts";
import { maxReplicasOf } from "../../components/manifest/scaling.ts";
import type { ProcessPlan } from "../../components/plan/process-plan.ts";
import { processType } from "../../components/procfile/procfile.ts";
import type { Value, ScaleEdit } from "./words.ts";

/** What is to stand in the stack file for one process type. */
export interface Change {
  /** Its key in the map that is changed, as it is spelled there already if it is there. */
  readonly key: string;
  /**
   * By field of the scale; the others stay. `replicas` alone is also short for the whole: `worker:
   * 2`.
   */
  readonly fields: Readonly<Record<string, Value | Readonly<Record<string, Value>>>>;
  /** Fields that go. */
  readonly removed?: readonly string[];
}

/**
 * The changes that edits ask for, one for each process type, in the order in which they were typed.
 *
 * @param scale what stands below `dash-scale:scale` now
 * @param processes what runs now
 */
export function changesOf(
  edits: readonly ScaleEdit[],
  scale: unknown,
  processes: readonly ProcessPlan[],
): Change[] {
  const keys = isMap(scale) ? Object.keys(scale) : [];
  const changes = new Map<string, Pick<Change, "key" | "fields">>();
  for (const edit of edits) {
    const type = processType(edit.type);
    // An unknown process type is reported as it was typed.
    const name = processes.some((plan) => plan.type === type) ? type : edit.type;
    const key = keys.find((it) => processType(it) === type) ?? name;
    const fields = edit.kind === "set" ? edit.fields : sumOf(edit, processes);
    changes.set(type, { key, fields: { ...changes.get(type)?.fields, ...fields } });
  }
  return [...changes.values()].map((change) => {
    const isThere = isMap(scale) && Object.hasOwn(scale, change.key);
    return converted(change, isThere ? scale[change.key] : undefined);
  });
}

const AUTOSCALE_KEYS = Object.keys(AUTOSCALE_FIELDS);
const SIZES = ["cpu", "memory"] as const;

/**
 * A change with what it takes to turn a fixed number of replicas into an autoscaler, or back:
 * neither stands beside the other.
 *
 * @param entry what stands below the process type now
 */
function converted(change: Pick<Change, "key" | "fields">, entry: unknown): Change {
  const { key } = change;
  const fields = withAim(change.fields);
  const old = isMap(entry) ? entry : isAbsent(entry) ? {} : { replicas: entry };
  const isFixed = fields["replicas"] !== undefined && !hasAny(fields, AUTOSCALE_KEYS);
  const isAutoscaled = fields["replicas"] === undefined && hasAny(fields, AUTOSCALE_KEYS);
  if (isFixed && hasAny(old, AUTOSCALE_KEYS)) {
    const targets = SIZES.filter((name) => isTargetOf(old, name));
    const removed = [...AUTOSCALE_KEYS, ...targets].filter(
      (name) => Object.hasOwn(old, name) && !Object.hasOwn(fields, name),
    );
    return { key, fields, removed };
  }
  const removed = isAutoscaled && Object.hasOwn(old, "replicas") ? { removed: ["replicas"] } : {};
  const isAuto = isAutoscaled || (!isFixed && hasAny(old, AUTOSCALE_KEYS));
  return { key, fields: isAuto ? withTarget(fields, old) : fields, ...removed };
}

/** `web.concurrency=70`: no size has that name, so that it is always what to aim at. */
function withAim({ concurrency, ...others }: Change["fields"]): Change["fields"] {
  if (concurrency === undefined || isMap(concurrency)) return others;
  return { ...others, target: { concurrency } };
}

/**
 * `web.cpu=70` of an autoscaled type is what to aim at. Beside a size, or other targets, that has a
 * place of its own; where the size comes later, what stands there moves.
 */
function withTarget(fields: Change["fields"], old: Readonly<Record<string, unknown>>) {
  const target = isMap(old["target"]) ? old["target"] : {};
  const moved = SIZES.filter((name) => {
    const isSize = !isAbsent(old[name]) && !isTargetOf(old, name);
    return isPercent(fields[name]) && (isSize || Object.hasOwn(target, name));
  });
  const replaced = SIZES.filter(
    (name) => !isAbsent(fields[name]) && !isPercent(fields[name]) && isTargetOf(old, name),
  );
  if (moved.length + replaced.length === 0) return fields;
  const others = Object.entries(fields).filter(([name]) => !moved.some((it) => it === name));
  const aims = [
    ...moved.map((name): [string, number] => [name, Number(fields[name])]),
    ...replaced.map((name): [string, number] => [name, Number(old[name])]),
  ];
  const aim = isMap(fields["target"]) ? fields["target"] : {};
  return { ...Object.fromEntries(others), target: { ...aim, ...Object.fromEntries(aims) } };
}

function hasAny(map: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  return keys.some((key) => Object.hasOwn(map, key) && !isAbsent(map[key]));
}

function isTargetOf(entry: Readonly<Record<string, unknown>>, name: string): boolean {
  const { target } = entry;
  const isElsewhere = isMap(target) && !isAbsent(target[name]);
  return isPercent(entry[name]) && hasAny(entry, AUTOSCALE_KEYS) && !isElsewhere;
}

/** A plain number: as a size it would be whole cores, or bytes. */
function isPercent(value: unknown): boolean {
  return typeof value === "number" ? Number.isInteger(value) : /^\d+$/.test(String(value));
}

/** Nothing where an autoscaler chooses: {@link notFixed} says so. */
function sumOf(
  { type, by }: ScaleEdit & { kind: "more" },
  processes: readonly ProcessPlan[],
): Change["fields"] {
  const scaling = scalingOf(type, processes);
  if (scaling?.kind === "auto") return {};
  return { replicas: (scaling ? maxReplicasOf(scaling) : 1) + by };
}

function scalingOf(type: string, processes: readonly ProcessPlan[]): Scaling | undefined {
  return processes.find((process) => process.type === processType(type))?.scaling;
}

/** For words such as `web+2` where an autoscaler chooses the replicas: more than what? */
export function notFixed(
  edits: readonly ScaleEdit[],
  processes: readonly ProcessPlan[],
): Problem[] {
  return edits.flatMap(({ kind, word, type }) => {
    const scaling = scalingOf(type, processes);
    if (kind !== "more" || scaling?.kind !== "auto") return [];
    const { min, max } = scaling;
    const message = `"${type}" is autoscaled, from ${min} to ${max} replicas; change ${type}.min or ${type}.max`;
    return [{ location: word, message }];
  });
}

/** For words such as `worker-1` where that is a process type, too: why it was not read as one. */
export function misreadings(edits: readonly ScaleEdit[], types: readonly string[]): Problem[] {
  return edits
    .filter(({ kind, word }) => kind === "more" && types.includes(processType(word)))
    .map(({ word, type }) => ({
      location: word,
      message: `is read as less of "${type}"; for the process type "${word}" write ${word}=N`,
    }));
}

/**
 * What stands below `dash-scale:scale`, with changes made. What is too wrong to be changed stays as
 * it is.
 */
export function withChanges(scale: unknown, changes: readonly Change[]): unknown {
  if (!isMap(scale) && !isAbsent(scale)) return scale;
  const types = new Map(Object.entries(scale ?? {}));
  for (const change of changes) types.set(change.key, withFields(types.get(change.key), change));
  return Object.fromEntries(types);
}

/**
 * The scale of one process type with fields set and removed: the short form stays short where it
 * can.
 */
export function withFields(
  scale: unknown,
  { fields, removed = [] }: Pick<Change, "fields" | "removed">,
): unknown {
  if (isMap(scale)) return without({ ...scale, ...merged(scale, fields) }, removed);
  const isShort = typeof scale === "number" || typeof scale === "string";
  if (!isShort && !isAbsent(scale)) return scale;
  const [only, ...others] = Object.keys(fields);
  if (only === "replicas" && others.length === 0) return fields["replicas"];
  return isShort ? without({ replicas: scale, ...fields }, removed) : { ...fields };
}

function without(map: Readonly<Record<string, unknown>>, names: readonly string[]) {
  return Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)));
}

/** Fields of a map within a process type stay, too, where they are not set. */
function merged(scale: Readonly<Record<string, unknown>>, fields: Change["fields"]) {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const old = scale[name];
      return [name, isMap(value) && isMap(old) ? { ...old, ...value } : value];
    }),
  );
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
