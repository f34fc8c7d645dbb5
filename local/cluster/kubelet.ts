/**
 * Simulated nodes bring up every pod; here their kubelet is played, for pods that cannot come up.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isStatus } from "../../infra/cluster/api-error.ts";
import { HttpClient } from "../../infra/cluster/http.ts";
import type { JsonObject } from "../../infra/cluster/json.ts";
import { getPath, list, text } from "../../infra/cluster/json.ts";
import { loadKubeconfig } from "../../infra/cluster/kubeconfig.ts";
import type { LocalPaths } from "../paths.ts";

/** Why a container does not run, as a kubelet reports it in the pod's status. */
export interface WaitingState {
  readonly reason: string;
  readonly message: string;
}

/** Which pods cannot come up, and why. */
export interface FailingPods {
  readonly namespace: string;
  /** As in `kubectl --selector`. */
  readonly selector: string;
  readonly image: string;
  readonly state: WaitingState;
}

const POLL_MS = 100;

/** An image that the kubelet cannot get (kubernetes, pkg/kubelet/images/image_manager.go). */
export function unpullable(image: string): WaitingState {
  return {
    reason: "ImagePullBackOff",
    message: `Back-off pulling image "${image}": ErrImagePull: ${image}: not found`,
  };
}

/** A container that ends as soon as it starts (pkg/kubelet/kuberuntime). */
export const CRASHING: WaitingState = {
  reason: "CrashLoopBackOff",
  message: "back-off 10s restarting failed container=app",
};

/**
 * Requests to the API server of a local cluster itself, whatever Pulumi's own requests go through.
 */
export async function clusterClient({ kubeconfig }: LocalPaths): Promise<HttpClient> {
  const settings = { kubeconfig, context: undefined, cluster: undefined };
  return new HttpClient(await loadKubeconfig(settings));
}

/**
 * Reports a failure for each pod with such an image, until it is told to stop. The simulated nodes
 * have made the pod ready by then: the report comes within the five seconds (`minReadySeconds`)
 * that a pod has to be ready before it counts, unless it is checked by HTTP or by a command.
 */
export async function playKubelet(
  http: HttpClient,
  failing: FailingPods,
  over: AbortSignal,
): Promise<void> {
  const played = new Set<string>();
  while (!over.aborted) {
    const pods = await listPods(http, failing.namespace, failing.selector);
    const fresh = pods.filter(
      (pod) => pod.ready && pod.image === failing.image && !played.has(pod.name),
    );
    for (const { name } of fresh) {
      played.add(name);
      await report(http, { namespace: failing.namespace, name }, failing.state);
    }
    await sleep(POLL_MS);
  }
}

/** A pod that is not on its way out. */
export interface PodSeen {
  readonly name: string;
  readonly type: string;
  readonly image: string;
  readonly ready: boolean;
}

export async function listPods(
  http: HttpClient,
  namespace: string,
  labelSelector = "",
): Promise<PodSeen[]> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const { items } = await http.send({ method: "GET", path, query: { labelSelector } });
  return list(items)
    .filter((pod) => getPath(pod, "metadata", "deletionTimestamp") === undefined)
    .map((pod) => ({
      name: text(getPath(pod, "metadata", "name")) ?? "",
      type: text(getPath(pod, "metadata", "labels", "app.kubernetes.io/component")) ?? "",
      image: text(getPath(pod, "spec", "containers", 0, "image")) ?? "",
      ready: list(getPath(pod, "status", "conditions")).some(
        (it) => getPath(it, "type") === "Ready" && getPath(it, "status") === "True",
      ),
    }));
}

/** In its third restart, as after half a minute of trying. */
async function report(
  http: HttpClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { reason, message }: WaitingState,
): Promise<void> {
  const conditions = ["Ready", "ContainersReady"].map((type) => ({ type, status: "False" }));
  const state = { waiting: { reason, message } };
  const containerStatuses = [{ name: "app", ready: false, restartCount: 3, state }];
  const body: JsonObject = { status: { conditions, containerStatuses } };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
  const contentType = "application/strategic-merge-patch+json";
  try {
    await http.send({ method: "PATCH", path, body, contentType });
  } catch (error) {
    // Its Deployment has taken the pod away meanwhile.
    if (!isStatus(error, 404)) throw error;
  }
}
