import { setTimeout as sleep } from "node:timers/promises";
import type { ResourceHookArgs } from "@pulumi/pulumi";
import type { Autoscaler } from "../components/manifest/scaled-by.ts";
import { isStatus } from "./cluster/api-error.ts";
import { HttpClient } from "./cluster/http.ts";
import type { ClusterSettings } from "./cluster/kubeconfig.ts";
import { loadKubeconfig } from "./cluster/kubeconfig.ts";

/** KEDA takes its own autoscaler away when it has seen that its object goes. */
const PATIENCE_MS = 60_000;
const POLL_MS = 250;

/** Takes the autoscaler of a Deployment away, and returns when it is gone. */
export async function endAutoscaler(
  autoscaler: Autoscaler,
  id: ResourceHookArgs["id"],
  settings: ClusterSettings,
): Promise<void> {
  const { object, gone } = pathsOf(autoscaler, id);
  const done = new AbortController();
  const http = new HttpClient(await loadKubeconfig(settings), done.signal);
  try {
    await foundBy(http.send({ method: "DELETE", path: object }));
    for (const path of gone) await mustGo(http, path);
  } finally {
    done.abort();
  }
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
  const until = Date.now() + PATIENCE_MS;
  while (await foundBy(http.send({ method: "GET", path }))) {
    if (Date.now() > until)
      throw new Error(`${path} is still there after ${PATIENCE_MS / 1000} seconds`);
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
