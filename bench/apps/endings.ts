import type { RealCluster } from "../nodes/cluster.ts";
import { SEPARATOR, watchPods } from "../nodes/watch.ts";

/** What `kubectl get --watch` says of a pod, and when we heard of it. */
export interface PodEvent {
  /** Seconds from any beginning. */
  readonly at: number;
  readonly type: string;
  readonly pod: string;
  /** Process type. */
  readonly component: string;
  /** Seconds that it gets to end; undefined while it is not about to. */
  readonly grace: number | undefined;
}

/** How a pod ended that was told to. */
export interface Ending {
  readonly component: string;
  /** Seconds from when its end was announced until it was gone. */
  readonly seconds: number;
  readonly grace: number;
}

const FIELDS = [
  "{.type}",
  "{.object.metadata.name}",
  "{.object.metadata.labels.app\\.kubernetes\\.io/component}",
  "{.object.metadata.deletionGracePeriodSeconds}",
];

/** Listens to what becomes of the pods of a namespace, until it is told to stop. */
export function watchEndings(cluster: RealCluster, namespace: string) {
  return watchPods(cluster, { namespace, fields: FIELDS }, eventOf);
}

export function eventOf(line: string, at: number): PodEvent {
  const [type = "", pod = "", component = "", grace = ""] = line.split(SEPARATOR);
  return { at, type, pod, component, grace: grace === "" ? undefined : Number(grace) };
}

/** From the first event in which a pod is about to end, to the one in which it is gone. */
export function endings(events: readonly PodEvent[]): Ending[] {
  return events
    .filter(({ type }) => type === "DELETED")
    .flatMap(({ pod, component, at }) => {
      const announced = events.find((it) => it.pod === pod && (it.grace ?? 0) > 0);
      return announced?.grace === undefined
        ? []
        : [{ component, seconds: at - announced.at, grace: announced.grace }];
    });
}
