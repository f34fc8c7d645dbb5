/** Values that a preview cannot know yet. The engine has a marker for each type. */
import { isObject } from "../shared/json.ts";
import type { Json } from "../shared/json.ts";

/** "A text that is not known yet", which also stands for a whole object in what we answer. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const MARKERS: ReadonlySet<Json> = new Set<Json>([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // a boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // a number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // a list
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // an object
]);

export function isUnknown(value: Json | undefined): boolean {
  return value !== undefined && MARKERS.has(value);
}

export function hasUnknown(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (isObject(value)) return Object.values(value).some(hasUnknown);
  return isUnknown(value);
}
