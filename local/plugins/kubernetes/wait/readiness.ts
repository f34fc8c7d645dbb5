/**
 * Whether an object is ready, kind by kind, from what the cluster reports of it. What counts as
 * ready is the official provider's (pulumi/pulumi-kubernetes, provider/pkg/await). Pure: whoever
 * waits has read the object, and what belongs to it, before.
 */
import { getPath, equal, list, number, object, text, words } from "../../shared/json.ts";
import type { Json, JsonObject } from "../../shared/json.ts";

export type Readiness =
  | { state: "ready" }
  /** With what is being waited for. */
  | { state: "pending"; why: string }
  /** It will not become ready any more. */
  | { state: "failed"; why: string };

/** What a kind's readiness depends on beside the object itself. */
export interface Surroundings {
  /** The object as it was before the operation, if it was there. */
  before: JsonObject | undefined;
  /** A Service's EndpointSlices. */
  endpointSlices: readonly JsonObject[];
  /** `volumeBindingMode` of a claim's storage class. */
  bindingMode: string | undefined;
}

/** The annotation that tells which of its ReplicaSets is a Deployment's newest one. */
export const REVISION = "deployment.kubernetes.io/revision";

const READY: Readiness = { state: "ready" };
const pending = (why: string): Readiness => ({ state: "pending", why });
const failed = (why: string): Readiness => ({ state: "failed", why });

export function readiness(live: JsonObject, around: Surroundings): Readiness {
  const judge = JUDGES[typeOf(live)];
  return judge === undefined ? READY : judge(live, around);
}

export function isWaitedFor(value: JsonObject): boolean {
  return typeOf(value) in JUDGES;
}

function typeOf(value: JsonObject): string {
  return `${words(value["apiVersion"])}/${words(value["kind"])}`;
}

const JUDGES: Readonly<Record<string, (live: JsonObject, around: Surroundings) => Readiness>> = {
  "apps/v1/DaemonSet": daemonSet,
  "apps/v1/Deployment": deployment,
  "apps/v1/StatefulSet": statefulSet,
  "batch/v1/Job": job,
  "networking.k8s.io/v1/Ingress": ingress,
  "v1/Namespace": namespace,
  "v1/PersistentVolume": persistentVolume,
  "v1/PersistentVolumeClaim": persistentVolumeClaim,
  "v1/Pod": pod,
  "v1/ResourceQuota": resourceQuota,
  "v1/Service": service,
};

export function condition(live: Json | undefined, type: string): Json | undefined {
  return list(getPath(live, "status", "conditions")).find((item) => getPath(item, "type") === type);
}

function count(live: JsonObject, ...path: string[]): number {
  return number(getPath(live, ...path)) ?? 0;
}

/** Whether the controller has not looked at the newest version of the object yet. */
function isUnseen(live: JsonObject): boolean {
  return count(live, "status", "observedGeneration") < count(live, "metadata", "generation");
}

const UNSEEN = "waiting for its controller to see the change";

/**
 * A Deployment that was ready before a change counts as ready right after the change: the official
 * provider may take an event from before the change for one from after it (deployment.go,
 * `waitUntilDeploymentControllerReconciles`). The stand-in always does. Neither heeds the progress
 * deadline.
 */
function deployment(live: JsonObject, { before }: Surroundings): Readiness {
  if (isRolledOut(live) || (before !== undefined && isRolledOut(before))) return READY;
  const ready = count(live, "status", "readyReplicas");
  return pending(
    `Waiting for app ReplicaSet to be available (${ready}/${wantedOf(live)} Pods available)`,
  );
}

/**
 * Source: deployment.go, `checkAndLogStatus`; a first version has nothing that it could replace.
 */
function isRolledOut(live: JsonObject): boolean {
  const isFirst = getPath(live, "metadata", "annotations", REVISION) === "1";
  const isAvailable = getPath(condition(live, "Available"), "status") === "True";
  const progress = condition(live, "Progressing");
  const isComplete =
    getPath(progress, "status") === "True" &&
    getPath(progress, "reason") === "NewReplicaSetAvailable";
  const ready = count(live, "status", "readyReplicas");
  return isAvailable && (isFirst || isComplete) && ready >= wantedOf(live);
}

function wantedOf(live: JsonObject): number {
  return number(getPath(live, "spec", "replicas")) ?? 1;
}

