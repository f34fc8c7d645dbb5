import type { LaneCluster } from "../lane-cluster.ts";

/** A part of the lane: something to measure, on its own. */
export interface Part {
  readonly title: string;
  /** Markdown, and what it was made from. */
  readonly measure: (
    cluster: LaneCluster,
    folder: string,
  ) => Promise<{ readonly text: string; readonly data: unknown }>;
}
