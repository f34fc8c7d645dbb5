import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeList } from "../../local/cluster/nodes.ts";
import { removePlace } from "../../local/commands/stop.ts";
import type { LocalEnvironment } from "../../local/environment.ts";
import { startTestCluster } from "../e2e/cluster.ts";
import { sampledWhile } from "../e2e/sampling.ts";
import { Bench } from "./bench.ts";
import { killComponent } from "./components.ts";
import { changes } from "./proxy.ts";

/** Nobody's but ours: no other test has to bear what happens to it. */
describe("a cluster of which a part goes, in the first Deployment's rollout,", () => {
  let environment: LocalEnvironment;
  let bench: Bench;

  beforeAll(async () => {
    environment = await startTestCluster();
    bench = await Bench.create(environment, {
      name: "outage",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      app: { progressDeadline: 30 },
      scale: { web: 3, worker: 1 },
    });
    await bench.project.mustUp();
  });
  afterAll(async () => {
    await bench.remove();
    await removePlace(environment.place);
  });

  const image = (tag: string) => ({
    app: { progressDeadline: 30, image: `registry.example.com/shop:${tag}` },
  });
  /** An update to another image, to whose cluster something happens when its first Deployment is changed. */
  const rolledOut = async (tag: string, happens: () => Promise<unknown>) => {
    await bench.project.change(image(tag));
    const held = bench.proxy.hold("answer", changes("outage-worker"));
    const up = bench.project.begin();
    await bench.reached(held, up);
    held.release();
    await happens();
    return up.ended;
  };
  /** As many pods as wanted, all of the new image: nothing was rolled out twice. */
  const mustRun = async (tag: string) => {
    await bench.mustHaveConverged();
    for (const deployment of await bench.project.deployments()) {
      expect(deployment.generation).toBe(Number(tag));
    }
    const pods = [...(await bench.project.pods("web")), ...(await bench.project.pods("worker"))];
    expect(pods.map((pod) => pod.image)).toEqual(
      Array.from({ length: 4 }, () => `registry.example.com/shop:${tag}`),
    );
  };

  test("the API server, for ten seconds: the update waits and goes through", async () => {
    const { status, output } = await rolledOut("2", async () => {
      const start = await killComponent(environment, "kube-apiserver");
      await sleep(10_000);
      start();
    });
    expect(status, output).toBe(0);
    await mustRun("2");
  });

  test("etcd, which is started again: the update waits and goes through", async () => {
    const { status, output } = await rolledOut("3", async () => {
      const start = await killComponent(environment, "etcd");
      await sleep(3_000);
      start();
    });
    expect(status, output).toBe(0);
    await mustRun("3");
  });

  test("a node: the update goes through on the others", async () => {
    const { project } = bench;
    const [lost] = await project.pods("web");
    const serving = async () =>
      (await project.pods("web")).filter((pod) => pod.ready && pod.node !== lost?.node).length;
    const { outcome, samples } = await sampledWhile(
      () => rolledOut("4", () => project.kubectl("delete", "node", lost?.node ?? "")),
      serving,
    );
    expect(outcome.status, outcome.output).toBe(0);
    expect(Math.min(...samples)).toBeGreaterThanOrEqual(2);
    await mustRun("4");
  });

  test("a node, where each replica needs one of its own: the reason is the scheduler's", async () => {
    const { project } = bench;
    await project.apply(nodeList());
    await project.kubectl("wait", "--for=condition=Ready", "node", "--all", "--timeout=30s");
    const scale = { web: { replicas: 4, spread: "required" }, worker: 1 };
    await project.change({ ...image("4"), scale });
    await project.mustUp();
    const { status, output } = await rolledOut("5", async () => {
      const [lost] = await project.pods("web");
      await project.kubectl("delete", "node", lost?.node ?? "");
    });
    expect(status).not.toBe(0);
    expect(output).toMatch(/0\/3 nodes are available: .*anti-affinity/);
    await project.apply(nodeList());
    await project.mustUp();
    await bench.mustHaveConverged();
  });
});
