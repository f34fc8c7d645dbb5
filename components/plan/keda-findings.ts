import type { Cost } from "../cost/cost.ts";
import type { Findings } from "../fit/findings.ts";
import { NO_FINDINGS } from "../fit/findings.ts";
import { needsKeda } from "../manifest/scaling.ts";
import type { ProcessPlan } from "./process-plan.ts";

/** A Lease by which the one operator that works says that it still does. */
export interface Lease {
  readonly namespace: string;
  /** Milliseconds since 1970. */
  readonly renewed: number;
  /** Seconds after which another operator may take over. */
  readonly durationSeconds: number;
}

/** What a cluster has of KEDA; undefined where the account may not see that. */
export interface SeenKeda {
  /** Whether the API server knows ScaledObjects. */
  readonly isInstalled: boolean | undefined;
  /** Whether the API for external metrics answers, which KEDA's metrics server serves. */
  readonly metricsAnswer: boolean | undefined;
  /** The operators' Leases; empty where none was ever taken. */
  readonly leases: readonly Lease[] | undefined;
  /** Names of the process types that KEDA has scaled and is to let go. */
  readonly released: readonly string[];
}

/** Which process types have to do with KEDA, by the stack as it is and as it was. */
export interface KedaUse {
  /** Those that KEDA scales. */
  readonly scaled: readonly ProcessPlan[];
  /** Those that an autoscaler has scaled, KEDA or another one, and that KEDA is not to scale. */
  readonly maybeReleased: readonly ProcessPlan[];
}

/** @param before what the stack came to last; undefined where that is unknown */
export function kedaUse(processes: readonly ProcessPlan[], before: Cost | undefined): KedaUse {
  const scaled = processes.filter(({ scaling }) => scaling.kind === "auto" && needsKeda(scaling));
  const maybeReleased = processes.filter((plan) => {
    const last = before?.processes[plan.type]?.replicas;
    return !scaled.includes(plan) && typeof last === "object";
  });
  return { scaled, maybeReleased };
}

/**
 * How many durations of its Lease an operator may be silent: the clocks of this machine and of the
 * cluster differ, and an operator that ends gives its Lease to the next one within one of them.
 */
const SILENT_DURATIONS = 4;
const INSTALL = "https://keda.sh/docs/latest/deploy/";

/**
 * What keeps KEDA from scaling: without it nothing scales, and an autoscaler of KEDA's that has
 * ended stays until its operator has let it go.
 */
export function kedaFindings(
  { scaled }: Pick<KedaUse, "scaled">,
  seen: SeenKeda,
  now: number,
): Findings {
  const message = missing(seen, scaled.length > 0, now);
  if (message === undefined) return NO_FINDINGS;
  const types = [...scaled.map(({ type }) => type), ...seen.released];
  const problems = types.map((type) => ({
    location: `dash-scale:scale.${type}`,
    message,
  }));
  return { problems, warnings: [], notes: [] };
}

function missing(
  { isInstalled, metricsAnswer, leases }: SeenKeda,
  isScaling: boolean,
  now: number,
): string | undefined {
  if (isInstalled === false)
    return `KEDA scales by queue, schedule and concurrency, and the cluster has no KEDA: its API server does not know keda.sh/v1alpha1. Install KEDA (${INSTALL}), or write replicas, or min and max with cpu or memory`;
  const silent = silentOperator(leases ?? [], now);
  if (silent)
    return `KEDA's operator does not run: it has not renewed its Lease ${OPERATOR_LEASE} in namespace ${silent.namespace} since ${new Date(silent.renewed).toISOString()}, and without it no replica starts or ends. See why: kubectl get pods --namespace ${silent.namespace}`;
  if (isScaling && metricsAnswer === false)
    return `KEDA's metrics server does not answer, and without it no second replica starts. See why: kubectl describe apiservice ${METRICS_API}`;
  return undefined;
}

/** The Lease of KEDA's operator. Source: KEDA, cmd/operator/main.go, `LeaderElectionID`. */
export const OPERATOR_LEASE = "operator.keda.sh";
/** What KEDA's metrics server serves. Source: KEDA, config/metrics-server/api_service.yaml. */
const METRICS_API = "v1beta1.external.metrics.k8s.io";

/** The Lease that was renewed last, where that is long ago. */
function silentOperator(leases: readonly Lease[], now: number): Lease | undefined {
  const [last] = leases.toSorted((a, b) => b.renewed - a.renewed);
  if (!last) return undefined;
  return now - last.renewed > last.durationSeconds * SILENT_DURATIONS * 1000 ? last : undefined;
}
