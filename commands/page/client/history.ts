import type { VNode } from "preact";
import { el } from "./el.ts";
import { timeText } from "./model.ts";
import type { StackScope } from "./scope.ts";

type Entry = NonNullable<StackScope["desk"]["history"]>["updates"][number];

/** Who changed the scale, when, to what, and how it ended. */
export function history(scope: StackScope): VNode | null {
  const { history: known } = scope.desk;
  if (!known) return null;
  return el(
    "section",
    { class: "card", "aria-labelledby": "history" },
    el("h2", { id: "history" }, "History"),
    known.unknown === undefined ? null : el("p", { class: "hint" }, known.unknown),
    known.unknown === undefined && known.updates.length === 0
      ? el("p", { class: "hint" }, "The stack was never updated.")
      : null,
    el("ol", { class: "updates" }, ...known.updates.map((it) => row(it, scope))),
  );
}

function row(entry: Entry, { stack, acts, model }: StackScope): VNode {
  const { started, result, changes, message, kind, who, seconds } = entry;
  const what =
    changes.length > 0
      ? changes.join(", ")
      : kind === "update"
        ? (message.split("\n")[0] ?? "")
        : kind;
  const name =
    who === undefined ? "unknown" : who.isCommitAuthor ? `${who.name} (commit)` : who.name;
  const canRestore = kind === "update" && result === "succeeded";
  return el(
    "li",
    { class: result, key: started },
    el(
      "div",
      { class: "text" },
      el("strong", null, what === "" ? "update" : what),
      el(
        "p",
        { class: "hint" },
        `${timeText(started)}, ${name}, ${result}${seconds === undefined ? "" : ` in ${Math.round(seconds)} s`}`,
      ),
    ),
    canRestore
      ? el(
          "button",
          {
            type: "button",
            class: "small",
            disabled: model.info.readOnly,
            "aria-label": `Put back the scale of ${timeText(started)}`,
            onClick: () => acts.stage(stack, { kind: "restore", started }),
          },
          "Put back",
        )
      : null,
  );
}
