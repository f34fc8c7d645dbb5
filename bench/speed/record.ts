import type { Taken } from "./measure.ts";

/** What peers are asked to do. */
export const TASKS = ["install", "preview", "scale"] as const;
export type Task = (typeof TASKS)[number];

/** How often each task is done by each peer. */
export type Rounds = Readonly<Record<Task, number>>;

/** One run of one peer. */
export interface Run extends Taken {
  readonly types: number;
  readonly peer: string;
  readonly task: Task;
  readonly round: number;
}

/** The most memory that a task took, in bytes. */
export interface Memory {
  readonly types: number;
  readonly peer: string;
  readonly task: Task;
  readonly bytes: number;
}

export interface Records {
  readonly runs: Run[];
  readonly memory: Memory[];
}
