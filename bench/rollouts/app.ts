import { stringify } from "yaml";
import type { HttpClient } from "../../infra/cluster/http.ts";
import type { Json } from "../../infra/cluster/json.ts";
import { getPath, list, number, text } from "../../infra/cluster/json.ts";
import { listPods } from "../../local/cluster/kubelet.ts";
import type { Formation, Desk } from "../speed/peer.ts";
import { ours } from "../speed/peers/pulumi.ts";
import type { Ended, ProcessSeen } from "./judge.ts";

export const APP = "bench-rollouts";
export const WORKERS = 1;
/**
 * Longer than a rollout may take here, so that a reason that comes with this deadline comes too
 * late.
 */
const PROGRESS_DEADLINE_SECONDS = 60;

/** Has the stack file name an image, and so many replicas of `web`. */
export async function declare(desk: Desk, image: string, web: number): Promise<void> {
  await ours.write({ ...desk, formation: formationWith(image) }, web);
}

export function formationWith(image: string): Formation {
  return {
    procfile: "web: gunicorn index:server\nworker: worker --queue default\n",
    scaled: "web",
    stackFile: (name, web) => {
      const app = {
        name,
        procfile: "Procfile",
        image,
        progressDeadline: PROGRESS_DEADLINE_SECONDS,
      };
      const scale = { web, worker: WORKERS };
      return stringify({ config: { "dash-scale:app": app, "dash-scale:scale": scale } });
    },
    objects: async () => Promise.reject(new Error("only this program is measured")),
  };
}

export async function up(desk: Desk): Promise<Ended> {
  const { environment, signal } = desk.cluster;
  const [, ...args] = ours.apply(desk);
  const begun = performance.now();
  const { status, stdout, stderr } = await environment.pulumi([...args, "--color", "never"], {
    cwd: desk.folder,
    signal,
  });
  const seconds = (performance.now() - begun) / 1000;
  return { status, output: `${stdout}\n${stderr}`, seconds };
}

/** What the API server has of all process types at this moment. */
export async function processesNow(http: HttpClient): Promise<ProcessSeen[]> {
  const path = `/apis/apps/v1/namespaces/${APP}/deployments`;
  const [{ items }, pods] = await Promise.all([
    http.send({ method: "GET", path }),
    listPods(http, APP),
  ]);
  return list(items).map((deployment) => {
    const type =
      text(getPath(deployment, "metadata", "labels", "app.kubernetes.io/component")) ?? "";
    const images = pods.filter((pod) => pod.type === type).map(({ image }) => image);
    return { type, images, ...countsOf(deployment) };
  });
}

function countsOf(deployment: Json) {
  const count = (...path: string[]) => number(getPath(deployment, ...path)) ?? 0;
  return {
    desired: count("spec", "replicas"),
    observed: count("status", "observedGeneration") === count("metadata", "generation"),
    updated: count("status", "updatedReplicas"),
    available: count("status", "availableReplicas"),
    total: count("status", "replicas"),
  };
}
