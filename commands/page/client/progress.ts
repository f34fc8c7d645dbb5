import type { VNode } from "preact";
import type { MessageView, RunView, StepView } from "../api.ts";
import { el } from "./el.ts";
import type { StackScope } from "./scope.ts";

const TITLES: Readonly<Record<RunView["state"], string>> = {
  running: "Applying",
  stopping: "Ending the wait…",
  done: "Applied",
  failed: "Not applied",
  stopped: "Stopped waiting",
  killed: "Pulumi was ended from outside",
};

/** A run of Pulumi, with a row for each resource. */
export function progress(run: RunView, scope: StackScope): VNode {
  const isOver = run.state !== "running" && run.state !== "stopping";
  return el(
    "section",
    { class: `card run ${run.state}`, "aria-labelledby": "run" },
    el(
      "div",
      { class: "head" },
      el("h2", { id: "run" }, titleOf(run)),
      isOver
        ? null
        : el(
            "button",
            {
              type: "button",
              disabled: run.state === "stopping" || scope.model.info.readOnly,
              onClick: () => scope.acts.stop(scope.stack),
            },
            "Stop waiting",
          ),
    ),
    el("p", { class: "hint" }, el("code", null, run.what)),
    outcome(run),
    el("ol", { class: "steps" }, ...run.steps.map(stepRow)),
    ...run.messages.filter(isTold).map(messageBox),
    isOver ? nextSteps(run, scope) : null,
  );
}

function titleOf({ state, seconds, changed }: RunView): string {
  if (state !== "done") return TITLES[state];
  if (changed === 0) return "Nothing to change: the cluster has this already";
  return seconds === undefined
    ? "Applied"
    : `Applied in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

function outcome({ state, steps }: RunView): VNode | null {
  if (state === "stopped")
    return el(
      "p",
      { class: "notice warn" },
      "The cluster goes on with what it was told. The next preview says how far it has come.",
    );
  if (state === "killed")
    return el(
      "p",
      { class: "notice bad" },
      "The stack may still be locked: pulumi cancel unlocks it. What was applied until then stays.",
    );
  const done = steps.filter((it) => it.state === "done").length;
  if (state === "failed" && done > 0) {
    const count = done === 1 ? "1 object was" : `${done} objects were`;
    return el("p", { class: "notice warn" }, `${count} changed before the failure.`);
  }
  return null;
}

const DONE = new Map([
  ["create", "created"],
  ["update", "updated"],
  ["delete", "deleted"],
  ["replace", "replaced"],
]);

function stepRow({ resource, op, state, progress: said, from, to }: StepView): VNode {
  const done = state === "done" ? (DONE.get(op) ?? op) : state === "failed" ? `${op} failed` : op;
  return el(
    "li",
    { class: state, key: resource },
    el(
      "div",
      { class: "line" },
      el("span", { class: "text" }, el("strong", null, resource), ` ${done}`),
      to === undefined ? null : el("time", null, `${((to - from) / 1000).toFixed(1)} s`),
    ),
    state === "running" ? el("progress", { "aria-label": resource, ...share(said) }) : null,
    said === "" ? null : el("p", { class: "now" }, said),
  );
}

/** `12/30 pods are available`, `web: 12 of 30`; other texts say nothing of how far it is. */
function share(said: string): { value?: number; max?: number } {
  const [, value, max] = /(\d+)(?:\/| of )(\d+)/.exec(said) ?? [];
  return value === undefined || Number(max) === 0 ? {} : { value: Number(value), max: Number(max) };
}

/** The preview has shown the rest. */
function isTold({ severity }: MessageView): boolean {
  return severity !== "note";
}

function messageBox({ severity, resource, text }: MessageView): VNode {
  const said = `${resource === "" ? "" : `${resource}: `}${text}`;
  return el(
    "pre",
    {
      class: `notice ${severity === "error" ? "bad" : "warn"}`,
      tabIndex: 0,
      role: "region",
      "aria-label": severity,
    },
    said,
  );
}

function nextSteps({ state }: RunView, { stack, acts, model, desk }: StackScope): VNode | null {
  const isOff = model.info.readOnly;
  const undo = desk.history?.undo;
  const buttons = [
    ...(state === "done"
      ? []
      : [
          el(
            "button",
            {
              type: "button",
              disabled: isOff,
              onClick: () => acts.stage(stack, { kind: "file", refresh: state === "killed" }),
            },
            "Try again",
          ),
        ]),
    ...(undo === undefined
      ? []
      : [
          el(
            "button",
            {
              type: "button",
              disabled: isOff,
              onClick: () => acts.stage(stack, { kind: "restore", started: undo }),
            },
            "Put back",
          ),
        ]),
  ];
  return buttons.length === 0 ? null : el("div", { class: "buttons" }, ...buttons);
}
