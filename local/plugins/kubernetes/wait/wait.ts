/** Waiting until an object is ready, or gone, for as long as its resource allows. */
import { setTimeout as sleep } from "node:timers/promises";
import { getPath, list, text, words } from "../../shared/json.ts";
import type { JsonObject } from "../../shared/json.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { labelOf, referenceTo } from "../cluster/cluster.ts";
import { ownKind, subscribe, watchedFor } from "./informers.ts";
import { isWaitedFor, readiness } from "./readiness.ts";
import type { Readiness, Surroundings } from "./readiness.ts";
import { conditionReasons, reasons } from "./reasons.ts";
import { awaitedField, isSatisfied } from "./wait-for.ts";

export interface Waiting {
  cluster: Cluster;
  /** The object as it was before the operation, if it was there. */
  before: JsonObject | undefined;
  timeoutSeconds: number;
  cancelled: AbortSignal;
  /** Told what is being waited for, each time that it changes. */
  onProgress: (why: string) => void;
}

export interface Waited {
  live: JsonObject;
  /** Undefined: it is ready. */
  failure: Unready | undefined;
}

export interface Unready {
  why: string;
  /** What the cluster says of it. */
  details: string[];
}

const DEFAULT_SECONDS = 600;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 1_000;
/** What is over sooner than this is not worth a word on the display. */
const SILENCE_MS = 700;

/** How long to wait, in seconds: the resource's own timeout, its annotation, or ten minutes. */
export function timeoutOf(customSeconds: number, inputs: JsonObject): number {
  const annotation = getPath(inputs, "metadata", "annotations", "pulumi.com/timeoutSeconds");
  const annotated = Number.parseInt(text(annotation) ?? "", 10);
  if (customSeconds > 0) return customSeconds;
  return Number.isNaN(annotated) ? DEFAULT_SECONDS : annotated;
}

/** Whether the resource asks not to be waited for. */
export function skipsWaiting(inputs: JsonObject): boolean {
  return getPath(inputs, "metadata", "annotations", "pulumi.com/skipAwait") === "true";
}

export async function untilReady(created: JsonObject, waiting: Waiting): Promise<Waited> {
  const { cluster, cancelled } = waiting;
  await subscribe(cluster, watchedFor(created), created, cancelled);
  const tell = afterSilence(waiting.onProgress);
  let live = created;
  for (const pause of pauses(waiting.timeoutSeconds)) {
    const now = await judge(live, waiting);
    if (now.state === "ready") return { live, failure: undefined };
    const isOver = now.state === "failed" || cancelled.aborted || pause === undefined;
    if (isOver) return { live, failure: await unready(now, live, waiting) };
    tell(now.why);
    await rest(pause, cancelled);
    // The official provider's informers wait until an outage is over, and see no deletion as an
    // end.
    live = await cluster.get(referenceTo(live)).catch(() => live);
  }
  return { live, failure: undefined };
}

/** What the official provider says at the end of a wait (await/error.go, internal/awaiter.go). */
async function unready(
  now: Readiness,
  live: JsonObject,
  { cluster, cancelled }: Waiting,
): Promise<Unready> {
  const { name } = referenceTo(live);
  const isField = awaitedField(live) !== undefined;
  if (isField && cancelled.aborted) return { why: "context canceled", details: [] };
  if (isField) return { why: "timed out waiting for the condition", details: [] };
  const found = await reasons(cluster, live).catch(() => conditionReasons(live));
  if (now.state === "failed") {
    const why = `Resource '${name}' was created but failed to initialize`;
    return { why, details: [now.why, ...found] };
  }
  if (!cancelled.aborted) return { why: `'${name}' timed out waiting to be Ready`, details: found };
  return { why: `Resource operation was cancelled for "${name}"`, details: found };
}

/**
 * Why the object is not ready at this moment; for a refresh, which does not wait, whatever the
 * object says of waits.
 */
export async function currentFailure(
  live: JsonObject,
  cluster: Cluster,
): Promise<Unready | undefined> {
  const now = await judgeKind(live, { cluster, before: undefined });
  if (now.state === "ready") return undefined;
  const found = await reasons(cluster, live).catch(() => conditionReasons(live));
  const why = `Resource '${referenceTo(live).name}' was created but failed to initialize`;
  return { why, details: now.state === "failed" ? [now.why, ...found] : found };
}

