/** Why an object is not ready, in the cluster's own words: its conditions, its pods, their events. */
import { at, list, number, object, text, words } from "../../shared/json.ts";
import type { Json, JsonObject } from "../../shared/json.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { referenceTo } from "../cluster/cluster.ts";
import { condition } from "./readiness.ts";

/** Pods whose events are read; more of them would say the same. */
const PODS_ASKED = 5;
const EVENTS_SHOWN = 2;

export async function reasons(cluster: Cluster, live: JsonObject): Promise<string[]> {
  const own = conditionReasons(live);
  const selector = selectorOf(live);
  const events = selector === undefined ? await warnings(cluster, live) : [];
  if (selector === undefined) return [...own, ...events];
  const { namespace } = referenceTo(live);
  const pods = await cluster.list(
    { apiVersion: "v1", kind: "Pod", namespace },
    { labelSelector: selector },
  );
  const stuck = pods.filter(isStuck);
  const found = stuck.flatMap((pod) => podReasons(pod).map((why) => ({ why, pod: nameOf(pod) })));
  for (const pod of stuck.slice(0, PODS_ASKED)) {
    const said = await warnings(cluster, pod);
    found.push(...said.map((why) => ({ why, pod: nameOf(pod) })));
  }
  return [...own, ...grouped(found)];
}

/** The conditions of a controller that say that something is wrong. */
export function conditionReasons(live: JsonObject): string[] {
  return list(at(live, "status", "conditions"))
    .filter(isBad)
    .map((item) => `[${words(at(item, "reason"))}] ${text(at(item, "message")) ?? ""}`);
}

/** Conditions whose being true is the bad news. */
const BAD_WHEN_TRUE = new Set<Json | undefined>(["ReplicaFailure", "Failed", "FailureTarget"]);

function isBad(item: Json): boolean {
  const bad = BAD_WHEN_TRUE.has(at(item, "type")) ? "True" : "False";
  return at(item, "status") === bad && text(at(item, "message")) !== undefined;
}

function isStuck(pod: JsonObject): boolean {
  const done = at(pod, "status", "phase") === "Succeeded";
  const leaving = at(pod, "metadata", "deletionTimestamp") !== undefined;
  return !done && !leaving && at(condition(pod, "Ready"), "status") !== "True";
}

/** Why one pod does not run: it found no node, or one of its containers does not come up. */
export function podReasons(pod: JsonObject): string[] {
  const scheduled = condition(pod, "PodScheduled");
  if (at(scheduled, "status") === "False") {
    return [`[${words(at(scheduled, "reason"))}] ${text(at(scheduled, "message")) ?? ""}`];
  }
  const containers = ["initContainerStatuses", "containerStatuses"].flatMap((key) =>
    list(at(pod, "status", key)),
  );
  const broken = containers.map(containerReason).filter((why) => why !== undefined);
  if (broken.length > 0) return broken;
  const ready = condition(pod, "Ready");
  const message = text(at(ready, "message"));
  return message === undefined ? [] : [`[${words(at(ready, "reason"))}] ${message}`];
}

function containerReason(status: Json): string | undefined {
  const now = object(at(status, "state", "waiting") ?? at(status, "state", "terminated"));
  const reason = text(now["reason"]);
  if (reason === undefined || reason === "Completed" || reason === "ContainerCreating") {
    return undefined;
  }
  const last = object(at(status, "lastState", "terminated"));
  const exit = number(now["exitCode"]) ?? number(last["exitCode"]);
  const message = text(now["message"]) ?? text(last["message"]);
  const details = [
    message,
    exit === undefined ? undefined : `exit code ${String(exit)}`,
    `${String(number(at(status, "restartCount")) ?? 0)} restarts`,
  ];
  const shown = details.filter((part) => part !== undefined).join(", ");
  return `[${reason}] container ${words(at(status, "name"))}: ${shown}`;
}

async function warnings(cluster: Cluster, live: JsonObject): Promise<string[]> {
  const { namespace } = referenceTo(live);
  const uid = text(at(live, "metadata", "uid")) ?? "";
  const events = await cluster.list(
    { apiVersion: "v1", kind: "Event", namespace },
    { fieldSelector: `involvedObject.uid=${uid},type=Warning` },
  );
  return events
    .slice(-EVENTS_SHOWN)
    .map((event) => `[${words(event["reason"])}] ${text(event["message"]) ?? ""}`);
}

/** A reason without the word for it: conditions and events say the same under different ones. */
export function messageOf(reason: string): string {
  return reason.replace(/^\[\w+\] /, "");
}

/** A hundred pods with one and the same trouble are one line. */
export function grouped(found: readonly { why: string; pod: string }[]): string[] {
  const byMessage = new Map<string, { why: string; pods: Set<string> }>();
  for (const { why, pod } of found) {
    const known = byMessage.get(messageOf(why)) ?? { why, pods: new Set() };
    known.pods.add(pod);
    byMessage.set(messageOf(why), known);
  }
  return [...byMessage.values()].map(({ why, pods }) => {
    const [first = ""] = pods;
    return pods.size === 1 ? `pod ${first}: ${why}` : `${pods.size} pods, as ${first}: ${why}`;
  });
}

function nameOf(pod: JsonObject): string {
  return referenceTo(pod).name;
}

function selectorOf(live: JsonObject): string | undefined {
  if (live["kind"] === "Pod") return undefined;
  const labels = Object.entries(object(at(live, "spec", "selector", "matchLabels")));
  if (labels.length === 0) return undefined;
  return labels.map(([key, value]) => `${key}=${words(value)}`).join(",");
}
