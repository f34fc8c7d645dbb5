/**
 * What the official provider lists and watches before it waits for anything. Its informers have no
 * end: where the cluster refuses the list, the operation goes on for ever, in silence and whatever
 * its timeout is. So does the stand-in's.
 *
 * Without the right to watch alone the official provider goes on by listing, and where the API
 * server streams lists (Kubernetes 1.34 does), the right to watch is enough for it. Here the right
 * to list counts: without it no cluster of any age is sure to answer.
 *
 * The official provider watches events beside the wait (internal/awaiter.go), so that a missing
 * right to events ends nothing. Kinds without an informer it reads one object at a time
 * (watcher/watcher.go).
 *
 * Sources: pulumi/pulumi-kubernetes, provider/pkg/await/informers/factory.go (`WaitForCacheSync` of
 * the provider's own context), condition/observer.go, the calls of `Subscribe` in deployment.go,
 * statefulset.go, daemonset.go, job.go, pod.go, service.go and ingress.go; client-go,
 * tools/cache/reflector.go (`ListAndWatchWithContext`).
 */
import { setTimeout as sleep } from "node:timers/promises";
import { words } from "../../shared/json.ts";
import type { JsonObject } from "../../shared/json.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { referenceTo } from "../cluster/cluster.ts";
import { UnknownKind } from "../cluster/kinds.ts";
import { awaitedField } from "./wait-for.ts";

type Kind = readonly [apiVersion: string, kind: string];

const POD: Kind = ["v1", "Pod"];
const CLAIM: Kind = ["v1", "PersistentVolumeClaim"];
const REPLICA_SET: Kind = ["apps/v1", "ReplicaSet"];
const SERVICE: Kind = ["v1", "Service"];
const ENDPOINTS: Kind = ["v1", "Endpoints"];

/** Of the kinds that are watched at all: what is watched besides the kind itself. */
const BESIDES: Readonly<Record<string, readonly Kind[]>> = {
  "apps/v1/DaemonSet": [POD],
  "apps/v1/Deployment": [REPLICA_SET, POD, CLAIM],
  "apps/v1/StatefulSet": [POD],
  "batch/v1/Job": [POD],
  "networking.k8s.io/v1/Ingress": [ENDPOINTS, SERVICE],
  "v1/Pod": [],
  "v1/Service": [ENDPOINTS],
};
const RETRY_MS = 1_000;

/** The kinds that are watched while an object becomes ready. */
export function watchedFor(live: JsonObject): Kind[] {
  const own = ownKind(live);
  if (awaitedField(live) !== undefined) return [own];
  const besides = BESIDES[own.join("/")];
  return besides === undefined ? [] : [own, ...besides];
}

export function ownKind(live: JsonObject): Kind {
  return [words(live["apiVersion"]), words(live["kind"])];
}

/** Settles when the cluster lists all these kinds where the object is, or when it is cancelled. */
export async function subscribe(
  cluster: Cluster,
  kinds: readonly Kind[],
  live: JsonObject,
  cancelled: AbortSignal,
): Promise<void> {
  const { namespace } = referenceTo(live);
  for (const [apiVersion, kind] of kinds) {
    const isListed = () => canList(cluster, { apiVersion, kind, namespace });
    while (!cancelled.aborted && !(await isListed())) {
      await sleep(RETRY_MS, undefined, { signal: cancelled }).catch(() => {});
    }
  }
}

async function canList(cluster: Cluster, of: Parameters<Cluster["list"]>[0]): Promise<boolean> {
  try {
    await cluster.list(of, { limit: "1" });
    return true;
  } catch (error) {
    // A kind that the cluster does not have is not watched at all.
    return error instanceof UnknownKind;
  }
}
