/**
 * Property paths as the engine writes them: `spec.containers[0].env`, `metadata.labels["a.b/c"]`.
 */
import type { Path } from "./json.ts";

const STEP = /\["(?<quoted>(?:[^"\\]|\\[^])*)"\]|\[(?<index>\d+|\*)\]|\.?(?<name>[^.[\]]+)/y;

/** @throws when the text is no property path */
export function parsePath(source: string): Path {
  const steps: (string | number)[] = [];
  for (let end = 0; end < source.length; end = STEP.lastIndex) {
    STEP.lastIndex = end;
    const groups = STEP.exec(source)?.groups;
    if (groups === undefined) throw new Error(`failed to parse property path: ${source}`);
    steps.push(stepOf(groups));
  }
  return steps;
}

function stepOf(groups: Record<string, string | undefined>): string | number {
  const { quoted, index, name } = groups;
  if (quoted !== undefined) return quoted.replace(/\\([^])/g, "$1");
  if (index !== undefined) return index === "*" ? "*" : Number(index);
  return name ?? "";
}

export function formatPath(path: Path): string {
  let result = "";
  for (const step of path) {
    if (typeof step === "number") result += `[${String(step)}]`;
    else if (/[."[\]]/.test(step)) result += `["${step.replaceAll('"', '\\"')}"]`;
    else result += result === "" ? step : `.${step}`;
  }
  return result;
}

/** Whether `outer` (in which `*` is any step) holds everything at `inner`. */
export function contains(outer: Path, inner: Path): boolean {
  return outer.length <= inner.length && outer.every((step, i) => matches(step, inner[i]));
}

function matches(pattern: string | number, step: string | number | undefined): boolean {
  return pattern === "*" || String(pattern) === String(step);
}
