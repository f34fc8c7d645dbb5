/** Why a pod does not run, by what scheduler and kubelet report of it. */
import type { Json, JsonObject } from "../cluster/json.ts";
import { getPath, list, number, object, text } from "../cluster/json.ts";
import { condition } from "./workload-status.ts";

/** What keeps a pod from running. */
export interface PodTrouble {
  readonly kind: "unscheduled" | "image" | "crash" | "config" | "starting" | "unready" | "ended";
  /** Name of the pod. */
  readonly pod: string;
  /** In the cluster's own words: `[ImagePullBackOff] Back-off pulling image …`. */
  readonly detail: string;
  /** How often its container was started in a row, where it crashes; else 0. */
  readonly starts: number;
}

/** kubelet's words for an image that it does not get (kubernetes, pkg/kubelet/images/types.go). */
const IMAGE_REASONS = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);
/**
 * kubelet's words for a container that it cannot make or start (kubernetes,
 * pkg/kubelet/kuberuntime/kuberuntime_container.go).
 */
const CONFIG_REASONS = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "PreCreateHookError",
  "PreStartHookError",
  "PostStartHookError",
]);

/**
 * kubelet waits for a short time again once a container has run for that long (client-go,
 * util/flowcontrol/backoff.go, `hasExpired`).
 */
const STEADY_MS = 600_000;

/** Undefined where nothing is wrong with a pod: it is ready, or on its way out. */
export function podTrouble(pod: JsonObject): PodTrouble | undefined {
  if (getPath(pod, "metadata", "deletionTimestamp") !== undefined) return undefined;
  if (condition(pod, "Ready")?.status === "True") return undefined;
  const name = text(getPath(pod, "metadata", "name")) ?? "";
  const found = unscheduled(pod) ?? ended(pod) ?? containerTrouble(pod);
  return { pod: name, starts: 0, ...(found ?? starting(pod)) };
}

type Found = Pick<PodTrouble, "kind" | "detail"> & Partial<Pick<PodTrouble, "starts">>;

function unscheduled(pod: JsonObject): Found | undefined {
  const scheduled = condition(pod, "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  return { kind: "unscheduled", detail: scheduled.message };
}

/** Evicted, or refused by its node. */
function ended(pod: JsonObject): Found | undefined {
  const status = object(getPath(pod, "status"));
  if (status["phase"] !== "Failed") return undefined;
  return { kind: "ended", detail: said(text(status["reason"]), text(status["message"])) };
}

function containerTrouble(pod: JsonObject): Found | undefined {
  const statuses = ["initContainerStatuses", "containerStatuses"].flatMap((name) =>
    list(getPath(pod, "status", name)),
  );
  const found = statuses.flatMap((status) => troubleOf(status) ?? []);
  return found[0];
}

function troubleOf(status: Json): Found | undefined {
  const waiting = getPath(status, "state", "waiting");
  const reason = text(getPath(waiting, "reason")) ?? "";
  const detail = said(reason, text(getPath(waiting, "message")));
  if (IMAGE_REASONS.has(reason)) return { kind: "image", detail };
  if (CONFIG_REASONS.has(reason)) return { kind: "config", detail };
  const restarts = number(getPath(status, "restartCount")) ?? 0;
  if (reason === "CrashLoopBackOff") {
    const last = getPath(status, "lastState", "terminated");
    const crash = [detail, ...lastExit(last)].join("; ");
    return { kind: "crash", detail: crash, starts: startsInARow(restarts, last) };
  }
  const now = getPath(status, "state", "terminated");
  const exit = lastExit(now);
  return exit.length > 0 && getPath(now, "exitCode") !== 0
    ? { kind: "crash", detail: exit.join("; "), starts: startsInARow(restarts, now) }
    : undefined;
}

/**
 * A pod's restarts are those of its whole life; one that had run for long is on its first try
 * again, for kubelet as well.
 */
function startsInARow(restarts: number, terminated: Json | undefined): number {
  const time = (name: string) => Date.parse(text(getPath(terminated, name)) ?? "");
  return time("finishedAt") - time("startedAt") > STEADY_MS ? 1 : restarts + 1;
}

/** How a container ended, with the last lines of its log where the kubelet has put them there. */
function lastExit(terminated: Json | undefined): string[] {
  if (terminated === undefined) return [];
  const code = number(getPath(terminated, "exitCode"));
  const reason = text(getPath(terminated, "reason")) ?? "";
  const lines = (text(getPath(terminated, "message")) ?? "").trim();
  const head = `it ended with exit status ${code ?? "unknown"}${reason === "" ? "" : ` (${reason})`}`;
  return [lines === "" ? head : `${head}: ${lines}`];
}

function starting(pod: JsonObject): Found {
  const runs = list(getPath(pod, "status", "containerStatuses")).some(
    (status) => getPath(status, "state", "running") !== undefined,
  );
  const ready = condition(pod, "Ready");
  if (!runs && text(getPath(pod, "spec", "nodeName")) === undefined)
    return { kind: "unscheduled", detail: "no scheduler has looked at it yet" };
  if (!runs) return { kind: "starting", detail: "its container has not started yet" };
  const detail = said(ready?.reason, ready?.message);
  return { kind: "unready", detail: detail === "" ? "its health check has not passed" : detail };
}

function said(reason = "", message = ""): string {
  const head = reason === "" ? "" : `[${reason}]`;
  return [head, message.trim()].filter((part) => part !== "").join(" ");
}
