import type { Problem } from "../../components/errors.ts";
import type { Scaling } from "../../components/manifest/scaling.ts";
import type { ProcessPlan } from "../../components/process-plan.ts";
import { processType } from "../../components/procfile/procfile.ts";
import type { Value, Wish } from "./words.ts";

/** What is to stand in the stack file for one process type. */
export interface Change {
  /** Its key in the map that is changed, as it is spelled there already if it is there. */
  readonly key: string;
  /** By field of the scale; the others stay. `replicas` alone is also short for the whole: `worker: 2`. */
  readonly fields: Readonly<Record<string, Value>>;
}

/**
 * What wishes come to, one change for each process type, in the order in which they were typed.
 *
 * @param scale what stands below `dash-scale:scale` now
 * @param processes what runs now
 */
export function changesOf(
  wishes: readonly Wish[],
  scale: unknown,
  processes: readonly ProcessPlan[],
): Change[] {
  const keys = isRecord(scale) ? Object.keys(scale) : [];
  const changes = new Map<string, Change>();
  for (const wish of wishes) {
    const type = processType(wish.type);
    // A type that nobody knows is told as it was typed.
    const name = processes.some((plan) => plan.type === type) ? type : wish.type;
    const key = keys.find((it) => processType(it) === type) ?? name;
    const fields = wish.kind === "set" ? wish.fields : sumOf(wish, processes);
    changes.set(type, { key, fields: { ...changes.get(type)?.fields, ...fields } });
  }
  return [...changes.values()];
}

/** Nothing where an autoscaler chooses: {@link notFixed} says so. */
function sumOf(
  { type, by }: Wish & { kind: "more" },
  processes: readonly ProcessPlan[],
): Change["fields"] {
  const scaling = scalingOf(type, processes);
  if (scaling?.kind === "auto") return {};
  return { replicas: (scaling?.replicas ?? 1) + by };
}

function scalingOf(type: string, processes: readonly ProcessPlan[]): Scaling | undefined {
  return processes.find((process) => process.type === processType(type))?.scaling;
}

/** For words such as `web+2` where an autoscaler chooses the replicas: more than what? */
export function notFixed(wishes: readonly Wish[], processes: readonly ProcessPlan[]): Problem[] {
  return wishes.flatMap(({ kind, word, type }) => {
    const scaling = scalingOf(type, processes);
    if (kind !== "more" || scaling?.kind !== "auto") return [];
    const { min, max } = scaling;
    const message = `"${type}" is autoscaled, from ${min} to ${max} replicas; change ${type}.min or ${type}.max`;
    return [{ place: word, message }];
  });
}

/** For words such as `worker-1` where that is a process type, too: why it was not read as one. */
export function misreadings(wishes: readonly Wish[], types: readonly string[]): Problem[] {
  return wishes
    .filter(({ kind, word }) => kind === "more" && types.includes(processType(word)))
    .map(({ word, type }) => ({
      place: word,
      message: `is read as less of "${type}"; for the process type "${word}" write ${word}=N`,
    }));
}

/** What stands below `dash-scale:scale`, with changes made. What is too wrong to be changed stays as it is. */
export function withChanges(scale: unknown, changes: readonly Change[]): unknown {
  if (!isRecord(scale) && !isAbsent(scale)) return scale;
  const types = new Map(Object.entries(scale ?? {}));
  for (const { key, fields } of changes) types.set(key, withFields(types.get(key), fields));
  return Object.fromEntries(types);
}

/** The scale of one process type with fields set: the short form stays short where it can. */
export function withFields(scale: unknown, fields: Change["fields"]): unknown {
  if (isRecord(scale)) return { ...scale, ...fields };
  const isShort = typeof scale === "number" || typeof scale === "string";
  if (!isShort && !isAbsent(scale)) return scale;
  const [only, ...others] = Object.keys(fields);
  if (only === "replicas" && others.length === 0) return fields["replicas"];
  return isShort ? { replicas: scale, ...fields } : { ...fields };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
