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
  const label = `Replicas of ${type}`;
  if (schedule) {
    const note = schedule.suspended ? "suspended" : `by the clock: ${schedule.schedule}`;
    return stepper({ type, field: "replicas", label, max: 1, note }, scope);
  }
  if (typeof replicas === "number") {
    const max = singleton ? 1 : maxReplicas;
    return stepper(
      {
        type,
        field: "replicas",
        label: `Replicas of ${type}`,
        max,
        note: singleton ? "at most one" : "replicas",
      },
      scope,
    );
  }
  return el(
    "div",
    { class: "two" },
    stepper(
      {
        type,
        field: "min",
        label: `Fewest replicas of ${type}`,
        max: maxReplicas,
        note: "at least",
      },
      scope,
    ),
    stepper(
      { type, field: "max", label: `Most replicas of ${type}`, max: maxReplicas, note: "at most" },
      scope,
    ),
  );
}

interface Stepper {
  readonly type: string;
  readonly field: string;
  readonly label: string;
  readonly max: number;
  readonly note: string;
}

/** Buttons and a number field: arrow keys go for free, and nobody overshoots as with a slider. */
function stepper({ type, field, label, max, note }: Stepper, scope: StackScope): VNode {
  const { stack, desk, model, acts } = scope;
  const value = shownValue(desk, type, field);
  const before = fileValue(desk.file, type, field);
  const now = Number(value);
  const isOff = model.info.readOnly;
  const name = model.shown.kind === "table" ? `${label} in ${stack}` : label;
  const to = (next: number) =>
    acts.edit(stack, type, field, String(Math.min(max, Math.max(0, next))));
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
    button("−", -1, now <= 0),
    el("input", {
      type: "number",
      inputMode: "numeric",
      min: 0,
      max,
      "aria-label": name,
      value,
      disabled: isOff,
      onInput: (event) => acts.edit(stack, type, field, event.currentTarget.value),
    }),
    button("+", 1, now >= max),
    el("span", { class: "was" }, isChanged ? `was ${before}` : note),
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
  );
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
