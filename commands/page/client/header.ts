import type { VNode } from "preact";
import { el } from "./el.ts";
import type { Model } from "./model.ts";
import { deskOf, stagedOf } from "./model.ts";
import type { Acts } from "./scope.ts";

const LINKS = { joining: "Connecting", live: "Live", lost: "Not connected: trying again" } as const;

/** The app, its stacks, and whether the page is told what happens. */
export function header(model: Model, acts: Acts): VNode {
  const { info, shown, link } = model;
  const desk = shown.kind === "stack" ? deskOf(model, shown.stack) : undefined;
  return el(
    "header",
    null,
    el("h1", null, desk?.file?.app ?? info.project),
    el(
      "nav",
      { "aria-label": "Stacks" },
      ...info.stacks.map((stack) => tab(model, stack, acts)),
      info.stacks.length > 1 ? sideBySide(model, acts) : null,
    ),
    el("p", { class: "where" }, el("code", null, desk?.file?.shown ?? "")),
    info.readOnly ? el("span", { class: "badge" }, "read-only") : null,
    el("span", { class: `link ${link}` }, LINKS[link]),
  );
}

function tab(model: Model, stack: string, acts: Acts): VNode {
  const { shown } = model;
  const isShown = shown.kind === "stack" && shown.stack === stack;
  const isStaged = stagedOf(deskOf(model, stack)) !== undefined;
  return el(
    "button",
    {
      type: "button",
      class: "tab",
      "aria-current": isShown ? "page" : undefined,
      onClick: () => acts.show({ kind: "stack", stack }),
    },
    stack,
    isStaged
      ? el("span", { class: "visually-hidden" }, ", with a change that is not applied")
      : null,
    isStaged ? el("span", { class: "dot", "aria-hidden": "true" }) : null,
  );
}

function sideBySide({ shown }: Model, acts: Acts): VNode {
  return el(
    "button",
    {
      type: "button",
      class: "tab",
      "aria-current": shown.kind === "table" ? "page" : undefined,
      onClick: () => acts.show({ kind: "table" }),
    },
    "Side by side",
  );
}
