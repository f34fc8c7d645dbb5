import type { VNode } from "preact";
import type { Problem } from "../api.ts";
import { adviceList } from "./advice.ts";
import { el } from "./el.ts";
import { header } from "./header.ts";
import { history } from "./history.ts";
import type { Model } from "./model.ts";
import { announcement, deskOf, isProduction, stagedOf, stagedStacks } from "./model.ts";
import { processCard } from "./process.ts";
import { problemList } from "./problems.ts";
import { progress } from "./progress.ts";
import type { Acts, StackScope } from "./scope.ts";
import { actionBar, stagedChange } from "./staged.ts";
import { table } from "./table.ts";

export function page(model: Model, acts: Acts): VNode {
  const staged = stagedStacks(model);
  const { shown } = model;
  const barred = shown.kind === "table" ? staged : staged.filter((it) => it === shown.stack);
  return el(
    "div",
    { class: "page" },
    header(model, acts),
    el(
      "main",
      { id: "main" },
      shown.kind === "table" ? table(model, acts) : onePage(model, shown.stack, acts),
    ),
    barred.length > 0 ? actionBar(model, barred, acts) : null,
    el(
      "div",
      { role: "status", class: "visually-hidden" },
      shown.kind === "stack" ? announcement(deskOf(model, shown.stack)) : "",
    ),
  );
}

function onePage(model: Model, stack: string, acts: Acts): VNode {
  const desk = deskOf(model, stack);
  const scope: StackScope = { stack, desk, model, acts };
  const { file } = desk;
  return el(
    "div",
    { class: "stack" },
    ...banners(scope),
    el(
      "div",
      { class: "columns" },
      el(
        "section",
        { "aria-labelledby": "processes" },
        el("h2", { id: "processes" }, "Process types"),
        ...(file?.processes ?? []).map((process) => processCard(process, scope)),
        file ? null : el("p", { class: "hint" }, "Reading the stack file…"),
        adviceList(scope),
      ),
      el(
        "aside",
        { "aria-label": "Change and history" },
        desk.run ? progress(desk.run, scope) : null,
        stagedChange(scope),
        history(scope),
      ),
    ),
    // Below: what comes late must not move a button away from under the mouse.
    ...unknowns(scope),
  );
}

function banners(scope: StackScope): (VNode | null)[] {
  const { desk, stack } = scope;
  const { file, cluster, refused, conflicts } = desk;
  return [
    isProduction(stack)
      ? el("p", { class: "banner production" }, "This is a production stack.")
      : null,
    file && file.problems.length > 0
      ? problemList("The stack file cannot be applied as it is", file.problems)
      : null,
    cluster?.unreachable === undefined
      ? null
      : el(
          "p",
          { class: "banner bad", role: "alert" },
          `The cluster does not answer: ${cluster.unreachable}. The stack file can be changed all the same.`,
        ),
    ...drift(scope),
    ...notApplied(scope),
    refused.length > 0
      ? el("div", { class: "banner bad", role: "alert" }, ...refused.map((it) => el("p", null, it)))
      : null,
    conflicts.length > 0
      ? el(
          "div",
          { class: "banner warn", role: "status" },
          ...conflicts.map((it) => el("p", null, it)),
        )
      : null,
    file && file.warnings.length > 0 ? warnings(file.warnings) : null,
  ];
}

/** Somebody has scaled past Pulumi. */
function drift({ desk, stack, acts, model }: StackScope): VNode[] {
  const types = (desk.cluster?.formation ?? []).filter((it) => it.scaledByHand);
  if (types.length === 0) return [];
  const said = types.map(({ type, remarks }) => {
    const remark = remarks.find((it) => it.startsWith("Somebody")) ?? "";
    return el("p", null, el("strong", null, type), ` ${remark}`);
  });
  const putBack = el(
    "button",
    {
      type: "button",
      disabled: model.info.readOnly,
      onClick: () => acts.stage(stack, { kind: "file", refresh: true }),
    },
    "Put back",
  );
  return [
    el("div", { class: "banner warn drift", role: "alert" }, el("div", null, ...said), putBack),
  ];
}

function notApplied({ desk, stack, acts, model }: StackScope): VNode[] {
  const types = (desk.cluster?.formation ?? []).filter(({ remarks }) =>
    remarks.some((it) => it.startsWith("The file says")),
  );
  const isNews = types.length > 0 && !stagedOf(desk) && desk.run?.state !== "running";
  if (!isNews) return [];
  const said = types.map(({ type, remarks }) =>
    el(
      "p",
      null,
      el("strong", null, type),
      ` ${remarks.find((it) => it.startsWith("The file says")) ?? ""}`,
    ),
  );
  const apply = el(
    "button",
    {
      type: "button",
      disabled: model.info.readOnly,
      onClick: () => acts.stage(stack, { kind: "file", refresh: false }),
    },
    "Apply the file",
  );
  return [el("div", { class: "banner warn", role: "status" }, el("div", null, ...said), apply)];
}

function warnings(all: readonly Problem[]): VNode {
  return el(
    "details",
    { class: "banner quiet" },
    el(
      "summary",
      null,
      all.length === 1
        ? "1 warning about the stack file"
        : `${all.length} warnings about the stack file`,
    ),
    ...all.map(({ location, message }) => el("p", null, el("code", null, location), ` ${message}`)),
  );
}

function unknowns({ desk }: StackScope): VNode[] {
  const { cluster } = desk;
  if (!cluster?.asked || cluster.unreachable !== undefined) return [];
  return cluster.unknown.map(({ what, reason }) =>
    el("p", { class: "banner quiet" }, `Unknown: ${what}: ${reason}`),
  );
}
