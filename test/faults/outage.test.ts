import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { nodeList } from "../../local/cluster/nodes.ts";
import { removeCluster } from "../../local/commands/stop.ts";
import type { LocalEnvironment } from "../../local/environment.ts";
import { startTestCluster } from "../e2e/cluster.ts";
import { sampledWhile } from "../e2e/sampling.ts";
import { Bench, mustHaveSucceeded } from "./bench.ts";
import { killComponent } from "./components.ts";

const REQUIRED = { replicas: 4, spread: "required" };

// The cluster is nobody's but ours: no other test has to bear what happens to it.
describe("in the first Deployment's rollout, a part of the cluster goes:", () => {
  let environment: LocalEnvironment;
  let bench: Bench;

  beforeAll(async () => {
    environment = await startTestCluster();
    bench = await Bench.create(environment, {
      name: "outage",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      app: { progressDeadline: 60 },
      scale: { web: REQUIRED, worker: 2 },
    });
    await bench.project.mustUp();
  });
  afterAll(async () => {
    await bench.remove();
    await removeCluster(environment.paths);
  });

  /** An update to whose cluster something happens as soon as its first rollout is followed. */
  const disturbed = async (happens: () => Promise<unknown>) => {
    const up = bench.project.begin();
    const seen = () => expect(up.output()).toMatch(/worker: \d of \d (?:new )?pods? available/);
    await vi.waitFor(seen, { timeout: 60_000, interval: 50 });
    await happens();
    return up.ended;
  };
  /**
   * Shows KWOK every pod once more, as soon as the cluster can be changed again. A kubelet tries
   * for ever to report what has become of a pod; KWOK lets go of one whose report met a broken
   * connection (`shouldRetry` in its pkg/kwok/controllers/utils.go).
   */
  const remindKwok = async () => {
    const pods = ["pods", "--all", "--namespace", bench.project.namespace];
    const shown = `shown-again=${String(Date.now())}`;
    await vi.waitFor(() => bench.project.kubectl("annotate", ...pods, "--overwrite", shown), {
      timeout: 30_000,
      interval: 500,
    });
  };
  /** How often each Deployment was changed. */
  const generations = async () =>
    (await bench.project.deployments()).map(({ generation }) => generation);
  const serving = async () =>
    (await bench.project.pods("web")).filter(({ ready }) => ready).map(({ uid }) => uid);

  test.each([
    ["the API server, for ten seconds", "kube-apiserver", 10, "520Mi"],
    ["etcd, for three seconds", "etcd", 3, "530Mi"],
  ] as const)("%s: the update waits and goes through", async (_, component, seconds, memory) => {
    const [web = 0, worker = 0] = await generations();
    const before = await serving();
    await bench.project.change({
      scale: { web: REQUIRED, worker: { replicas: 2, memory } },
    });
    const update = await disturbed(async () => {
      const start = await killComponent(environment, component);
      await sleep(seconds * 1000);
      start();
      await remindKwok();
    });
    mustHaveSucceeded(update);
    expect(await bench.leftovers()).toEqual([]);
    expect(await generations()).toEqual([web, worker + 1]);
    expect(await serving()).toEqual(before);
  });

  test("a node: what may share one rolls on, what needs its own says so, the others serve", async () => {
    const { project } = bench;
    const app = { progressDeadline: 10, image: "registry.example.com/shop:2" };
    await project.change({ app });
    const [lost] = await project.pods("web");
    const { outcome, samples } = await sampledWhile(
      () => disturbed(() => project.kubectl("delete", "node", lost?.node ?? "")),
      async () => (await project.pods("web")).filter((it) => it.ready && it.node !== lost?.node),
    );
    expect(outcome.status).not.toBe(0);
    // The scheduler's own words.
    expect(outcome.output).toMatch(/0\/3 nodes are available: .*anti-affinity/);
    expect(Math.min(...samples.map(({ length }) => length))).toBeGreaterThanOrEqual(2);
    const workers = await project.pods("worker");
    expect(workers.map(({ image }) => image)).toEqual([app.image, app.image]);

    await project.apply(nodeList());
    await project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
    expect((await serving()).length).toBe(4);
  });
});
