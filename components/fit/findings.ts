import type { Problem, Warning } from "../config/errors.ts";

/** What was found out about whether an app fits into a cluster. */
export interface Findings {
  /**
   * What cannot work: the cluster would refuse pods, or leave those Pending that were asked for
   * without a compromise.
   */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  /** Lines of information. */
  readonly notes: readonly string[];
}

export const NO_FINDINGS: Findings = { problems: [], warnings: [], notes: [] };

/** All of them, in their order. */
export function mergeFindings(all: readonly Findings[]): Findings {
  return {
    problems: all.flatMap(({ problems }) => problems),
    warnings: all.flatMap(({ warnings }) => warnings),
    notes: all.flatMap(({ notes }) => notes),
  };
}

/** `1 replica`, `2 replicas`. */
export function pluralize(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
