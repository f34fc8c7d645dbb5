/** What the page's server and the page say to each other. Types alone: the page imports no more. */
import type { Replicas, Totals } from "../../components/cost/cost.ts";
import type { Problem } from "../../components/config/errors.ts";
import type { HistoryEntry } from "../history/entries.ts";
import type { ChangedLine } from "../scale/lines.ts";
import type { Measure } from "../scale/measure.ts";
import type { PodState } from "../status/live.ts";
import type { AdviceView } from "../status/advice-view.ts";
import type { StackAdvice } from "../status/advice.ts";
import type { StackStatus } from "../status/stack-status.ts";
import type { TypeStatus } from "../status/summary.ts";

/** What the page is told at its start. */
export interface PageInfo {
  /** Name of the Pulumi project. */
  readonly project: string;
  readonly stacks: readonly string[];
  /** The stack that is shown first. */
  readonly chosen: string;
  readonly readOnly: boolean;
}

/** One process type as the stack file has it. */
export interface ProcessView extends Measure {
  /** At most one may run. */
  readonly singleton: boolean;
  /** Whether an autoscaler goes by something that is there without a replica, which CPU is not. */
  readonly canBeNone: boolean;
  /** What chooses when how many run: `CPU 70 %`, `0 3 * * *, Etc/UTC`; empty where nothing does. */
  readonly chooser: string;
}

/** A stack file. */
export interface FileView {
  readonly stack: string;
  /** Its path, as messages have it. */
  readonly shown: string;
  /** Hash of what is shown and the files behind it: who applies says which ones were shown. */
  readonly seen: string;
  readonly app: string;
  readonly namespace: string;
  readonly maxReplicas: number;
  readonly processes: readonly ProcessView[];
  /** Undefined where the file cannot be applied as it is: see `problems`. */
  readonly totals?: Totals;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Something wrong, or doubtful, with its location. */
export type { Problem };
/** What to change by what was seen. */
export type { AdviceView };

export interface PodView {
  readonly name: string;
  readonly state: PodState;
  readonly reason: string;
}

/** The pods of a process type on one node. */
export interface NodePods {
  /** Undefined for those that wait for a node. */
  readonly node?: string;
  readonly zone?: string;
  readonly counts: Readonly<Record<PodState, number>>;
  /** Left out where there are too many to draw. */
  readonly pods?: readonly PodView[];
}

export interface TypeView extends TypeStatus {
  /** What a person should know of the process type, a sentence each. */
  readonly remarks: readonly string[];
  readonly podsText: string;
  readonly nodes: readonly NodePods[];
}

/** What runs of a stack. */
export interface ClusterView extends Pick<StackStatus, "unknown">, Pick<StackAdvice, "unseen"> {
  readonly advice: readonly AdviceView[];
  /** Whether the cluster was asked at all. */
  readonly asked: boolean;
  readonly unreachable?: string;
  readonly formation: readonly TypeView[];
}

/** What is to become of a stack file; `confirm` writes what a guard asks for, too. */
export type ChangeRequest = (
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** The scale of an update, by the time at which the update began. */
  | { readonly kind: "restore"; readonly started: string }
  /** The file as it is; with `refresh`, also what somebody has changed by hand. */
  | { readonly kind: "file"; readonly refresh: boolean }
) & { readonly confirm: boolean };

/** What a change comes to, by the file alone. */
export interface ChangeView {
  readonly before?: Totals;
  readonly after?: Totals;
  /** What a month costs; absent where nobody has said what an hour does. */
  readonly price?: { readonly title: string; readonly before?: string; readonly after: string };
  /** Process types whose pods are replaced. */
  readonly restarts: readonly string[];
  readonly formation: readonly { readonly type: string; readonly replicas: Replicas }[];
  readonly lines: readonly ChangedLine[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Guards that want this change to be confirmed: `10 -> 2`. */
  readonly confirmations: readonly string[];
}

/** A resource that Pulumi would change. */
export interface PlannedChange {
  readonly op: string;
  /** `Deployment shop-web`. */
  readonly resource: string;
  /** Whether it follows from the change of the scale. */
  readonly expected: boolean;
}

/** What Pulumi says of a change before it is made. */
export interface PreviewView {
  readonly changes: readonly PlannedChange[];
  /** Whether it fits, and what to mind. */
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

/** One resource of a run of Pulumi. */
export interface StepView {
  readonly resource: string;
  readonly op: string;
  readonly state: "running" | "done" | "failed";
  /** What the provider says while it waits: `4/6 pods are available`. */
  readonly progress: string;
  /** Milliseconds since the run began. */
  readonly from: number;
  readonly to?: number;
}

export interface MessageView {
  readonly severity: "note" | "warning" | "error";
  /** Empty where it is about no resource. */
  readonly resource: string;
  readonly text: string;
}

/** One run of `pulumi up`. */
export interface RunView {
  readonly state: "running" | "stopping" | "done" | "failed" | "stopped" | "killed";
  /** What is applied, in words: `web=4`. */
  readonly what: string;
  /** ISO 8601. */
  readonly started: string;
  readonly seconds?: number;
  /** Resources that were changed, as Pulumi counts them. */
  readonly changed: number;
  readonly steps: readonly StepView[];
  readonly messages: readonly MessageView[];
}

/** The latest updates, or why they are not known. */
export interface HistoryView {
  readonly updates: readonly HistoryEntry[];
  /** The update whose scale is that of before, by the time at which the update began. */
  readonly undo?: string;
  readonly unknown?: string;
}

/** What was written by Apply, or by Write the file. */
export interface WrittenView {
  readonly written: boolean;
  /** The command that applies the file. */
  readonly command: string;
  /** For those who scale by pull request. */
  readonly commitMessage: string;
}

/** An answer that says what is wrong. */
export interface RefusalView {
  readonly problems: readonly Problem[];
}

/** A line of the stream on a stack. */
export type Told =
  | { readonly kind: "file"; readonly file: FileView }
  | { readonly kind: "cluster"; readonly cluster: ClusterView }
  | { readonly kind: "run"; readonly run: RunView }
  | { readonly kind: "history"; readonly history: HistoryView };
