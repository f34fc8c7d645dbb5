import { isOutput } from "./output.ts";

/** Something wrong in a Procfile or in a stack's config, reported to the person who wrote it. */
export interface Problem {
  /** `Procfile:LINE:COLUMN`, or the config key in full: `dash-scale:scale.web.replicas`. */
  readonly location: string;
  /** What was got, what is expected, and how to fix it. */
  readonly message: string;
}

/** Something that works but is likely not what was meant. It never stops anything. */
export type Warning = Problem;

/**
 * Everything that is wrong, at once.
 *
 * Thrown before any resource is declared, hence "nothing was changed".
 */
export class ConfigError extends Error {
  /**
   * Makes this a `RunError` for the SDK, so that the Pulumi CLI prints the message without a stack
   * trace. Source: pulumi/pulumi, sdk/nodejs/errors.ts (`RunError.isInstance`).
   */
  readonly __pulumiRunError = true;
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const listed = problems.slice(0, MAX_LISTED).map(line);
    const more = problems.length - listed.length;
    const rest = more > 0 ? [`  and ${more} more`] : [];
    super([`${count}, nothing was changed:`, ...listed, ...rest].join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Nobody reads more at once; a wrong file named as a Procfile has thousands. */
const MAX_LISTED = 50;

function line({ location, message }: Problem): string {
  return `  ${location}: ${message}`;
}

/** Throws a {@link ConfigError} that holds every problem, if there is any. */
export function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ConfigError(problems);
}

/** What a library or the system says of what went wrong, whatever it has thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const MAX_PREVIEW_LENGTH = 60;
const MAX_PREVIEW_DEPTH = 5;

/** A value as it is shown in a message: as JSON, on one line, cut where it is long. */
export function preview(value: unknown): string {
  const text = printable(value);
  return text.length > MAX_PREVIEW_LENGTH ? `${text.slice(0, MAX_PREVIEW_LENGTH)}…` : text;
}

/** Maps and lists are cut, too: what a value is of must not depend on how deep or long it is. */
function printable(value: unknown, depth = 0): string {
  if (isOutput(value)) return "a secret, or a value not known yet";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? String(value);
  if (depth > MAX_PREVIEW_DEPTH) return "…";
  if (Array.isArray(value))
    return `[${value
      .slice(0, MAX_PREVIEW_LENGTH)
      .map((item) => printable(item, depth + 1))
      .join(",")}]`;
  const fields = Object.entries(value)
    .slice(0, MAX_PREVIEW_LENGTH)
    .map(([key, item]) => `${JSON.stringify(key)}:${printable(item, depth + 1)}`);
  return `{${fields.join(",")}}`;
}

/** `"a", "b" or "c"`. */
export function listOr(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  const last = quoted.pop() ?? "nothing";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

/**
 * The sentence ` Did you mean "worker"?` where one of the words is at most two edits away, else
 * nothing.
 */
export function didYouMean(found: string, words: readonly string[]): string {
  const [nearest] = words
    .map((word) => ({ word, distance: editDistance(found.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= 2 && distance < word.length)
    .sort((a, b) => a.distance - b.distance);
  return nearest ? ` Did you mean "${nearest.word}"?` : "";
}

/** Levenshtein distance, given up (as the longer length) for words too long to be a typing slip. */
function editDistance(a: string, b: string): number {
  if (Math.max(a.length, b.length) > 64) return Math.max(a.length, b.length);
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const substituted = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** What comes of some work, or all that is wrong in what the work was given. */
export function attempted<Found>(work: () => Found): Found | ConfigError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}
