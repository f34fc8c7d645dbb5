import type { VNode } from "preact";
import { el } from "./el.ts";
import type { Model } from "./model.ts";
import { deskOf, processOf } from "./model.ts";
import { steppers } from "./process.ts";
import type { Acts } from "./scope.ts";

/** All stacks: process types down, stacks across, a stepper in each cell. */
export function table(model: Model, acts: Acts): VNode {
  const { stacks } = model.info;
  const types = [
    ...new Set(
      stacks.flatMap((stack) => deskOf(model, stack).file?.processes.map(({ type }) => type) ?? []),
    ),
  ];
  return el(
    "section",
    { class: "card scrolling", "aria-labelledby": "side", tabIndex: 0 },
    el("h2", { id: "side" }, "Side by side"),
    el(
      "table",
      { class: "matrix" },
      el(
        "thead",
        null,
        el(
          "tr",
          null,
          el("th", { scope: "col" }, "Process type"),
          ...stacks.map((stack) => el("th", { scope: "col", key: stack }, stack)),
        ),
      ),
      el(
        "tbody",
        null,
        ...types.map((type) =>
          el(
            "tr",
            { key: type },
            el("th", { scope: "row" }, type),
            ...stacks.map((stack) => el("td", { key: stack }, cell(model, { stack, type }, acts))),
          ),
        ),
      ),
    ),
  );
}

function cell(
  model: Model,
  { stack, type }: { readonly stack: string; readonly type: string },
  acts: Acts,
): VNode {
  const desk = deskOf(model, stack);
  const process = processOf(desk.file, type);
  if (!process) return el("span", { class: "hint" }, desk.file ? "–" : "…");
  const live = desk.cluster?.formation.find((it) => it.type === type);
  const isKnown = desk.cluster?.asked === true && desk.cluster.unreachable === undefined;
  const said = !isKnown || !live ? "not known" : `${live.running} running`;
  const run = desk.run?.state === "running" ? ", applying" : "";
  return el(
    "div",
    { class: "cell" },
    steppers(process, { stack, desk, model, acts }),
    el("span", { class: "hint" }, `${said}${run}`),
  );
}
