/**
 * What a run of Pulumi does, by the events of its engine: `--json` prints one on each line.
 *
 * An event carries old and new state and the whole config, variables in plain: fields are picked,
 * and nothing is handed on whole.
 *
 * Source: pulumi/pulumi, sdk/go/common/apitype/events.go.
 */
import type { Json, JsonObject } from "../../../infra/cluster/json.ts";
import { getPath, number, object, text } from "../../../infra/cluster/json.ts";
import type { MessageView, PlannedChange, PreviewView, RunView, StepView } from "../api.ts";

/** How far a run has come. */
export interface Progress {
  readonly steps: readonly StepView[];
  readonly messages: readonly MessageView[];
  readonly changed: number;
  /** Whether the engine has said that it is done: one that was killed has not. */
  readonly hasSummary: boolean;
}

export const NO_PROGRESS: Progress = { steps: [], messages: [], changed: 0, hasSummary: false };

/** Nothing is done to a resource by these. */
const QUIET = new Set(["same", "read", "refresh", "read-discard"]);
/** Neither a provider nor the stack itself is something that runs. */
const INTERNAL = /^pulumi:(providers:|pulumi:Stack$)/;
const MAX_MESSAGES = 100;

/** @param begun milliseconds since 1970 at which the run began */
export function withEvent(progress: Progress, event: JsonObject, begun: number): Progress {
  const at = (number(event["timestamp"]) ?? 0) * 1000 - begun;
  const time = Math.max(0, at);
  const diagnostic = event["diagnosticEvent"];
  if (diagnostic !== undefined) return withDiagnostic(progress, object(diagnostic), time);
  const summary = event["summaryEvent"];
  if (summary !== undefined)
    return {
      ...progress,
      hasSummary: true,
      changed: changedIn(getPath(summary, "resourceChanges")),
    };
  for (const [name, state] of Object.entries(STATES)) {
    const step = getPath(event, name, "metadata");
    if (step !== undefined) return withStep(progress, step, { state, time });
  }
  return progress;
}

const STATES = {
  resourcePreEvent: "running",
  resOutputsEvent: "done",
  resOpFailedEvent: "failed",
} as const;

function changedIn(counts: Json | undefined): number {
  const changes = Object.entries(object(counts)).filter(([op]) => !QUIET.has(op));
  return changes.reduce((sum, [, count]) => sum + (number(count) ?? 0), 0);
}

function withStep(
  progress: Progress,
  step: Json,
  { state, time }: { readonly state: StepView["state"]; readonly time: number },
): Progress {
  const op = text(getPath(step, "op")) ?? "";
  if (QUIET.has(op) || INTERNAL.test(text(getPath(step, "type")) ?? "")) return progress;
  const resource = resourceOf(text(getPath(step, "urn")) ?? "");
  const old = progress.steps.find((it) => it.resource === resource);
  const now: StepView =
    state === "running"
      ? { resource, op, state, progress: "", from: old?.from ?? time }
      : { resource, op, state, progress: "", from: old?.from ?? time, to: time };
  return { ...progress, steps: replaced(progress.steps, old, now) };
}

function replaced(
  steps: readonly StepView[],
  old: StepView | undefined,
  now: StepView,
): readonly StepView[] {
  return old ? steps.map((it) => (it === old ? now : it)) : [...steps, now];
}

function withDiagnostic(progress: Progress, diagnostic: JsonObject, time: number): Progress {
  const severity = text(diagnostic["severity"]) ?? "";
  const said = (text(diagnostic["message"]) ?? "").trim();
  if (severity === "debug" || said === "") return progress;
  const resource = resourceOf(text(diagnostic["urn"]) ?? "");
  if (diagnostic["ephemeral"] === true) {
    // What is said of no resource that is at work is a row of its own.
    const own = progress.steps.find((it) => it.resource === resource);
    const old = own ?? progress.steps.find((it) => it.resource === ALL);
    const step = old ?? { resource: ALL, op: "", state: "running", from: time };
    return { ...progress, steps: replaced(progress.steps, old, { ...step, progress: said }) };
  }
  const message: MessageView = { severity: severityOf(severity), resource, text: said };
  return { ...progress, messages: [...progress.messages, message].slice(-MAX_MESSAGES) };
}

/** Where `dash-scale` says how far all process types have come. */
const ALL = "Rollout";

function severityOf(severity: string): MessageView["severity"] {
  return severity === "error" || severity === "warning" ? severity : "note";
}

/** `Deployment shop-web` of a URN; empty for the stack itself. */
function resourceOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  const type = types.split("$").at(-1) ?? "";
  return type === "" || INTERNAL.test(type) ? "" : `${type.split(":").at(-1) ?? ""} ${name}`;
}

/** How a run ended whose process is gone. */
export function endOf(progress: Progress, stopped: boolean): RunView["state"] {
  const hasFailed =
    progress.steps.some(({ state }) => state === "failed") ||
    progress.messages.some(({ severity }) => severity === "error");
  if (stopped && (hasFailed || !progress.hasSummary)) return "stopped";
  if (hasFailed) return "failed";
  return progress.hasSummary ? "done" : "killed";
}

/** What Pulumi prints with `preview --json`: one document at its end. */
export function previewIn(
  document: JsonObject,
  isExpected: (change: Omit<PlannedChange, "expected">) => boolean,
): PreviewView {
  const steps = Array.isArray(document["steps"]) ? document["steps"] : [];
  const diagnostics = Array.isArray(document["diagnostics"]) ? document["diagnostics"] : [];
  const messages = diagnostics.map((it) => ({
    severity: text(getPath(it, "severity")) ?? "",
    said: saidIn(it),
  }));
  const of = (severity: string) =>
    messages.filter((it) => it.severity === severity).map(({ said }) => said);
  return {
    changes: steps.flatMap((step) => plannedChange(step, isExpected)),
    notes: of("info").flatMap(withoutCost),
    warnings: of("warning"),
    errors: of("error").filter((said) => said !== "preview failed"),
  };
}

function saidIn(diagnostic: Json): string {
  const said = (text(getPath(diagnostic, "message")) ?? "").trim();
  return said.replace(/^(info|warning|error): (Preview failed: )?/, "");
}

/** The table of costs is on the page already; what the program says below it is not. */
function withoutCost(said: string): string[] {
  if (!said.startsWith("Resource summary:")) return [said];
  return said
    .split("\n\n")
    .slice(2)
    .join("\n")
    .split("\n")
    .filter((line) => line !== "");
}

function plannedChange(
  step: Json,
  isExpected: (change: Omit<PlannedChange, "expected">) => boolean,
): PlannedChange[] {
  const op = text(getPath(step, "op")) ?? "";
  const resource = resourceOf(text(getPath(step, "urn")) ?? "");
  // A component is nothing in the cluster, and what stands for a refresh changes nothing.
  const state = getPath(step, "newState") ?? getPath(step, "oldState");
  if (QUIET.has(op) || resource === "" || getPath(state, "custom") !== true) return [];
  const change = { op, resource };
  return [{ ...change, expected: isExpected(change) }];
}
