/**
 * Why an object is not ready, as far as the official provider says so: the conditions of a
 * Deployment, and the containers of its newest pods. Its errors leave out what the scheduler or a
 * quota says, and events.
 *
 * Sources: pulumi/pulumi-kubernetes, provider/pkg/await/deployment.go (`errorMessages`),
 * checker/pod.
 */
import { getPath, list, number, object, text, words } from "../../shared/json.ts";
import type { Json, JsonObject } from "../../shared/json.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { referenceTo } from "../cluster/cluster.ts";
import { idOf } from "../naming.ts";
import { condition, REVISION } from "./readiness.ts";

const TOO_FEW = "Minimum number of live Pods was not attained";

export async function reasons(cluster: Cluster, live: JsonObject): Promise<string[]> {
  const pods = await podsOf(cluster, live);
  return [...conditionReasons(live), ...pods.flatMap(podReasons)];
}

/** The conditions of a Deployment that say that something is wrong. */
export function conditionReasons(live: JsonObject): string[] {
  if (live["kind"] !== "Deployment") return [];
  const bad = ["Progressing", "Available"]
    .map((type) => condition(live, type))
    .filter((item) => getPath(item, "status") === "False")
    .map((item) => `[${words(getPath(item, "reason"))}] ${text(getPath(item, "message")) ?? ""}`);
  const isAvailable = getPath(condition(live, "Available"), "status") === "True";
  return isAvailable ? bad : [...bad, TOO_FEW];
}

/** Why one pod that has a node does not run: one of its containers does not come up. */
export function podReasons(pod: JsonObject): string[] {
  const isTrue = (type: string) => getPath(condition(pod, type), "status") === "True";
  if (!isTrue("PodScheduled") || getPath(pod, "status", "phase") === "Succeeded") return [];
  const unmet = isTrue("Initialized") ? condition(pod, "Ready") : condition(pod, "Initialized");
  if (unmet === undefined || getPath(unmet, "status") === "True") return [];
  const said = text(getPath(unmet, "message")) ?? "";
  const broken = list(getPath(pod, "status", "containerStatuses")).flatMap(containerReasons);
  const parts = said === "" ? broken : [said, ...broken];
  return parts.length === 0 ? [] : [`[Pod ${idOf(pod)}]: ${parts.join("\n")}`];
}

function containerReasons(status: Json): string[] {
  if (getPath(status, "ready") === true) return [];
  const waiting = object(getPath(status, "state", "waiting"));
  const ended = object(getPath(status, "state", "terminated"));
  const last = object(getPath(status, "lastState", "terminated"));
  const name = words(getPath(status, "name"));
  const found: string[] = [];
  if (waiting["reason"] !== undefined && waiting["reason"] !== "ContainerCreating") {
    found.push(`[${words(waiting["reason"])}] ${text(waiting["message"]) ?? ""}`);
  }
  if (ended["reason"] !== undefined) {
    const message = text(ended["message"]);
    const short = `container "${name}" completed with ${exitOf(ended)}`;
    found.push(message === undefined ? short : `[${words(ended["reason"])}] ${message}`);
  }
  if (last["reason"] !== undefined) {
    const when = words(last["finishedAt"]);
    found.push(
      `container "${name}" terminated at ${when} (${words(last["reason"])}: ${exitOf(last)})`,
    );
    found.push(...[text(last["message"])].filter((message) => message !== undefined));
  }
  return found;
}

function exitOf(state: JsonObject): string {
  return `exit code ${number(state["exitCode"]) ?? 0}`;
}

/** The pods of an object, or of a Deployment's newest ReplicaSet. */
async function podsOf(cluster: Cluster, live: JsonObject): Promise<readonly JsonObject[]> {
  const { namespace } = referenceTo(live);
  if (live["kind"] !== "Deployment") return ownedBy(live, await listOf("v1", "Pod"));
  const sets = ownedBy(live, await listOf("apps/v1", "ReplicaSet"));
  const newest = sets.find((set) => revisionOf(set) === revisionOf(live));
  return newest === undefined ? [] : ownedBy(newest, await listOf("v1", "Pod"));

  function listOf(apiVersion: string, kind: string): Promise<readonly JsonObject[]> {
    return cluster.list({ apiVersion, kind, namespace }, {});
  }
}

function revisionOf(value: JsonObject): string | undefined {
  return text(getPath(value, "metadata", "annotations", REVISION));
}

function ownedBy(owner: JsonObject, found: readonly JsonObject[]): JsonObject[] {
  const uid = getPath(owner, "metadata", "uid");
  return found.filter((it) =>
    list(getPath(it, "metadata", "ownerReferences")).some(
      (reference) => getPath(reference, "uid") === uid,
    ),
  );
}
