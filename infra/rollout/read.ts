/** What is read from a cluster to follow a rollout. */
import type { Workload } from "../../components/rollout.ts";
import { isStatus } from "../cluster/api-error.ts";
import type { HttpClient } from "../cluster/http.ts";
import type { Json, JsonObject } from "../cluster/json.ts";
import { getPath, list, object, text } from "../cluster/json.ts";
import type { WatchedList } from "../cluster/watch.ts";
import type { PodTrouble } from "./pod-trouble.ts";
import { podTrouble } from "./pod-trouble.ts";

const PLURALS = { Deployment: "deployments", StatefulSet: "statefulsets" } as const;
/** Reasons repeat themselves; nobody needs those of thousands of pods. */
const MAX_PODS = "500";

/** Workloads of a namespace and kind. */
export interface WorkloadList extends WatchedList, Pick<Workload, "namespace" | "kind"> {
  readonly byName: ReadonlyMap<string, JsonObject>;
}

/** Workloads of a namespace and kind, in one request. */
export async function readWorkloads(
  http: HttpClient,
  { namespace, kind }: Pick<Workload, "namespace" | "kind">,
): Promise<WorkloadList> {
  const path = `/apis/apps/v1/namespaces/${namespace}/${PLURALS[kind]}`;
  const { metadata, items } = await http.send({ method: "GET", path });
  return {
    namespace,
    kind,
    path,
    version: text(getPath(metadata, "resourceVersion")) ?? "",
    byName: new Map(list(items).map((item) => [nameOf(item), { ...object(item), kind }])),
  };
}

/** What keeps the pods of the newest version of a workload from running. */
export async function readTroubles(
  http: HttpClient,
  workload: Workload,
  live: JsonObject,
): Promise<PodTrouble[]> {
  const newest = await newestRevision(http, workload, live);
  if (newest === undefined) return [];
  const path = `/api/v1/namespaces/${workload.namespace}/pods`;
  // By the cluster, since the first pods of a large rollout may all be of the version before.
  const query = { labelSelector: `${selectorOf(live)},${newest}`, limit: MAX_PODS };
  const { items } = await http.send({ method: "GET", path, query });
  return list(items)
    .map(object)
    .flatMap((pod) => podTrouble(pod) ?? []);
}

/** Whether any pod of a namespace is on its way out. */
export async function hasEndingPods(http: HttpClient, namespace: string): Promise<boolean> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const { items } = await http.send({ method: "GET", path, query: { limit: MAX_PODS } });
  return list(items).some((pod) => getPath(pod, "metadata", "deletionTimestamp") !== undefined);
}

/**
 * The latest warning of the cluster on an object, such as a probe's answer; undefined where there
 * is none, or no right to see it.
 */
export async function latestWarning(
  http: HttpClient,
  { namespace, name, kind }: { namespace: string; name: string; kind: string },
): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${namespace}/events`;
  const about = `involvedObject.kind=${kind},involvedObject.name=${name},type=Warning`;
  try {
    const { items } = await http.send({ method: "GET", path, query: { fieldSelector: about } });
    const latest = list(items)
      .toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1))
      .at(-1);
    return latest === undefined ? undefined : text(getPath(latest, "message"));
  } catch (error) {
    if (isStatus(error, 403)) return undefined;
    throw error;
  }
}

/**
 * The label that only pods of the newest version have; undefined where there is no such version
 * yet.
 */
async function newestRevision(
  http: HttpClient,
  { namespace, kind }: Workload,
  live: JsonObject,
): Promise<string | undefined> {
  if (kind === "StatefulSet") {
    return label("controller-revision-hash", getPath(live, "status", "updateRevision"));
  }
  const path = `/apis/apps/v1/namespaces/${namespace}/replicasets`;
  const query = { labelSelector: selectorOf(live) };
  const { items } = await http.send({ method: "GET", path, query });
  const revision = getPath(live, "metadata", "annotations", REVISION);
  const newest = list(items).find(
    (it) => getPath(it, "metadata", "annotations", REVISION) === revision,
  );
  return label("pod-template-hash", getPath(newest, "metadata", "labels", "pod-template-hash"));
}

const REVISION = "deployment.kubernetes.io/revision";

function label(name: string, value: Json | undefined): string | undefined {
  const hash = text(value);
  return hash === undefined ? undefined : `${name}=${hash}`;
}

function selectorOf(live: JsonObject): string {
  const labels = object(getPath(live, "spec", "selector", "matchLabels"));
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${text(value) ?? ""}`)
    .join(",");
}

function nameOf(item: Json): string {
  return text(getPath(item, "metadata", "name")) ?? "";
}

function timeOf(event: Json): string {
  return (
    text(getPath(event, "lastTimestamp")) ??
    text(getPath(event, "series", "lastObservedTime")) ??
    text(getPath(event, "eventTime")) ??
    ""
  );
}
