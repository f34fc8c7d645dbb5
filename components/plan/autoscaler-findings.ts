import type { Findings } from "../fit/findings.ts";
import { NO_FINDINGS } from "../fit/findings.ts";
import type { Autoscaling } from "../manifest/scaling.ts";
import { needsKeda } from "../manifest/scaling.ts";
import type { ProcessPlan } from "./process-plan.ts";

export type AutoscalerKind = "HorizontalPodAutoscaler" | "ScaledObject";

/** An autoscaler that the cluster has. */
export interface SeenAutoscaler {
  readonly kind: AutoscalerKind;
  readonly name: string;
  /** Name of the Deployment that the autoscaler scales. */
  readonly deployment: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Whether it can scale; undefined where it has not looked yet, or somebody has paused it. */
  readonly condition: AutoscalerCondition | undefined;
}

/** The condition `ScalingActive` of a HorizontalPodAutoscaler, or `Ready` of a ScaledObject. */
export interface AutoscalerCondition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since 1970; undefined where the autoscaler does not say. KEDA never does. */
  readonly since: number | undefined;
  /** When anything of the status was changed last; undefined where the cluster does not say. */
  readonly written: number | undefined;
}

/** Whether a group of the API is there and answers: `silent` is there, and does not. */
export type Serving = "answers" | "missing" | "silent";

/** What a cluster has for the autoscalers of an app. */
export interface SeenAutoscaling {
  /** The API of a metrics server; undefined where nobody needs one, or may see that. */
  readonly metrics: Serving | undefined;
  readonly autoscalers: readonly SeenAutoscaler[];
}

/** That an autoscaler cannot tell how many replicas it takes, in the cluster's words. */
export interface AutoscalerTrouble {
  readonly kind: AutoscalerKind;
  readonly name: string;
  readonly reason: string;
  readonly message: string;
}

/** Which kinds of autoscalers process types have: KEDA's ScaledObject makes one of the other kind. */
export function autoscalerKinds(processes: readonly ProcessPlan[]): AutoscalerKind[] {
  const autoscaled = processes.flatMap(({ scaling }) => (scaling.kind === "auto" ? scaling : []));
  if (autoscaled.length === 0) return [];
  const hasKeda = autoscaled.some(needsKeda);
  return hasKeda ? ["HorizontalPodAutoscaler", "ScaledObject"] : ["HorizontalPodAutoscaler"];
}

/** Whether a process type takes the cluster's metrics server. */
export function needsMetrics({ scaling }: ProcessPlan): boolean {
  return scaling.kind === "auto" && measuredBy(scaling).length > 0;
}

/** `cpu`, `memory`, or both. */
function measuredBy(scaling: Autoscaling): string[] {
  return (["cpu", "memory"] as const).filter((name) => scaling[name] !== undefined);
}

/** Which process types have an autoscaler that cannot tell how many replicas they take. */
export function autoscalerFindings(
  processes: readonly ProcessPlan[],
  { metrics, autoscalers }: SeenAutoscaling,
  { namespace, now }: { readonly namespace: string; readonly now: number },
): Findings {
  const warnings = processes.flatMap(({ type, name, scaling }) => {
    if (scaling.kind !== "auto") return [];
    const unmeasured = unmeasuredText(scaling, metrics);
    const trouble = autoscalerTrouble(autoscalers, name, now);
    const isKnown = unmeasured !== undefined && trouble?.reason === UNMEASURED;
    const messages = [
      ...(unmeasured === undefined ? [] : [unmeasured]),
      ...(trouble === undefined || isKnown
        ? []
        : [
            `${troubleText(trouble)}. See more: kubectl describe ${trouble.kind.toLowerCase()} ${trouble.name} --namespace ${namespace}`,
          ]),
    ];
    return messages.map((message) => ({ location: `dash-scale:scale.${type}`, message }));
  });
  return warnings.length === 0 ? NO_FINDINGS : { problems: [], warnings, notes: [] };
}

const INSTALL = "https://github.com/kubernetes-sigs/metrics-server";
const METRICS_API = "v1beta1.metrics.k8s.io";

