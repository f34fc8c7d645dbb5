/** What the page knows: plain values, and pure functions from one to the next. */
import type {
  ChangeRequest,
  ChangeView,
  ClusterView,
  FileView,
  HistoryView,
  PageInfo,
  PreviewView,
  ProcessView,
  RunView,
  Told,
  WrittenView,
} from "../api.ts";

/** A value that a person has put in the place of what the file says. */
export interface ScaleEdit {
  readonly value: string;
  /** What the file said when the edit was made. */
  readonly base: string;
}

/** By process type and field. */
export type ScaleEdits = Readonly<Record<string, Readonly<Record<string, ScaleEdit>>>>;

/** A change without the answer to whether a guard's confirmation is written, too. */
export type Staged =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "restore"; readonly started: string }
  | { readonly kind: "file"; readonly refresh: boolean };

/** One stack. */
export interface Desk {
  readonly file?: FileView;
  readonly cluster?: ClusterView;
  readonly run?: RunView;
  readonly history?: HistoryView;
  readonly edits: ScaleEdits;
  /** A change of the whole, instead of edits. */
  readonly whole?: Exclude<Staged, { readonly kind: "words" }>;
  readonly confirm: boolean;
  /** What the staged change comes to, by the file. */
  readonly change?: ChangeView;
  /** What Pulumi says of it; undefined while Pulumi is asked. */
  readonly preview?: PreviewView;
  /** Sent, and not answered yet. */
  readonly sending: boolean;
  readonly written?: WrittenView;
  /** What to mind of a file that has changed under an edit. */
  readonly conflicts: readonly string[];
  /** Why the last order was not carried out. */
  readonly refused: readonly string[];
}

export interface Model {
  readonly info: PageInfo;
  /** A stack, or all of them side by side. */
  readonly shown: { readonly kind: "stack"; readonly stack: string } | { readonly kind: "table" };
  readonly desks: Readonly<Record<string, Desk>>;
  readonly link: "joining" | "live" | "lost";
  /** What was typed to allow a change of a production stack, in the table. */
  readonly allowed: string;
}

const EMPTY: Desk = { edits: {}, confirm: false, sending: false, conflicts: [], refused: [] };

export function begun(info: PageInfo): Model {
  return {
    info,
    shown: { kind: "stack", stack: info.chosen },
    desks: Object.fromEntries(info.stacks.map((stack) => [stack, EMPTY])),
    link: "joining",
    allowed: "",
  };
}

export function deskOf(model: Model, stack: string): Desk {
  return model.desks[stack] ?? EMPTY;
}

export function withDesk(model: Model, stack: string, change: (desk: Desk) => Desk): Model {
  return { ...model, desks: { ...model.desks, [stack]: change(deskOf(model, stack)) } };
}

/** The stacks that are on the screen. */
export function shownStacks({ shown, info }: Model): readonly string[] {
  return shown.kind === "table" ? info.stacks : [shown.stack];
}

/** What a line of the stream makes of a stack. */
export function heard(desk: Desk, told: Told): Desk {
  switch (told.kind) {
    case "file":
      return withFile(desk, told.file);
    case "cluster":
      return { ...desk, cluster: told.cluster };
    case "run":
      return { ...desk, run: told.run };
    case "history":
      return { ...desk, history: told.history };
  }
}

function withFile(desk: Desk, file: FileView): Desk {
  const isOther = desk.file !== undefined && desk.file.seen !== file.seen;
  const all = editList(desk.edits).filter(({ type, field, edit }) => {
    return fileValue(file, type, field) !== edit.value;
  });
  const conflicts = all.flatMap(({ type, field, edit }) => {
    const now = fileValue(file, type, field);
    if (now === edit.base) return [];
    const what = field === "replicas" ? type : `${type}.${field}`;
    return [
      `${what}: the file says ${now === "" ? "nothing" : now} now; your ${edit.value} is kept.`,
    ];
  });
  const edits = all.reduce<ScaleEdits>(
    (found, { type, field, edit }) => withEdit(found, { type, field, edit }),
    {},
  );
  const isStaged = all.length > 0;
  return {
    ...desk,
    file,
    edits,
    conflicts: isOther && isStaged ? [FILE_CHANGED, ...conflicts] : isStaged ? desk.conflicts : [],
  };
}

const FILE_CHANGED =
  "The stack file or the Procfile has changed on disk. Your change is kept and worked out anew.";

interface Placed {
  readonly type: string;
  readonly field: string;
  readonly edit: ScaleEdit;
}

function editList(edits: ScaleEdits): Placed[] {
  return Object.entries(edits).flatMap(([type, fields]) =>
    Object.entries(fields).map(([field, edit]) => ({ type, field, edit })),
  );
}

function withEdit(edits: ScaleEdits, { type, field, edit }: Placed): ScaleEdits {
  return { ...edits, [type]: { ...edits[type], [field]: edit } };
}

