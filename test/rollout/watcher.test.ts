import { expect, test } from "vitest";
import type { Workload } from "../../components/rollout.ts";
import { ClusterWatcher } from "../../infra/rollout/watcher.ts";
import { apiServer } from "../support/api-server.ts";

const WEB: Workload = {
  kind: "Deployment",
  namespace: "shop",
  name: "shop-web",
  type: "web",
  progressDeadlineSeconds: 30,
  minAvailable: undefined,
};
const DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments";
const REPLICA_SETS = "/apis/apps/v1/namespaces/shop/replicasets";
const PODS = "/api/v1/namespaces/shop/pods";
const REVISION = "deployment.kubernetes.io/revision";

const deployment = (revision: string, status: object) => ({
  metadata: { name: "shop-web", generation: 2, annotations: { [REVISION]: revision } },
  spec: { replicas: 1, selector: { matchLabels: { app: "web" } } },
  status,
});
const replicaSet = (revision: string, hash: string) => ({
  metadata: { annotations: { [REVISION]: revision }, labels: { "pod-template-hash": hash } },
});
const crashing = (hash: string) => ({
  metadata: { name: `shop-web-${hash}-a`, labels: { "pod-template-hash": hash } },
  status: {
    containerStatuses: [
      { restartCount: 9, state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } } },
    ],
  },
});

/**
 * Follows `web` on an API server that answers by the number of seconds that it has been asked for.
 */
async function following(answer: (path: string, selector: string, seconds: number) => object[]) {
  const begun = performance.now();
  const { kubeconfig, asked } = await apiServer((url, response) => {
    const selector = url.searchParams.get("labelSelector") ?? "";
    const items = answer(url.pathname, selector, (performance.now() - begun) / 1000);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ items }));
  });
  const settings = { kubeconfig, context: undefined, cluster: undefined };
  const watcher = new ClusterWatcher(settings, () => undefined);
  return { ended: watcher.follow(WEB), asked };
}

test("the crashes of the version before are not those of a change that no controller has seen yet", async () => {
  const old = { observedGeneration: 1, replicas: 1, updatedReplicas: 1 };
  const done = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  const { ended } = await following((path, selector, seconds) => {
    if (path === DEPLOYMENTS) return [seconds < 3 ? deployment("1", old) : deployment("2", done)];
    if (path === REPLICA_SETS) return [replicaSet("1", "old")];
    return path === PODS && !selector.endsWith("=new") ? [crashing("old")] : [];
  });
  await expect(ended).resolves.toBeUndefined();
});

test("the pods of the newest version are asked for, and no others: there may be thousands of the version before", async () => {
  const status = { observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1 };
  const { ended, asked } = await following((path, selector) => {
    if (path === DEPLOYMENTS) return [deployment("2", status)];
    if (path === REPLICA_SETS) return [replicaSet("1", "old"), replicaSet("2", "new")];
    return selector === "app=web,pod-template-hash=new" ? [crashing("new")] : [];
  });
  await expect(ended).rejects.toThrow("Pod shop-web-new-a does not stay up: [CrashLoopBackOff]");
  const query = `labelSelector=${encodeURIComponent("app=web,pod-template-hash=new").replaceAll("%20", "+")}`;
  expect(asked.filter((url) => url.startsWith(PODS)).every((url) => url.includes(query))).toBe(
    true,
  );
});
