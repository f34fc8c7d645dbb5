/** How far a workload has come, by what its controller reports of it. */
import type { Workload } from "../../components/rollout.ts";
import type { JsonObject } from "../cluster/json.ts";
import { getPath, list, number, text } from "../cluster/json.ts";

/** Counts of pods; a pod that is on its way out counts for none of them. */
export interface WorkloadStatus {
  readonly desired: number;
  /** What the object itself asks for: less than desired until an autoscaler has looked. */
  readonly replicas: number;
  /** Of the newest version. */
  readonly updated: number;
  /** Ready for as long as the workload asks for. */
  readonly available: number;
  /** Of all versions. */
  readonly total: number;
  /**
   * Whether the controller has seen the newest change: what it reports is of the change before
   * until then.
   */
  readonly observed: boolean;
  /** Whether somebody has paused the rollout, so that no new version is begun. */
  readonly paused: boolean;
  /** Whether all that is declared runs, and nothing of an earlier version. */
  readonly done: boolean;
  /** Why the controller has given the rollout up. */
  readonly failure: string | undefined;
  /** Why the controller could not create pods when it last tried. */
  readonly refusal: string | undefined;
}

/**
 * The status of a Deployment or StatefulSet as the API server has it now.
 *
 * Source: kubectl, pkg/polymorphichelpers/rollout_status.go. Other than there, a rollout is only
 * done when the replicas that were taken away are on their way out.
 */
export function workloadStatus(object: JsonObject, workload: Workload): WorkloadStatus {
  const counts = countsOf(object, workload);
  const observed =
    count(object, "status", "observedGeneration") >= count(object, "metadata", "generation");
  const progressing = condition(object, "Progressing");
  const hasGivenUp = observed && progressing?.reason === "ProgressDeadlineExceeded";
  const refused = condition(object, "ReplicaFailure");
  return {
    ...counts,
    observed,
    paused: getPath(object, "spec", "paused") === true,
    done: observed && hasOneRevision(object) && runs(counts, workload),
    failure: hasGivenUp ? progressing.message : undefined,
    refusal: observed && refused?.status === "True" ? refused.message : undefined,
  };
}

type Counts = Pick<WorkloadStatus, "desired" | "replicas" | "updated" | "available" | "total">;

/** A new object begins with one replica; the autoscaler raises it to its least number. */
function countsOf(object: JsonObject, { minAvailable = 0 }: Workload): Counts {
  const replicas = number(getPath(object, "spec", "replicas")) ?? 1;
  return {
    desired: Math.max(replicas, minAvailable),
    replicas,
    updated: count(object, "status", "updatedReplicas"),
    available: count(object, "status", "availableReplicas"),
    total: count(object, "status", "replicas"),
  };
}

/**
 * An autoscaler may want more than there is room for, and take away what is too many when it likes.
 */
function runs({ desired, updated, available, total }: Counts, { minAvailable }: Workload): boolean {
  const needed = minAvailable ?? desired;
  const most = minAvailable === undefined ? desired : total;
  return updated >= needed && available >= needed && total <= updated && total <= most;
}

function count(object: JsonObject, ...path: string[]): number {
  return number(getPath(object, ...path)) ?? 0;
}

/** A StatefulSet reports the revision that it moves its pods to; a Deployment has no such field. */
function hasOneRevision(object: JsonObject): boolean {
  if (getPath(object, "kind") !== "StatefulSet") return true;
  const current = getPath(object, "status", "currentRevision");
  return current === getPath(object, "status", "updateRevision");
}

interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** A condition of an object's status, where it has one of that type. */
export function condition(object: JsonObject, type: string): Condition | undefined {
  const found = list(getPath(object, "status", "conditions")).find(
    (it) => getPath(it, "type") === type,
  );
  if (found === undefined) return undefined;
  const said = (name: string) => text(getPath(found, name)) ?? "";
  return { status: said("status"), reason: said("reason"), message: said("message") };
}
