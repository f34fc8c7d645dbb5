import { parsePath } from "../../infra/cluster/property-path.ts";
import type { Json, Path } from "../../infra/cluster/json.ts";
import { getPath, isObject, list, object, parseObject, text } from "../../infra/cluster/json.ts";

/** What `pulumi refresh --preview-only --json` has found out about one object. */
export interface Examined {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** Tells the object from one of the same name that was there before. */
  readonly uid: string | undefined;
  readonly state: "as it was" | "deleted" | "changed";
  /** The inputs that Pulumi applied last. */
  readonly applied: Json | undefined;
  /** The inputs as they would have to be to describe the object as it is now. */
  readonly now: Json | undefined;
  /**
   * Where the provider says that the two differ, for instance not where only the way of writing
   * does.
   */
  readonly differing: readonly Path[];
  /** Left to others: `ignoreChanges`. */
  readonly ignored: readonly Path[];
  /** The name under which Pulumi owns fields of the object. */
  readonly fieldManager: string | undefined;
}

/** What Pulumi reports of a stack and its cluster. */
export interface Report {
  readonly objects: readonly Examined[];
  /** Full key -> value of the stack's config; secret values are a placeholder. */
  readonly config: Readonly<Record<string, Json>>;
  readonly errors: readonly string[];
}

/**
 * With `skipUpdateUnreachable` or `deleteUnreachable` the provider makes this a warning, and the
 * rest up.
 */
const UNREACHABLE = "configured Kubernetes cluster is unreachable";

/**
 * Reads what Pulumi has printed; undefined where that is no report (pulumi/pulumi,
 * pkg/display/json.go).
 */
export function readReport(printed: string): Report | undefined {
  const digest = parseObject(printed);
  if (digest === undefined || !isObject(digest["config"] ?? {})) return undefined;
  const errors = list(digest["diagnostics"])
    .filter((it) => getPath(it, "severity") === "error" || messageOf(it).includes(UNREACHABLE))
    .map((it) => messageOf(it).replace(/^(error|warning): (Preview failed: )?/, ""));
  const reasons = errors.filter((message) => message !== "preview failed");
  return {
    objects: list(digest["steps"]).filter(isManaged).map(examined),
    config: object(digest["config"]),
    errors: [...new Set(reasons.length > 0 ? reasons : errors)],
  };
}

function messageOf(diagnostic: Json): string {
  return (text(getPath(diagnostic, "message")) ?? "").trim();
}

/**
 * Not a component or a provider, nor what is only read, or waits to be deleted after a replacement.
 */
function isManaged(step: Json): boolean {
  const state = object(getPath(step, "oldState"));
  const type = text(state["type"]) ?? "";
  if (state["custom"] !== true || type.startsWith("pulumi:")) return false;
  return state["external"] !== true && state["delete"] !== true;
}

function examined(step: Json): Examined {
  const old = getPath(step, "oldState");
  // After an update that was applied but did not come up, the engine keeps the inputs of before it;
  // the provider knows better.
  const applied = getPath(old, "outputs", "__inputs") ?? getPath(old, "inputs");
  const type = text(getPath(old, "type")) ?? "";
  const [, apiVersion, kind] = /^kubernetes:([^:]+):(.+)$/.exec(type) ?? [];
  const live = getPath(step, "newState", "outputs", "metadata");
  return {
    apiVersion: text(getPath(applied, "apiVersion")) ?? apiVersion ?? "",
    kind: kind ?? type.split(":").at(-1) ?? type,
    name:
      text(getPath(old, "outputs", "metadata", "name")) ?? urnName(text(getPath(old, "urn")) ?? ""),
    namespace: text(getPath(old, "outputs", "metadata", "namespace")),
    uid: text(getPath(live, "uid")),
    state: stateOf(text(getPath(step, "op"))),
    applied,
    now: getPath(step, "newState", "inputs"),
    differing: Object.keys(object(getPath(step, "detailedDiff"))).map(parsePath),
    ignored: list(getPath(old, "ignoreChanges")).flatMap((path) => pathsIn(path)),
    fieldManager: text(getPath(old, "outputs", "__fieldManager")),
  };
}

function stateOf(op: string | undefined): Examined["state"] {
  if (op === "delete") return "deleted";
  return op === "update" ? "changed" : "as it was";
}

function pathsIn(path: Json): Path[] {
  return typeof path === "string" ? [parsePath(path)] : [];
}

function urnName(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
