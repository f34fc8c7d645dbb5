import type { ToolSet } from "../../local/tools/catalogue.ts";
import type { ExposureName } from "./exposures.ts";
import type { AppProject } from "./project.ts";

/** What can be set on the command line. */
export interface PartOptions {
  /** Rounds of four callbacks at each scale. */
  readonly rounds: number;
  readonly exposures: readonly ExposureName[];
}

/** A part of the lane: something to measure, on its own. */
export interface Part {
  readonly title: string;
  /** Tools that it takes beside those of the nodes and of the ways to expose `web`. */
  readonly tools?: readonly ToolSet[];
  /** Markdown, and what it was made from. */
  readonly measure: (
    project: AppProject,
    options: PartOptions,
  ) => Promise<{ readonly text: string; readonly data: unknown }>;
}