/** A metrics server may come later, and nothing breaks until then. */
function unmeasuredText(
  scaling: Autoscaling,
  metrics: SeenAutoscaling["metrics"],
): string | undefined {
  const measured = measuredBy(scaling).join(" and ");
  if (measured === "" || (metrics !== "missing" && metrics !== "silent")) return undefined;
  const [cause, remedy] =
    metrics === "missing"
      ? ["the cluster has no metrics server", `Install metrics-server (${INSTALL})`]
      : [
          "the cluster's metrics server does not answer",
          `See why with: kubectl describe apiservice ${METRICS_API}`,
        ];
  const other = needsKeda(scaling) ? `leave ${measured} out` : "write replicas";
  return `${cause}, so nothing is scaled by ${measured}: ${consequence(scaling)}. ${remedy}, or ${other}`;
}

/**
 * Without its metric the controller keeps what there is, within bounds. Where another metric is
 * there, that one still adds replicas, and no replica is removed.
 *
 * Source: kubernetes/kubernetes, pkg/controller/podautoscaler/horizontal.go,
 * `reconcileAutoscaler` and `computeReplicasForMetrics`.
 */
function consequence(scaling: Autoscaling): string {
  return needsKeda(scaling)
    ? "its other targets still add replicas, and those that are no longer needed may stay"
    : `the autoscaler leaves the replicas as they are, and only keeps them from ${scaling.min} to ${scaling.max}`;
}

/**
 * Why a Deployment's autoscaler does not scale; undefined where it does, or where that may only be
 * the beginning.
 *
 * At 0 replicas a HorizontalPodAutoscaler does not look, and KEDA makes none while it cannot reach
 * what it is to scale by: there the ScaledObject knows.
 */
export function autoscalerTrouble(
  autoscalers: readonly SeenAutoscaler[],
  deployment: string,
  now: number,
): AutoscalerTrouble | undefined {
  const own = autoscalers.filter((it) => it.deployment === deployment);
  const looking = own.find(
    ({ kind, condition }) =>
      kind === "HorizontalPodAutoscaler" && condition && condition.reason !== RESTING,
  );
  const seen = looking ?? own.find(({ kind }) => kind === "ScaledObject");
  if (!seen?.condition || !isBlind(seen.created, seen.condition, now)) return undefined;
  const { reason, message } = seen.condition;
  return { kind: seen.kind, name: seen.name, reason, message };
}

/** For a person: what the cluster says, and what comes of it. */
export function troubleText({ reason, message }: AutoscalerTrouble): string {
  return `the autoscaler in the cluster cannot tell how many replicas it takes, and leaves them as they are: ${message} (${reason})`;
}

/** The reason of a HorizontalPodAutoscaler at 0 replicas. */
const RESTING = "ScalingDisabled";
/** The reason of a HorizontalPodAutoscaler that lacks what a metrics server measures. */
const UNMEASURED = "FailedGetResourceMetric";

/** Servers of metrics and of queues restart, and are back within that time. */
const PATIENCE_MS = 60_000;
/**
 * Pods that have just begun are not measured yet, or do not count while they start: 5 minutes
 * (`--horizontal-pod-autoscaler-cpu-initialization-period`), and a minute to measure them.
 */
const START_MS = 6 * 60_000;
/** Source: kubernetes/kubernetes, pkg/controller/podautoscaler/replica_calculator.go. */
const WITHOUT_PODS = /did not receive metrics|no metrics returned|no pods returned/;

/**
 * What the autoscaler itself takes for a failure.
 *
 * Source: kubernetes/kubernetes, pkg/controller/podautoscaler/horizontal.go; KEDA,
 * controllers/keda/scaledobject_controller.go and pkg/scaling/executor/scale_scaledobjects.go.
 */
function isBlind(
  created: number,
  { status, message, since = created, written = since }: AutoscalerCondition,
  now: number,
): boolean {
  if (status !== "False") return false;
  // A condition keeps its time while another reason makes it False: one that has rested at 0
  // replicas seems to have waited for metrics meanwhile.
  return WITHOUT_PODS.test(message)
    ? now - Math.max(since, written) >= START_MS
    : now - since >= PATIENCE_MS;
}
