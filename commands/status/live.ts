/** What runs of an app, as plain values: read from the cluster's objects. */
import type { Amounts } from "../../components/fit/capacity.ts";
import { podAmounts } from "../../infra/cluster/amounts.ts";
import type { Json, JsonObject } from "../../infra/cluster/json.ts";
import { getPath, list, number, object, text } from "../../infra/cluster/json.ts";
import { podTrouble } from "../../infra/rollout/pod-trouble.ts";
import type { PodTrouble } from "../../infra/rollout/pod-trouble.ts";
import { ownerOf } from "../drift/owner.ts";
import type { Owner } from "../drift/owner.ts";

/** `waiting`: for a node. */
export const POD_STATES = ["ready", "starting", "waiting", "failing", "ending"] as const;
export type PodState = (typeof POD_STATES)[number];

export interface LivePod {
  readonly name: string;
  /** Process type. */
  readonly type: string;
  /** Undefined while the pod waits for a node. */
  readonly node: string | undefined;
  readonly state: PodState;
  /** Why the pod does not run, in the cluster's words; empty where nothing is wrong. */
  readonly reason: string;
  /** When a container of the pod ended last, and whether for lack of memory. */
  readonly lastEnd: { readonly at: number; readonly outOfMemory: boolean } | undefined;
  readonly requests: Amounts;
  /** Since when all its containers run; undefined where one does not, or the cluster does not say. */
  readonly runsSince: number | undefined;
}

export interface LiveNode {
  readonly name: string;
  /** Undefined where the node names none. */
  readonly zone: string | undefined;
}

export interface LiveDeployment {
  readonly name: string;
  /** Replicas that the Deployment asks for now. */
  readonly replicas: number;
  /** Who, other than Pulumi, has set that number; undefined where nobody has. */
  readonly scaledBy: Owner | undefined;
  /** Changes with every change of the Deployment, and when a rollout is done. */
  readonly progress: string;
}

export function livePod(pod: JsonObject): LivePod {
  const trouble = podTrouble(pod);
  const isEnding = getPath(pod, "metadata", "deletionTimestamp") !== undefined;
  return {
    name: nameOf(pod),
    type: text(getPath(pod, "metadata", "labels", "app.kubernetes.io/component")) ?? "",
    node: text(getPath(pod, "spec", "nodeName")),
    state: isEnding ? "ending" : trouble ? STATES[trouble.kind] : "ready",
    reason: trouble?.detail ?? "",
    lastEnd: lastEnd(pod),
    requests: podAmounts(getPath(pod, "spec"), "requests"),
    runsSince: runsSince(pod),
  };
}

const STATES: Readonly<Record<PodTrouble["kind"], PodState>> = {
  unscheduled: "waiting",
  starting: "starting",
  unready: "starting",
  image: "failing",
  crash: "failing",
  config: "failing",
  ended: "failing",
};

/** Of an earlier end than the last the cluster keeps only the number. */
function lastEnd(pod: JsonObject): LivePod["lastEnd"] {
  const ends = list(getPath(pod, "status", "containerStatuses")).flatMap((status) =>
    ["state", "lastState"].flatMap((name) => endOf(getPath(status, name, "terminated"))),
  );
  return ends.toSorted((a, b) => b.at - a.at)[0];
}

function endOf(terminated: Json | undefined): { at: number; outOfMemory: boolean }[] {
  const at = Date.parse(text(getPath(terminated, "finishedAt")) ?? "");
  const outOfMemory = text(getPath(terminated, "reason")) === "OOMKilled";
  return Number.isNaN(at) ? [] : [{ at, outOfMemory }];
}

function runsSince(pod: JsonObject): number | undefined {
  const begun = list(getPath(pod, "status", "containerStatuses")).map((status) =>
    Date.parse(text(getPath(status, "state", "running", "startedAt")) ?? ""),
  );
  const latest = Math.max(...begun);
  return Number.isFinite(latest) ? latest : undefined;
}

export function liveNode(node: JsonObject): LiveNode {
  return {
    name: nameOf(node),
    zone: text(getPath(node, "metadata", "labels", "topology.kubernetes.io/zone")),
  };
}

export function liveDeployment(deployment: JsonObject): LiveDeployment {
  const replicas = number(getPath(deployment, "spec", "replicas")) ?? 1;
  const generation = getPath(deployment, "metadata", "generation");
  const available = number(getPath(deployment, "status", "availableReplicas")) ?? 0;
  return {
    name: nameOf(deployment),
    replicas,
    scaledBy: ownerOtherThanPulumi(deployment),
    progress: `${JSON.stringify(generation)} ${available === replicas}`,
  };
}

/** Pulumi's provider calls itself by this and a random end after an update. */
const PULUMI = /^pulumi-(kubernetes|resource-kubernetes)\b/;

function ownerOtherThanPulumi(deployment: JsonObject): Owner | undefined {
  const owner = ownerOf(deployment, ["spec", "replicas"], undefined);
  return owner === undefined || PULUMI.test(owner.by) ? undefined : owner;
}

export function nameOf(found: JsonObject): string {
  return text(getPath(found, "metadata", "name")) ?? "";
}

/** What a pod uses, by `metrics.k8s.io`. */
export type PodUse = Pick<Amounts, "cpu" | "memory">;

/** What each pod uses, by its name. */
export function podUses(
  items: readonly JsonObject[],
  amountsOf: (resources: Json | undefined) => Amounts,
): ReadonlyMap<string, PodUse> {
  return new Map(
    items.map((item) => {
      const all = list(item["containers"]).map((it) => amountsOf(getPath(object(it), "usage")));
      const sum = (name: "cpu" | "memory") => all.reduce((total, it) => total + it[name], 0n);
      return [nameOf(item), { cpu: sum("cpu"), memory: sum("memory") }];
    }),
  );
}
