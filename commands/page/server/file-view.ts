/** A stack file as the page shows it, and what a change makes of it: by the code of `scale`. */
import { createHash } from "node:crypto";
import { attempted, ConfigError } from "../../../components/config/errors.ts";
import { scaleDowns } from "../../../components/guards/scale-down.ts";
import { costOf } from "../../../components/cost/cost.ts";
import { priceTitle } from "../../../components/cost/price.ts";
import { monthlyRange } from "../../../components/cost/table.ts";
import { needsKeda } from "../../../components/manifest/scaling.ts";
import type { AppPlan } from "../../../components/plan/app-plan.ts";
import { planOf } from "../../plan.ts";
import type { Decision, StackFile } from "../../scale/decide.ts";
import { decide, decideScale } from "../../scale/decide.ts";
import { changedLines } from "../../scale/lines.ts";
import { chooserText, measured, restarted } from "../../scale/measure.ts";
import type { StackLocation } from "../../stack-file.ts";
import type { ChangeRequest, ChangeView, FileView } from "../api.ts";

export function fileView(location: StackLocation, text: string): FileView {
  const { stack, shown } = location;
  const plan = attempted(() => planOf({ ...location, text }));
  const view =
    plan instanceof ConfigError
      ? { ...NO_PROCESSES, app: location.project.name, problems: plan.problems }
      : planView(plan);
  // A line of the Procfile may say what no process type shows: the release line.
  const lines = plan instanceof ConfigError ? [] : [...plan.commands];
  return { stack, shown, seen: hashOf([text, lines, view]), ...view };
}

type PlanView = Omit<FileView, "stack" | "shown" | "seen">;

const NO_PROCESSES = { namespace: "", maxReplicas: 0, processes: [], warnings: [] };

function planView(plan: AppPlan): PlanView {
  const { formation, totals } = measured(plan);
  const singletons = new Set(plan.processes.filter((it) => it.singleton).map(({ type }) => type));
  const { name: app, namespace, maxReplicas } = plan.settings;
  return {
    app,
    namespace,
    maxReplicas,
    processes: formation.map((it) => ({
      ...it,
      singleton: singletons.has(it.type),
      canBeNone: it.autoscale !== undefined && needsKeda(it.autoscale),
      chooser: chooserText(it),
    })),
    totals,
    problems: [],
    warnings: plan.warnings,
  };
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/**
 * What a change makes of a stack file.
 *
 * @param restored the scale that a change of the kind `restore` is about
 * @throws ConfigError with all that is wrong
 */
export function decisionOn(file: StackFile, change: ChangeRequest, restored: unknown): Decision {
  if (change.kind === "words") return decide(file, change.words, change.confirm);
  if (change.kind === "restore") return decideScale(file, restored, change.confirm);
  const plan = planOf(file);
  return { before: plan, after: plan, text: undefined };
}

/** The same for the page: what is wrong is part of it. */
export function changeView(file: StackFile, change: ChangeRequest, restored: unknown): ChangeView {
  const decision = attempted(() => decisionOn(file, change, restored));
  if (!(decision instanceof ConfigError)) return viewOf(file.text, decision, []);
  const confirmed = attempted(() => decisionOn(file, { ...change, confirm: true }, restored));
  // All that is missing is a confirmation: the page offers to write it.
  if (confirmed instanceof ConfigError) return { ...NOTHING, problems: decision.problems };
  const view = viewOf(file.text, confirmed, decision.problems);
  return { ...view, confirmations: confirmationsOf(confirmed) };
}

const NOTHING: ChangeView = {
  restarts: [],
  formation: [],
  lines: [],
  problems: [],
  warnings: [],
  confirmations: [],
};

function viewOf(
  old: string,
  { before, after, text }: Decision,
  problems: ChangeView["problems"],
): ChangeView {
  return {
    ...(before ? { before: costOf(before).totals } : {}),
    after: costOf(after).totals,
    ...priceOf(before, after),
    restarts: before ? restarted(before, after) : [],
    formation: measured(after).formation.map(({ type, replicas }) => ({ type, replicas })),
    lines: text === undefined ? [] : changedLines(old, text),
    problems,
    warnings: newWarnings(before, after),
    confirmations: [],
  };
}

/** Both by the prices of now: what changes is the app. */
function priceOf(before: AppPlan | undefined, after: AppPlan): Pick<ChangeView, "price"> {
  const { prices } = after;
  if (!prices) return {};
  const of = (plan: AppPlan) => monthlyRange(costOf(plan), prices);
  const old = before ? { before: of(before) } : {};
  return { price: { title: priceTitle(prices), ...old, after: of(after) } };
}

function confirmationsOf({ before, after }: Decision): string[] {
  if (!before) return [];
  return scaleDowns(costOf(before), costOf(after)).map(({ type, change }) => `${type} ${change}`);
}

/** What the file was warned of before is on the page already. */
function newWarnings(before: Decision["before"], after: Decision["after"]) {
  const known = new Set(before?.warnings.map(({ message }) => message));
  return after.warnings.filter(({ message }) => !known.has(message));
}
