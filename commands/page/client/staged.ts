import type { VNode } from "preact";
import type { ChangeView, PlannedChange, PreviewView } from "../api.ts";
import { el } from "./el.ts";
import type { Model, Staged } from "./model.ts";
import { applyRefusal, deskOf, isBusy, isProduction, stagedOf, stagedText } from "./model.ts";
import type { Acts, StackScope } from "./scope.ts";
import { problemList } from "./problems.ts";

type Totals = NonNullable<ChangeView["after"]>;

/** What a change that is not applied comes to. */
export function stagedChange(scope: StackScope): VNode | null {
  const { desk } = scope;
  const staged = stagedOf(desk);
  if (!staged) return desk.run ? null : hint(scope);
  const { change, preview, file } = desk;
  return el(
    "section",
    { class: "card", "aria-labelledby": "change" },
    el("h2", { id: "change" }, "Resource summary"),
    change
      ? fileChange(change, file?.shown ?? "", scope)
      : el("p", { class: "hint" }, "Working it out…"),
    change && change.problems.length === 0 ? pulumiSays(preview, staged) : null,
    desk.written ? written(scope) : null,
  );
}

function hint({ desk, model }: StackScope): VNode | null {
  if (!desk.file || desk.file.problems.length > 0) return null;
  const text = model.info.readOnly
    ? "This page is read-only: it shows everything and changes nothing."
    : "Raise or lower replicas: what it costs and what changes in the stack file shows here before anything is done.";
  return el("p", { class: "hint" }, text);
}

function fileChange(change: ChangeView, shown: string, scope: StackScope): VNode {
  return el(
    "div",
    { class: "parts" },
    change.problems.length > 0 ? wrong(change, scope) : null,
    change.after ? costs(change, change.after) : null,
    change.after ? el("p", null, restartsText(change)) : null,
    ...change.warnings.map(({ location, message }) =>
      el("p", { class: "notice warn" }, `${location}: ${message}`),
    ),
    change.lines.length > 0 ? diff(change, shown) : null,
  );
}

/** A guard that wants a confirmation is offered its line. */
function wrong(change: ChangeView, { stack, acts }: StackScope): VNode {
  const list = problemList("This change cannot be applied", change.problems);
  if (change.confirmations.length === 0) return list;
  const text = `Confirm ${change.confirmations.map((it) => it.replaceAll("->", "→")).join(", ")}`;
  return el(
    "div",
    { class: "parts" },
    list,
    el("button", { type: "button", class: "confirm", onClick: () => acts.confirm(stack) }, text),
  );
}

function restartsText({ restarts }: ChangeView): string {
  if (restarts.length === 0) return "No pod restarts.";
  return `The pods of ${restarts.join(", ")} restart, one rollout.`;
}

const ROWS: readonly (readonly [string, (totals: Totals) => string])[] = [
  ["Pods", ({ pods }) => String(pods)],
  ["Memory", ({ memory }) => memory],
  ["CPU", ({ cpu }) => cpu],
  ["Requests at once", ({ concurrency }) => String(concurrency ?? "unknown")],
  ["Surge of a rollout", ({ surgePods }) => String(surgePods)],
];

type Row = readonly [name: string, before: string | undefined, after: string];

/** Whether as many run as an autoscaler or a clock chooses. */
function isAtMost({ formation }: ChangeView): boolean {
  return formation.some(({ replicas }) => typeof replicas !== "number");
}

function costs(change: ChangeView, after: Totals): VNode {
  const { before, price } = change;
  const what = isAtMost(change) ? "at most" : el("span", { class: "visually-hidden" }, "What");
  const head = el(
    "tr",
    null,
    el("th", { scope: "col" }, what),
    el("th", { scope: "col" }, "now"),
    el("th", { scope: "col" }, "then"),
  );
  const amounts = ROWS.map(([name, cell]): Row => [name, before && cell(before), cell(after)]);
  const paid: Row[] = price ? [[price.title, price.before, price.after]] : [];
  const rows = [...amounts, ...paid].map(([name, old = "–", now]) =>
    el(
      "tr",
      { class: old === now ? "" : "changed" },
      el("th", { scope: "row" }, name),
      el("td", null, old),
      el("td", null, now),
    ),
  );
  return el("table", { class: "costs" }, el("thead", null, head), el("tbody", null, ...rows));
}

function diff({ lines }: ChangeView, shown: string): VNode {
  const rows = lines.flatMap(({ line: number, before, after }) => [
    ...(before === undefined
      ? []
      : [el("del", null, `${String(number).padStart(4)} - ${before}\n`)]),
    ...(after === undefined ? [] : [el("ins", null, `${String(number).padStart(4)} + ${after}\n`)]),
  ]);
  return el(
    "div",
    { class: "parts" },
    el("h3", null, shown),
    el(
      "pre",
      {
        class: "diff",
        tabIndex: 0,
        role: "region",
        "aria-label": "Changed lines of the stack file",
      },
      ...rows,
    ),
  );
}

