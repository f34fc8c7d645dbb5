import type { VNode } from "preact";
import type { AdviceView } from "../api.ts";
import { el } from "./el.ts";
import { shownValue } from "./model.ts";
import type { StackScope } from "./scope.ts";

/** What to change by what was seen, and what could not be seen; nothing before anything was. */
export function adviceList(scope: StackScope): VNode | null {
  const { cluster } = scope.desk;
  if (!cluster?.asked || cluster.unreachable !== undefined) return null;
  const { advice, unseen } = cluster;
  const reasons = unseen.map(({ what, reason }) => `${what} (${reason})`).join("; ");
  return el(
    "section",
    { class: "card advice", "aria-labelledby": "advice" },
    el("h2", { id: "advice" }, "Advice"),
    advice.length === 0
      ? el("p", { class: "hint" }, "No advice by what was seen.")
      : el("ul", null, ...advice.map((it) => piece(it, scope))),
    reasons === "" ? null : el("p", { class: "hint" }, `Not seen: ${reasons}.`),
  );
}

function piece({ type, message, command, change }: AdviceView, scope: StackScope): VNode {
  return el(
    "li",
    { key: command },
    el("p", null, el("strong", null, type), ` ${message}`),
    el("code", null, command),
    change ? stageButton(type, change, scope) : null,
  );
}

function stageButton(
  type: string,
  { field, value }: NonNullable<AdviceView["change"]>,
  { stack, desk, model, acts }: StackScope,
): VNode {
  return el(
    "button",
    {
      type: "button",
      "aria-label": `Stage ${type}.${field}=${value}`,
      disabled: model.info.readOnly || shownValue(desk, type, field) === value,
      onClick: () => acts.edit(stack, type, field, value),
    },
    "Stage",
  );
}
