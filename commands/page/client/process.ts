import type { VNode } from "preact";
import type { ProcessView, TypeView } from "../api.ts";
import { el } from "./el.ts";
import { fileValue, shownValue } from "./model.ts";
import { podMap } from "./pods.ts";
import type { StackScope } from "./scope.ts";

/** A process type: what is wanted of it, and what runs. */
export function processCard(process: ProcessView, scope: StackScope): VNode {
  const { type, command } = process;
  const live = scope.desk.cluster?.formation.find((it) => it.type === type);
  return el(
    "article",
    { class: "card", key: type, "aria-labelledby": `type-${type}` },
    el(
      "div",
      { class: "head" },
      el(
        "div",
        { class: "what" },
        el("h3", { id: `type-${type}` }, type),
        el("code", { class: "command", title: command }, command),
      ),
      steppers(process, scope),
    ),
    numbers(process, live, scope),
    podMap(type, live, scope.desk),
    sizes(process, scope),
  );
}

/** One for replicas; two where an autoscaler chooses between them. */
export function steppers(process: ProcessView, scope: StackScope): VNode {
  const { type, replicas, singleton, schedule } = process;
  const maxReplicas = scope.desk.file?.maxReplicas ?? 1;
  if (typeof replicas !== "number" && !schedule) return bounds(process, scope);
  const shown = { type, field: "replicas", label: `Replicas of ${type}`, min: 0 };
  if (schedule) {
    const isSuspended = shownValue(scope.desk, type, "replicas") === "0";
    return stepper({ ...shown, max: 1, note: isSuspended ? "suspended" : "by the clock" }, scope);
  }
  return singleton
    ? stepper({ ...shown, max: 1, note: "at most one" }, scope)
    : stepper({ ...shown, max: maxReplicas, note: "replicas" }, scope);
}

/** Neither gets past the other. */
function bounds({ type, canBeNone }: ProcessView, scope: StackScope): VNode {
  const [fewest, most] = ["min", "max"].map((field) => Number(shownValue(scope.desk, type, field)));
  const least = canBeNone ? 0 : 1;
  const min = {
    type,
    field: "min",
    label: `Fewest replicas of ${type}`,
    min: least,
    max: most ?? least,
    note: "at least",
  };
  const max = {
    type,
    field: "max",
    label: `Most replicas of ${type}`,
    min: Math.max(1, fewest ?? 1),
    max: scope.desk.file?.maxReplicas ?? 1,
    note: "at most",
  };
  return el("div", { class: "two" }, stepper(min, scope), stepper(max, scope));
}

interface Stepper {
  readonly type: string;
  readonly field: string;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly note: string;
}

/** Buttons and a number field: arrow keys go for free, and nobody overshoots as with a slider. */
function stepper({ type, field, label, min, max, note }: Stepper, scope: StackScope): VNode {
  const { stack, desk, model, acts } = scope;
  const value = shownValue(desk, type, field);
  const before = fileValue(desk.file, type, field);
  // From what was typed halfway, one more is one more than before.
  const now = /^\d+$/.test(value) ? Number(value) : Number(before);
  const isOff = model.info.readOnly;
  const name = model.shown.kind === "table" ? `${label} in ${stack}` : label;
  const to = (next: number) =>
    acts.edit(stack, type, field, String(Math.min(max, Math.max(min, next))));
  const button = (text: string, by: number, isEnd: boolean) =>
    el(
      "button",
      {
        type: "button",
        "aria-label": `${name}: ${by < 0 ? "one less" : "one more"}`,
        disabled: isOff || isEnd,
        onClick: () => to(now + by),
      },
      text,
    );
  const isChanged = value !== before;
  return el(
    "div",
    { class: isChanged ? "stepper changed" : "stepper", role: "group", "aria-label": name },
    button("−", -1, now <= min),
    el("input", {
      type: "number",
      inputMode: "numeric",
      min,
      max,
      "aria-label": name,
      value,
      disabled: isOff,
      onInput: (event) => acts.edit(stack, type, field, event.currentTarget.value),
    }),
    button("+", 1, now >= max),
    el("span", { class: "was" }, isChanged ? `${note}, was ${before}` : note),
  );
}

/** Wanted, applied and running, as three numbers. */
function numbers(process: ProcessView, live: TypeView | undefined, { desk }: StackScope): VNode {
  const isKnown = desk.cluster?.asked === true && desk.cluster.unreachable === undefined;
  const seen = isKnown ? live : undefined;
  const wanted = typeof process.replicas === "number" ? process.replicas : process.replicas.min;
  const isShort = seen !== undefined && seen.running < wanted;
  return el(
    "dl",
    { class: "numbers" },
    pair("wanted", rangeText(process.replicas)),
    pair("applied", live?.applied === undefined ? "–" : rangeText(live.applied)),
    pair("running", seen === undefined ? "–" : String(seen.running), isShort ? "short" : ""),
    ...inUse(seen?.use),
    ...chooser(process),
  );
}

function chooser({ schedule, chooser: text }: ProcessView): VNode[] {
  if (text === "") return [];
  return [pair(schedule ? "runs" : "autoscaled by", text, "text")];
}

function inUse(use: TypeView["use"]): VNode[] {
  if (!use) return [];
  return [
    pair("memory in use", withPercent(use.memory, use.memoryPercent)),
    pair("CPU in use", withPercent(use.cpu, use.cpuPercent)),
  ];
}

function pair(name: string, value: string, kind = ""): VNode {
  return el("div", { class: kind }, el("dt", null, name), el("dd", null, value));
}

function rangeText(replicas: ProcessView["replicas"]): string {
  return typeof replicas === "number" ? String(replicas) : `${replicas.min}–${replicas.max}`;
}

function withPercent(amount: string, percent: number | undefined): string {
  return percent === undefined ? amount : `${amount} (${percent} %)`;
}

const FIELDS = [
  ["workers", "Workers"],
  ["threads", "Threads"],
  ["memory", "Memory"],
  ["cpu", "CPU"],
] as const;

function sizes(process: ProcessView, scope: StackScope): VNode {
  const { type, workers, threads, memory, cpu } = process;
  const serves =
    workers === undefined || threads === undefined
      ? ""
      : `${workers} × ${threads} requests at once, `;
  return el(
    "details",
    null,
    el("summary", null, `Each: ${serves}${memory}, ${cpu} CPU`),
    el(
      "div",
      { class: "fields" },
      ...FIELDS.filter(([field]) => fileValue(scope.desk.file, type, field) !== "").map(
        ([field, label]) => sizeField(type, { field, label }, scope),
      ),
    ),
  );
}

function sizeField(
  type: string,
  { field, label }: { readonly field: string; readonly label: string },
  { stack, desk, model, acts }: StackScope,
): VNode {
  const value = shownValue(desk, type, field);
  const isChanged = value !== fileValue(desk.file, type, field);
  return el(
    "label",
    { class: isChanged ? "changed" : "" },
    el("span", null, label),
    el("input", {
      type: "text",
      size: 6,
      value,
      disabled: model.info.readOnly,
      "aria-label": `${label} of ${type}`,
      // At each key: what is only typed would be lost when the page is drawn anew for a pod.
      onInput: (event) => acts.edit(stack, type, field, event.currentTarget.value.trim()),
    }),
  );
}