/** A stack with another value wanted; what the file says is no edit. */
export function edited(
  desk: Desk,
  { type, field, value }: { readonly type: string; readonly field: string; readonly value: string },
): Desk {
  if (!desk.file) return desk;
  const base = desk.edits[type]?.[field]?.base ?? fileValue(desk.file, type, field);
  const others = editList(desk.edits).filter((it) => it.type !== type || it.field !== field);
  const isOwn = value !== fileValue(desk.file, type, field);
  const all = isOwn ? [...others, { type, field, edit: { value, base } }] : others;
  const edits = all.reduce<ScaleEdits>((found, it) => withEdit(found, it), {});
  return { ...unstaged(desk), edits };
}

/** A stack with nothing staged; what is under way goes on. */
export function unstaged(desk: Desk): Desk {
  const { whole: _whole, change: _change, preview: _preview, written: _written, ...rest } = desk;
  return { ...rest, edits: {}, confirm: false, conflicts: [], refused: [] };
}

/** The same with the answers taken away, which were about another change. */
export function unanswered(desk: Desk): Desk {
  const { preview: _preview, ...rest } = desk;
  return rest;
}

export function processOf(file: FileView | undefined, type: string): ProcessView | undefined {
  return file?.processes.find((it) => it.type === type);
}

/** What the file says of a field, as a word has it; empty where it says nothing. */
export function fileValue(file: FileView | undefined, type: string, field: string): string {
  const process = processOf(file, type);
  if (!process) return "";
  const { schedule } = process;
  // By the clock: none means that no run is started.
  const replicas = schedule ? (schedule.suspended ? 0 : 1) : process.replicas;
  const values: Readonly<Record<string, string | number | undefined>> = {
    replicas: typeof replicas === "number" ? replicas : undefined,
    min: typeof replicas === "number" ? undefined : replicas.min,
    max: typeof replicas === "number" ? undefined : replicas.max,
    workers: process.workers,
    threads: process.threads,
    memory: process.memory,
    cpu: process.cpu,
  };
  return String(values[field] ?? "");
}

/** What a field shows: the edit, else what the file says. */
export function shownValue(desk: Desk, type: string, field: string): string {
  return desk.edits[type]?.[field]?.value ?? fileValue(desk.file, type, field);
}

/** As `dash-scale scale` takes them. */
function wordsOf({ file, edits }: Pick<Desk, "file" | "edits">): string[] {
  return editList(edits).map(({ type, field, edit: { value } }) =>
    field === "replicas"
      ? `${type}=${value}`
      : `${type}.${field}=${processOf(file, type)?.autoscale ? sizeText(field, value) : value}`,
  );
}

/**
 * Of an autoscaled process type, a whole number is what to aim at, in percent; the page's fields
 * are sizes.
 */
function sizeText(field: string, value: string): string {
  if (!/^\d+$/.test(value)) return value;
  if (field === "cpu") return `${value}000m`;
  return field === "memory" ? `${value}.0` : value;
}

/** The change that a stack has staged; undefined where there is none. */
export function stagedOf(desk: Pick<Desk, "whole" | "file" | "edits">): Staged | undefined {
  if (desk.whole) return desk.whole;
  const words = wordsOf(desk);
  return words.length === 0 ? undefined : { kind: "words", words };
}

export function requestOf(desk: Desk): ChangeRequest | undefined {
  const staged = stagedOf(desk);
  return staged && { ...staged, confirm: desk.confirm };
}

/** A staged change in words. */
export function stagedText(staged: Staged): string {
  if (staged.kind === "words") return staged.words.join("  ");
  if (staged.kind === "restore") return `put back the scale of ${timeText(staged.started)}`;
  return staged.refresh ? "put back what was changed by hand" : "apply the file as it is";
}

/** `2026-11-28 16:04 UTC`. */
export function timeText(time: string): string {
  return time.replace(/^(\S+)T(\d\d:\d\d).*$/, "$1 $2 UTC");
}

export function isBusy({ run, sending }: Desk): boolean {
  return sending || run?.state === "running" || run?.state === "stopping";
}

/** Why a staged change cannot be applied now; undefined where it can. */
export function applyRefusal(model: Model, desk: Desk): string | undefined {
  const { change, preview } = desk;
  if (model.info.readOnly) return "This page is read-only.";
  if (model.link === "lost") return "The page is not connected.";
  if (isBusy(desk)) return "Pulumi is at work on this stack.";
  if (!change) return "Working it out…";
  if (change.problems.length > 0) return "The change cannot be applied: correct it first.";
  // Nobody should apply what Pulumi has not looked at: it may change more than the scale.
  if (!preview) return "Checking with Pulumi…";
  if (preview.errors.length > 0) return "Pulumi refuses it.";
  return undefined;
}

/** The stacks with a staged change, production last. */
export function stagedStacks(model: Model): string[] {
  return model.info.stacks.filter((stack) => stagedOf(deskOf(model, stack)) !== undefined);
}

export function isProduction(stack: string): boolean {
  return stack.startsWith("prod");
}

/** What assistive technology is told as it happens. */
export function announcement({ run, change, preview }: Desk): string {
  if (run?.state === "running")
    return run.steps.map(({ progress }) => progress).find((it) => it !== "") ?? "Applying";
  if (preview)
    return preview.errors.length > 0
      ? "Pulumi refuses the change"
      : "Pulumi has looked at the change";
  if (change?.problems.length) return "The change cannot be applied";
  return change?.after ? `${change.after.pods} pods then` : "";
}
