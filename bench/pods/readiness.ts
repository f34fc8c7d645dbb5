import type { RealCluster } from "../nodes/cluster.ts";
import { SEPARATOR, watchPods } from "../nodes/watch.ts";

/** What the API server says of a pod, and when we heard of it. */
export interface PodSeen {
  /** Seconds from any beginning. */
  readonly at: number;
  readonly pod: string;
  readonly ready: boolean;
  /** How often its container has ended. */
  readonly ends: number;
  /** How it ended last: `Error 3`; empty while it has not. */
  readonly exit: string;
}

/** For how long a pod was said to be ready. */
export interface Readiness {
  /** Seconds from the pod's first event until it was ready; undefined where it never was. */
  readonly after: number | undefined;
  /** Seconds of each time that it was ready, in order; the last one up to the end of the watch. */
  readonly spans: readonly number[];
  /** Whether it was ready when the watch ended. */
  readonly stays: boolean;
  readonly ends: number;
  readonly exit: string;
}

const STATUS = "{.object.status.containerStatuses[0]";
const FIELDS = [
  "{.object.metadata.name}",
  '{.object.status.conditions[?(@.type=="Ready")].status}',
  `${STATUS}.restartCount}`,
  `${STATUS}.state.running.startedAt}`,
  `${STATUS}.lastState.terminated.reason} ${STATUS}.lastState.terminated.exitCode}`,
  `${STATUS}.state.terminated.reason} ${STATUS}.state.terminated.exitCode}`,
];

/** Listens to whether the pods of a namespace are ready, until it is told to stop. */
export function watchReadiness(cluster: RealCluster, namespace: string) {
  return watchPods(cluster, { namespace, fields: FIELDS }, podSeen);
}

export function podSeen(line: string, at: number): PodSeen {
  const fields = line.split(SEPARATOR).map((field) => field.trim());
  const [pod = "", ready, restarts = "", running, before = "", now = ""] = fields;
  const exit = now === "" ? before : now;
  const isOver = running === "" && exit !== "";
  return { at, pod, ready: ready === "True", ends: Number(restarts) + (isOver ? 1 : 0), exit };
}

/** What the events of one pod come to; `over` is when the watch ended. */
export function readiness(events: readonly PodSeen[], over: number): Readiness {
  const [begun] = events;
  const first = events.find(({ ready }) => ready);
  const last = events.at(-1);
  return {
    after: begun && first && first.at - begun.at,
    spans: spansOf(events, over),
    stays: last?.ready ?? false,
    ends: last?.ends ?? 0,
    exit: last?.exit ?? "",
  };
}

function spansOf(events: readonly PodSeen[], over: number): number[] {
  const spans: number[] = [];
  let since: number | undefined;
  for (const { at, ready } of events) {
    if (ready) since ??= at;
    if (ready || since === undefined) continue;
    spans.push(at - since);
    since = undefined;
  }
  return since === undefined ? spans : [...spans, over - since];
}

/** Whether a rollout stops at a pod that does not stay. */
export type Verdict = "stops" | "by chance" | "goes on";

/**
 * Whether a rollout with so many `minReadySeconds` stops at a pod. A pod counts as available from
 * so many seconds after it became ready; that moment is kept without its fraction, so that up to a
 * second less than that is waited for.
 *
 * Source: kubernetes, pkg/api/v1/pod/util.go (`IsPodAvailable`); apimachinery, meta/v1/time.go
 * (`MarshalJSON`).
 */
export function verdict({ spans, stays }: Readiness, minReadySeconds: number): Verdict {
  const longest = Math.max(...spans);
  if (spans.length === 0) return "stops";
  if (stays || minReadySeconds <= longest) return "goes on";
  return minReadySeconds - 1 > longest ? "stops" : "by chance";
}
