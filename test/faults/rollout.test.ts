import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { WaitingState } from "../../local/cluster/kubelet.ts";
import { clusterClient, CRASHING, playKubelet, unpullable } from "../../local/cluster/kubelet.ts";
import type { Update } from "../e2e/update.ts";
import { sampledWhile } from "../e2e/sampling.ts";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Bench } from "./bench.ts";

const WEB = "app.kubernetes.io/component=web";
const IMAGE = "registry.example.com/shop";
/**
 * Seconds within which the reason has to be there: the rollout's own deadline, and what an `up`
 * takes besides.
 */
const DEADLINE = 10;
const BOUND = 60;

describe("a rollout that cannot go on", () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await Bench.create(await suiteEnvironment(inject("paths")), {
      name: "rollout",
      procfile: "web: gunicorn index:server\n",
      app: { progressDeadline: DEADLINE },
      scale: { web: 2 },
    });
    await bench.project.mustUp();
  });
  afterAll(() => bench.remove());

  const use = (tag: string) =>
    bench.project.change({ app: { progressDeadline: DEADLINE, image: `${IMAGE}:${tag}` } });

  const playing = async (tag: string, state: WaitingState, over: AbortSignal) => {
    const { namespace } = bench.project;
    const image = `${IMAGE}:${tag}`;
    const http = await clusterClient(bench.environment.paths);
    await playKubelet(http, { namespace, selector: WEB, image, state }, over);
  };
  /** The update, how long it took in seconds, and the fewest old pods that were ready meanwhile. */
  const watched = async (work: () => Promise<Update>) => {
    const old = new Set((await bench.project.pods("web")).map(({ uid }) => uid));
    const begun = performance.now();
    const { outcome, samples } = await sampledWhile(
      work,
      async () =>
        (await bench.project.pods("web")).filter(({ uid, ready }) => ready && old.has(uid)).length,
    );
    const seconds = (performance.now() - begun) / 1000;
    return { ...outcome, seconds, fewest: Math.min(...samples) };
  };

  test.each([
    ["an image that cannot be pulled", "missing", unpullable(`${IMAGE}:missing`)],
    ["a container that ends as it starts", "crashing", CRASHING],
  ])("%s: the reason is the kubelet's, the old pods go on", async (_, tag, state) => {
    await use(tag);
    const over = new AbortController();
    const [{ status, output, seconds, fewest }] = await Promise.all([
      watched(() => bench.project.up()).finally(() => over.abort()),
      playing(tag, state, over.signal),
    ]);
    expect(status).not.toBe(0);
    expect(output).toContain(`[${state.reason}]`);
    expect(output).toContain(state.message);
    expect(seconds).toBeLessThan(BOUND);
    expect(fewest).toBe(2);
  });

  test("is mended by the next up, with an image that is there", async () => {
    await use("2");
    await bench.project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
    const pods = await bench.project.pods("web");
    expect(pods.map(({ image, ready }) => [image, ready])).toEqual([
      [`${IMAGE}:2`, true],
      [`${IMAGE}:2`, true],
    ]);
  });

  test("a quota without room for the surge: the reason is the quota's, the old pods go on", async () => {
    await bench.project.apply({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "no-surge", namespace: "rollout" },
      spec: { hard: { pods: "2" } },
    });
    await use("3");
    const { status, output, seconds, fewest } = await watched(() => bench.project.up());
    expect(status).not.toBe(0);
    expect(output).toContain("exceeded quota: no-surge, requested: pods=1, used: pods=2");
    expect(seconds).toBeLessThan(BOUND);
    expect(fewest).toBe(2);
    await bench.project.kubectl("delete", "quota", "no-surge", "--namespace", "rollout");
    await bench.project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
  });
});