/** Waits until the object is gone. Fails with what holds it when that takes too long. */
export async function untilGone(live: JsonObject, waiting: Waiting): Promise<void> {
  const uid = getPath(live, "metadata", "uid");
  await subscribe(waiting.cluster, [ownKind(live)], live, waiting.cancelled);
  const tell = afterSilence(waiting.onProgress);
  let last = live;
  for (const pause of pauses(waiting.timeoutSeconds)) {
    const now = await waiting.cluster.find(referenceTo(live)).catch(() => last);
    if (now === undefined || (uid !== undefined && getPath(now, "metadata", "uid") !== uid)) return;
    last = now;
    if (waiting.cancelled.aborted || pause === undefined) break;
    tell(`waiting for it to be gone${heldBy(last)}`);
    await rest(pause, waiting.cancelled);
  }
  if (waiting.cancelled.aborted) throw new Error("context canceled");
  throw new Error(`${labelOf(live)}: timed out waiting for it to be gone${heldBy(last)}`);
}

/** What keeps a deleted object alive: finalizers, and what a namespace says is left in it. */
export function heldBy(live: JsonObject): string {
  const finalizers = [getPath(live, "metadata", "finalizers"), getPath(live, "spec", "finalizers")]
    .flatMap((names) => list(names))
    .map(words);
  const said = list(
    live["kind"] === "Namespace" ? getPath(live, "status", "conditions") : undefined,
  )
    .filter((item) => getPath(item, "status") === "True")
    .map((item) => words(getPath(item, "message")));
  const held = finalizers.length > 0 ? [`finalizers: ${finalizers.join(", ")}`] : [];
  const parts = [...held, ...said];
  return parts.length > 0 ? ` (${parts.join("; ")})` : "";
}

function afterSilence(tell: (why: string) => void): (why: string) => void {
  const start = performance.now();
  return (why) => {
    if (performance.now() - start > SILENCE_MS) tell(why);
  };
}

/** Longer and longer pauses in milliseconds, and an undefined one when the time is over. */
function* pauses(timeoutSeconds: number): Generator<number | undefined> {
  const end = performance.now() + timeoutSeconds * 1000;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, MAX_PAUSE_MS)) {
    const left = end - performance.now();
    yield left > 0 ? Math.min(pause, left) : undefined;
    if (left <= 0) return;
  }
}

async function rest(milliseconds: number, cancelled: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal: cancelled }).catch(() => {});
}

function judge(live: JsonObject, around: Pick<Waiting, "cluster" | "before">): Promise<Readiness> {
  const field = awaitedField(live);
  if (field === undefined) return judgeKind(live, around);
  const why = `Waiting for {.${field.join(".")}}`;
  return Promise.resolve(isSatisfied(live, field) ? { state: "ready" } : { state: "pending", why });
}

async function judgeKind(
  live: JsonObject,
  { cluster, before }: Pick<Waiting, "cluster" | "before">,
): Promise<Readiness> {
  if (!isWaitedFor(live)) return { state: "ready" };
  try {
    return readiness(live, await surroundings(live, cluster, before));
  } catch (error) {
    return { state: "pending", why: error instanceof Error ? error.message : String(error) };
  }
}

async function surroundings(
  live: JsonObject,
  cluster: Cluster,
  before: JsonObject | undefined,
): Promise<Surroundings> {
  const { namespace, name, kind } = referenceTo(live);
  const around: Surroundings = { before, endpointSlices: [], bindingMode: undefined };
  if (kind === "Service" && getPath(live, "spec", "selector") !== undefined) {
    around.endpointSlices = await cluster.list(
      { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", namespace },
      { labelSelector: `kubernetes.io/service-name=${name}` },
    );
  }
  const storageClass = text(getPath(live, "spec", "storageClassName"));
  if (kind === "PersistentVolumeClaim" && storageClass !== undefined) {
    const found = await cluster.find({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      namespace: undefined,
      name: storageClass,
    });
    around.bindingMode = text(getPath(found, "volumeBindingMode"));
  }
  return around;
}