/** What else would change, and whether it fits. */
function pulumiSays(preview: PreviewView | undefined, staged: Staged): VNode {
  if (!preview) return el("p", { class: "hint checking" }, "Checking with Pulumi…");
  if (preview.errors.length > 0)
    return el(
      "div",
      { class: "parts" },
      el("h3", null, "Pulumi refuses it"),
      ...preview.errors.map((it) => el("pre", { class: "notice bad" }, it)),
    );
  return el(
    "div",
    { class: "parts" },
    el("p", { class: "checked" }, summaryOf(preview.changes, staged)),
    others(preview.changes, staged),
    ...preview.warnings.map((it) => el("p", { class: "notice warn" }, it)),
    ...preview.notes.map((it) => el("p", { class: "hint" }, it)),
  );
}

function summaryOf(changes: readonly PlannedChange[], staged: Staged): string {
  if (changes.length === 0) return "Pulumi would change nothing: the cluster has this already.";
  const count = changes.length === 1 ? "1 object" : `${changes.length} objects`;
  const isAll = staged.kind !== "words" || changes.every(({ expected }) => expected);
  return isAll
    ? `Pulumi would change ${count}, and nothing else.`
    : `Pulumi would change ${count}. Not all of that is the scale:`;
}

function others(changes: readonly PlannedChange[], staged: Staged): VNode | null {
  const shown = staged.kind === "words" ? changes.filter(({ expected }) => !expected) : changes;
  if (shown.length === 0) return null;
  return el(
    "ul",
    { class: "others" },
    ...shown.map(({ op, resource }) =>
      el("li", null, el("strong", null, resource), ` ${OPS.get(op) ?? op}`),
    ),
  );
}

const OPS = new Map([
  ["create", "is created"],
  ["update", "is changed"],
  ["delete", "is deleted"],
  ["replace", "is replaced"],
  ["create-replacement", "is replaced"],
  ["delete-replaced", "is deleted, to be replaced"],
]);

function written({ desk }: StackScope): VNode {
  const { command = "", commitMessage = "" } = desk.written ?? {};
  return el(
    "div",
    { class: "parts notice" },
    el("p", null, "The file is written. To apply it:"),
    el("pre", null, command),
    el("p", null, "A commit message:"),
    el("pre", null, commitMessage),
  );
}

/** The bar at the bottom: what is staged, Discard, Write the file and Apply. */
export function actionBar(model: Model, stacks: readonly string[], acts: Acts): VNode {
  const [first = ""] = stacks;
  const isOne = model.shown.kind === "stack";
  const refusals = stacks.map((stack) => applyRefusal(model, deskOf(model, stack)));
  const needed = isOne ? undefined : stacks.find(isProduction);
  const isHeld = needed !== undefined && model.allowed !== needed;
  const refusal =
    refusals.find((it) => it !== undefined) ??
    (isHeld ? `Type ${needed} to allow its change.` : undefined);
  return el(
    "section",
    { class: "bar", "aria-label": "Change that is not applied" },
    el("div", { class: "said" }, ...stacks.map((stack) => line(model, stack, isOne))),
    needed === undefined ? null : allowField(needed, model, acts),
    el("p", { class: "refusal", id: "refusal" }, refusal ?? ""),
    isOne ? el("a", { class: "details", href: "#change" }, "Details") : null,
    el("button", { type: "button", onClick: () => acts.discard(stacks) }, "Discard"),
    isOne ? writeButton(model, first, acts) : null,
    el(
      "button",
      {
        type: "button",
        class: "primary",
        disabled: refusal !== undefined,
        "aria-describedby": "refusal",
        onClick: () => acts.apply(stacks),
      },
      "Apply",
    ),
  );
}

function writeButton(model: Model, stack: string, acts: Acts): VNode | null {
  const { change, ...desk } = deskOf(model, stack);
  if (stagedOf(desk)?.kind === "file") return null;
  const isOff = model.info.readOnly || isBusy(desk) || change?.problems.length !== 0;
  return el(
    "button",
    { type: "button", disabled: isOff, onClick: () => acts.write(stack) },
    "Write the file",
  );
}

function line(model: Model, stack: string, isOne: boolean): VNode {
  const desk = deskOf(model, stack);
  const staged = stagedOf(desk);
  const { change } = desk;
  const { before, after } = change ?? {};
  const cost =
    change && before && after && change.problems.length === 0
      ? ` ${isAtMost(change) ? "at most " : ""}${before.pods} → ${after.pods} pods, ${before.memory} → ${after.memory}`
      : "";
  return el(
    "p",
    null,
    isOne ? null : el("span", { class: "stack-name" }, `${stack}: `),
    el("strong", null, staged ? stagedText(staged) : ""),
    el("span", null, cost),
    ...(isOne ? [] : (change?.problems ?? []).map(wrongLine)),
  );
}

/** The page of the one stack has room for all of it. */
function wrongLine({ location, message }: ChangeView["problems"][number]): VNode {
  return el("span", { class: "wrong" }, ` ${location}: ${message}`);
}

function allowField(stack: string, model: Model, acts: Acts): VNode {
  return el(
    "label",
    { class: "allow" },
    el("span", null, `Type ${stack} to allow its change`),
    el("input", {
      type: "text",
      value: model.allowed,
      autocomplete: "off",
      onInput: (event) => acts.allow(event.currentTarget.value),
    }),
  );
}
