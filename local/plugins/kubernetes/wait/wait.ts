/** Waiting until an object is ready, or gone, for as long as its resource allows. */
import { setTimeout as sleep } from "node:timers/promises";
import { at, list, text, words } from "../../shared/json.ts";
import type { JsonObject } from "../../shared/json.ts";
import { ApiError } from "../../../../infra/cluster/api-error.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { labelOf, referenceTo } from "../cluster/cluster.ts";
import { isWaitedFor, readiness } from "./readiness.ts";
import type { Readiness, Surroundings } from "./readiness.ts";
import { messageOf, reasons } from "./reasons.ts";

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
  /** Why it is not ready; empty: it is. */
  reasons: string[];
}

const DEFAULT_SECONDS = 600;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
/** What is over sooner than this is not worth a word on the display. */
const SILENCE_MS = 700;
/** How often the cluster is asked for its reasons during a wait. */
const PATIENCE_MS = 5_000;

/** How long to wait, in seconds: the resource's own timeout, its annotation, or ten minutes. */
export function timeoutOf(customSeconds: number, inputs: JsonObject): number {
  const annotation = at(inputs, "metadata", "annotations", "pulumi.com/timeoutSeconds");
  const annotated = Number.parseInt(text(annotation) ?? "", 10);
  if (customSeconds > 0) return customSeconds;
  return Number.isNaN(annotated) ? DEFAULT_SECONDS : annotated;
}

/** Whether the resource asks not to be waited for. */
export function skipsWaiting(inputs: JsonObject): boolean {
  return at(inputs, "metadata", "annotations", "pulumi.com/skipAwait") === "true";
}

export async function untilReady(created: JsonObject, waiting: Waiting): Promise<Waited> {
  const { cluster, cancelled } = waiting;
  let seen: Seen = { live: created, now: await judge(created, waiting).catch(notAnswered) };
  const tell = narrator(waiting, () => seen.live);
  for (const pause of pauses(waiting.timeoutSeconds)) {
    const { live, now } = seen;
    const give = async (why: string) => ({ live, reasons: await explained(why, live, cluster) });
    if (now.state === "ready") return { live, reasons: [] };
    if (now.state === "failed") return give(now.why);
    if (cancelled.aborted) return give(`the wait was cancelled; ${now.why}`);
    if (pause === undefined) return give(`timed out waiting to be ready: ${now.why}`);
    await tell(now.why);
    await rest(pause, cancelled);
    seen = await look(live, waiting);
  }
  return { live: seen.live, reasons: [] };
}

interface Seen {
  live: JsonObject;
  now: Readiness;
}

async function look(last: JsonObject, waiting: Waiting): Promise<Seen> {
  try {
    const live = await waiting.cluster.find(referenceTo(last));
    if (live !== undefined) return { live, now: await judge(live, waiting) };
    return { live: last, now: { state: "failed", why: "someone deleted it while we waited" } };
  } catch (error) {
    return { live: last, now: notAnswered(error) };
  }
}

/**
 * What it means that the cluster cannot be asked. The object is there and must not be lost over that: an outage is waited
 * out, as the official provider's informers do, and what the cluster refuses is told together with the object's state.
 */
function notAnswered(error: unknown): Readiness {
  const why = error instanceof Error ? error.message : String(error);
  return { state: passes(error) ? "pending" : "failed", why };
}

function passes(error: unknown): boolean {
  return !(error instanceof ApiError) || error.isPassing;
}

/** Tells what is being waited for, and once that takes its time, what the cluster says of it. */
function narrator(waiting: Waiting, live: () => JsonObject): (why: string) => Promise<void> {
  const tell = afterSilence(waiting.onProgress);
  let asked = performance.now();
  let hint = "";
  return async (why) => {
    if (performance.now() - asked > PATIENCE_MS) {
      const [, reason] = await explained(why, live(), waiting.cluster);
      hint = reason === undefined ? "" : `: ${reason}`;
      asked = performance.now();
    }
    tell(`${why}${hint}`);
  };
}

/** Whether the object is ready at this moment; for a refresh, which does not wait. */
export async function currentReasons(live: JsonObject, cluster: Cluster): Promise<string[]> {
  const now = await judge(live, { cluster, before: undefined });
  if (now.state === "ready") return [];
  return explained(now.why, live, cluster);
}

/** Why an object is not ready, in our words and then in the cluster's, nothing twice. */
async function explained(why: string, live: JsonObject, cluster: Cluster): Promise<string[]> {
  const found = await reasons(cluster, live).catch(() => []);
  return [why, ...found.filter((reason) => !why.includes(messageOf(reason)))];
}

/** Waits until the object is gone. Fails with what holds it when that takes too long. */
export async function untilGone(live: JsonObject, waiting: Waiting): Promise<void> {
  const uid = at(live, "metadata", "uid");
  const tell = afterSilence(waiting.onProgress);
  let last = live;
  for (const pause of pauses(waiting.timeoutSeconds)) {
    const now = await waiting.cluster.find(referenceTo(live)).catch((error: unknown) => {
      if (passes(error)) return last;
      throw error;
    });
    if (now === undefined || (uid !== undefined && at(now, "metadata", "uid") !== uid)) return;
    last = now;
    if (waiting.cancelled.aborted || pause === undefined) break;
    tell(`waiting for it to be gone${heldBy(last)}`);
    await rest(pause, waiting.cancelled);
  }
  const how = waiting.cancelled.aborted ? "cancelled" : "timed out";
  throw new Error(`${labelOf(live)}: ${how} waiting for it to be gone${heldBy(last)}`);
}

/** What keeps a deleted object alive: finalizers, and what a namespace says is left in it. */
export function heldBy(live: JsonObject): string {
  const finalizers = [at(live, "metadata", "finalizers"), at(live, "spec", "finalizers")]
    .flatMap((names) => list(names))
    .map(words);
  const said = list(live["kind"] === "Namespace" ? at(live, "status", "conditions") : undefined)
    .filter((item) => at(item, "status") === "True")
    .map((item) => words(at(item, "message")));
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
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const left = end - performance.now();
    yield left > 0 ? Math.min(pause, left) : undefined;
    if (left <= 0) return;
  }
}

async function rest(milliseconds: number, cancelled: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal: cancelled }).catch(() => {});
}

async function judge(
  live: JsonObject,
  { cluster, before }: Pick<Waiting, "cluster" | "before">,
): Promise<Readiness> {
  if (!isWaitedFor(live)) return { state: "ready" };
  return readiness(live, await surroundings(live, cluster, before));
}

async function surroundings(
  live: JsonObject,
  cluster: Cluster,
  before: JsonObject | undefined,
): Promise<Surroundings> {
  const { namespace, name, kind } = referenceTo(live);
  const around: Surroundings = { before, endpointSlices: [], bindingMode: undefined };
  if (kind === "Service" && at(live, "spec", "selector") !== undefined) {
    around.endpointSlices = await cluster.list(
      { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", namespace },
      { labelSelector: `kubernetes.io/service-name=${name}` },
    );
  }
  const storageClass = text(at(live, "spec", "storageClassName"));
  if (kind === "PersistentVolumeClaim" && storageClass !== undefined) {
    const found = await cluster.find({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      namespace: undefined,
      name: storageClass,
    });
    around.bindingMode = text(at(found, "volumeBindingMode"));
  }
  return around;
}
