/** The updates of a stack, as `pulumi stack history --json` has them. */
import { isMap } from "../../components/config/is-map.ts";
import { processType } from "../../components/procfile/procfile.ts";
import type { Json } from "../../infra/cluster/json.ts";
import { getPath, number, object, text } from "../../infra/cluster/json.ts";

const SCALE = "dash-scale:scale";

/** One update of a stack. */
export interface HistoryEntry {
  readonly kind: string;
  /** ISO 8601. */
  readonly started: string;
  /** Seconds; undefined while the update goes on, and where Pulumi does not know. */
  readonly seconds: number | undefined;
  readonly result: string;
  readonly message: string;
  /** Who, as far as it is known. */
  readonly who: Who | undefined;
  /** What stood below `dash-scale:scale`; undefined where nothing did. */
  readonly scale: unknown;
  /** Resources that were created, updated, deleted or replaced. */
  readonly changed: number;
  /** What it changed of the scale that the update before had: `web 2 → 4`. */
  readonly changes: readonly string[];
}

/** Of the commit, the author is known; who ran Pulumi, only where `dash-scale` has noted it. */
export interface Who {
  readonly name: string;
  readonly isCommitAuthor: boolean;
}

/**
 * Reads what Pulumi has printed, latest first; undefined where that is no history.
 *
 * Source: pulumi/pulumi, pkg/cmd/pulumi/stack/stack_history.go (`updateInfoJSON`).
 */
export function readHistory(printed: string): HistoryEntry[] | undefined {
  const updates = parsed(printed);
  if (updates === undefined) return undefined;
  const all = updates.map((update) => ({ update, scale: scaleIn(update) }));
  return all.map(({ update, scale }, index) => {
    const earlier = all.slice(index + 1).find((it) => isUpdate(it.update));
    return {
      ...entry(update),
      scale,
      changes: earlier && isUpdate(update) ? scaleChanges(earlier.scale, scale) : [],
    };
  });
}

function parsed(printed: string): readonly Json[] | undefined {
  try {
    const found: Json = JSON.parse(printed);
    return Array.isArray(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isUpdate(update: Json): boolean {
  return text(getPath(update, "kind")) === "update";
}

function entry(update: Json): Omit<HistoryEntry, "scale" | "changes"> {
  const [start, end] = ["startTime", "endTime"].map((name) => text(getPath(update, name)) ?? "");
  const seconds = (Date.parse(end ?? "") - Date.parse(start ?? "")) / 1000;
  const message = text(getPath(update, "message")) ?? "";
  const counts = Object.entries(object(getPath(update, "resourceChanges")));
  return {
    kind: text(getPath(update, "kind")) ?? "unknown",
    started: start ?? "",
    seconds: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
    result: text(getPath(update, "result")) ?? "unknown",
    message: message.replace(NOTED, "").replace(/^dash-scale: /, ""),
    who: whoIn(update, message),
    changed: counts
      .filter(([op]) => op !== "same")
      .reduce((sum, [, count]) => sum + (number(count) ?? 0), 0),
  };
}

/** The end of the messages that `dash-scale` gives its updates. */
const NOTED = / \(by ([^()]+), dash-scale\)$/;

/** The message of an update, with who has started it: Pulumi itself notes the commit's author. */
export function noted(message: string, name: string): string {
  return `${message} (by ${name.replaceAll(/[()]/g, "")}, dash-scale)`;
}

function whoIn(update: Json, message: string): Who | undefined {
  const [, name] = NOTED.exec(message) ?? [];
  if (name !== undefined) return { name, isCommitAuthor: false };
  const author = text(getPath(update, "environment", "git.author"));
  return author === undefined ? undefined : { name: author, isCommitAuthor: true };
}

function scaleIn(update: Json): unknown {
  const entryOf = getPath(update, "config", SCALE);
  const value = getPath(entryOf, "objectValue");
  if (value !== undefined) return value;
  const source = text(getPath(entryOf, "value"));
  if (source === undefined) return undefined;
  try {
    const found: unknown = JSON.parse(source);
    return found;
  } catch {
    return source;
  }
}

/** The fields of each process type; `web: 2` is short for its replicas. */
function fieldsOfScale(scale: unknown): ReadonlyMap<string, Record<string, unknown>> {
  const types = isMap(scale) ? Object.entries(scale) : [];
  return new Map(
    types.map(([key, value]) => [processType(key), isMap(value) ? value : { replicas: value }]),
  );
}

/** `web 2 → 4`, `web.memory 512Mi → 1Gi`; one replica is what nothing said means. */
export function scaleChanges(before: unknown, after: unknown): string[] {
  const [olds, news] = [fieldsOfScale(before), fieldsOfScale(after)];
  return [...new Set([...olds.keys(), ...news.keys()])].flatMap((type) => {
    const [old, now] = [olds.get(type) ?? {}, news.get(type) ?? {}];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((field) => {
      const [from, to] = [shown(field, old, now), shown(field, now, old)];
      if (from === to) return [];
      return [`${field === "replicas" ? type : `${type}.${field}`} ${from} → ${to}`];
    });
  });
}

function shown(
  field: string,
  fields: Record<string, unknown>,
  others: Record<string, unknown>,
): string {
  const value = fields[field];
  if (value === undefined || value === null)
    return field === "replicas" && !("min" in fields) && "replicas" in others ? "1" : "default";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * The scale to which a stack goes back: that of the latest update that succeeded and had another
 * scale than the file has now. Undefined where there is none.
 */
export function previousScale(
  history: readonly HistoryEntry[],
  now: unknown,
): HistoryEntry | undefined {
  return history.find(
    ({ kind, result, scale }) =>
      kind === "update" && result === "succeeded" && scaleChanges(now, scale).length > 0,
  );
}