function statefulSet(live: JsonObject): Readiness {
  if (isUnseen(live)) return pending(UNSEEN);
  const wanted = wantedOf(live);
  const ready = count(live, "status", "readyReplicas");
  if (ready < wanted) return pending(`${ready}/${wanted} pods are ready`);
  if (count(live, "status", "replicas") > wanted) return pending("pods are still to stop");
  const rolling = getPath(live, "spec", "updateStrategy", "type") !== "OnDelete";
  const partition = count(live, "spec", "updateStrategy", "rollingUpdate", "partition");
  const current = getPath(live, "status", "currentRevision");
  const isDone = equal(current, getPath(live, "status", "updateRevision"));
  if (rolling && partition === 0 && !isDone) return pending("pods are of the old version");
  return READY;
}

function daemonSet(live: JsonObject): Readiness {
  if (isUnseen(live)) return pending(UNSEEN);
  const wanted = count(live, "status", "desiredNumberScheduled");
  const updated = count(live, "status", "updatedNumberScheduled");
  const available = count(live, "status", "numberAvailable");
  const rolling = getPath(live, "spec", "updateStrategy", "type") !== "OnDelete";
  if (rolling && updated < wanted)
    return pending(`${updated}/${wanted} pods are of the new version`);
  return available < wanted ? pending(`${available}/${wanted} pods are available`) : READY;
}

const FINAL_FAILURES = new Set(["BackoffLimitExceeded", "DeadlineExceeded"]);

function job(live: JsonObject): Readiness {
  const failure = condition(live, "Failed");
  // Of a Job that failed for another reason the official provider says nothing, and waits
  // (checker/job).
  const isFinal = FINAL_FAILURES.has(text(getPath(failure, "reason")) ?? "");
  if (getPath(failure, "status") === "True" && isFinal) {
    return failed(
      `[${words(getPath(failure, "reason"))}] ${text(getPath(failure, "message")) ?? ""}`,
    );
  }
  if (getPath(condition(live, "Complete"), "status") === "True") return READY;
  if (getPath(live, "spec", "suspend") === true) return READY;
  const counts = ["active", "succeeded", "failed"].map(
    (key) => `${count(live, "status", key)} ${key}`,
  );
  return pending(`the job is running: ${counts.join(", ")}`);
}

function pod(live: JsonObject): Readiness {
  const phase = text(getPath(live, "status", "phase")) ?? "Pending";
  if (phase === "Succeeded" || getPath(condition(live, "Ready"), "status") === "True") return READY;
  return phase === "Failed" ? failed("the pod has failed") : pending(`the pod is ${phase}`);
}

function namespace(live: JsonObject): Readiness {
  const phase = text(getPath(live, "status", "phase")) ?? "new";
  return phase === "Active" ? READY : pending(`the namespace is ${phase}`);
}

/** A Service needs no pods, but those that it has should answer. */
function service(live: JsonObject, { endpointSlices }: Surroundings): Readiness {
  const type = getPath(live, "spec", "type");
  if (type === "LoadBalancer" && !hasAddress(live)) {
    return pending("the Service was not allocated an address yet; does this cluster give any?");
  }
  const selects = Object.keys(object(getPath(live, "spec", "selector"))).length > 0;
  if (type === "ExternalName" || getPath(live, "spec", "clusterIP") === "None" || !selects)
    return READY;
  const waiting = endpointSlices
    .flatMap((slice) => list(slice["endpoints"]))
    .filter((endpoint) => getPath(endpoint, "conditions", "ready") === false)
    .filter((endpoint) => getPath(endpoint, "conditions", "terminating") !== true);
  return waiting.length > 0 ? pending(`${waiting.length} of its pods are not ready`) : READY;
}

function ingress(live: JsonObject): Readiness {
  if (hasAddress(live)) return READY;
  return pending("the Ingress was not given an address yet; is there an ingress controller?");
}

function hasAddress(live: JsonObject): boolean {
  return list(getPath(live, "status", "loadBalancer", "ingress")).length > 0;
}

function persistentVolume(live: JsonObject): Readiness {
  const phase = text(getPath(live, "status", "phase")) ?? "Pending";
  const isThere = phase === "Available" || phase === "Bound";
  return isThere ? READY : pending(`the volume is ${phase}`);
}

function persistentVolumeClaim(live: JsonObject, { bindingMode }: Surroundings): Readiness {
  const phase = text(getPath(live, "status", "phase")) ?? "Pending";
  const waitsForPod = bindingMode === "WaitForFirstConsumer" && phase === "Pending";
  return phase === "Bound" || waitsForPod ? READY : pending(`the claim is ${phase}`);
}

function resourceQuota(live: JsonObject): Readiness {
  const isSeen = equal(getPath(live, "spec", "hard"), getPath(live, "status", "hard"));
  return isSeen ? READY : pending(UNSEEN);
}
