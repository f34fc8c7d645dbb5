import { isOutput } from "./output.ts";

/**
 * Whether a value is a map, as YAML and JSON have it: no list, no date, nothing that is only known
 * later.
 */
export function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !isOutput(value)
  );
}
