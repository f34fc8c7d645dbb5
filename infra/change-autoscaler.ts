import { setTimeout as sleep } from "node:timers/promises";
import type { ResourceHookArgs } from "@pulumi/pulumi";
import type { Autoscaler } from "../components/manifest/scaled-by.ts";
import { isStatus } from "./cluster/api-error.ts";
import { HttpClient } from "./cluster/http.ts";
import { getPath } from "./cluster/json.ts";
import type { ClusterSettings } from "./cluster/kubeconfig.ts";
import { loadKubeconfig } from "./cluster/kubeconfig.ts";

/** KEDA takes its own autoscaler away when it has seen that its object goes. */
const TIMEOUT_MS = 60_000;
const POLL_MS = 250;

/**
 * Takes the autoscaler of a Deployment away, returns when it is gone, and makes ready for the one
 * that begins.
 */
export async function changeAutoscaler(
  { ended, begun }: { ended: Autoscaler | undefined; begun: Autoscaler | undefined },
  id: ResourceHookArgs["id"],
  settings: ClusterSettings,
): Promise<void> {
  const done = new AbortController();
  const http = new HttpClient(await loadKubeconfig(settings), done.signal);
  try {
    if (ended) await deleteAutoscaler(http, pathsOf(ended, id));
    if (begun === "horizontal-pod-autoscaler") await startFirstReplica(http, id);
  } finally {
    done.abort();
  }
}

async function deleteAutoscaler(http: HttpClient, { object, gone }: Paths): Promise<void> {
  await foundBy(http.send({ method: "DELETE", path: object }));
  for (const path of gone) await mustGo(http, path);
}

/**
 * The autoscaler makes its least of one replica. Of a field that is not Pulumi's alone, Pulumi lets
 * go.
 */
async function startFirstReplica(http: HttpClient, id: ResourceHookArgs["id"]): Promise<void> {
  const [namespace = "", name = ""] = id.split("/");
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
  if (getPath(await http.send({ method: "GET", path }), "spec", "replicas") !== 0) return;
  await http.send({
    method: "PATCH",
    path,
    query: { fieldManager: "dash-scale" },
    body: { spec: { replicas: 1 } },
    contentType: "application/merge-patch+json",
  });
}

interface Paths {
  /** What is to be deleted. */
  readonly object: string;
  /** What has to be gone after that. */
  readonly gone: readonly string[];
}

/** By the id of a Deployment, `NAMESPACE/NAME`, whose name its autoscaler has too. */
function pathsOf(autoscaler: Autoscaler, id: ResourceHookArgs["id"]): Paths {
  const [namespace = "", name = ""] = id.split("/");
  const own = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
  if (autoscaler !== "keda") return { object: `${own}/${name}`, gone: [`${own}/${name}`] };
  const object = `/apis/keda.sh/v1alpha1/namespaces/${namespace}/scaledobjects/${name}`;
  return { object, gone: [object, `${own}/keda-hpa-${name}`] };
}

async function mustGo(http: HttpClient, path: string): Promise<void> {
  const until = Date.now() + TIMEOUT_MS;
  while (await foundBy(http.send({ method: "GET", path }))) {
    if (Date.now() > until)
      throw new Error(`${path} is still there after ${TIMEOUT_MS / 1000} seconds`);
    await sleep(POLL_MS);
  }
}

/** Whether what was asked for is there. */
async function foundBy(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}
