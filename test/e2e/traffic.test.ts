import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Project } from "./project.ts";
import { sampledWhile } from "./sampling.ts";
import { suiteEnvironment } from "./suite.ts";

describe("traffic to web", () => {
  let project: Project;
  const ready = async () => (await project.endpoints("traffic-web")).length;

  /** Asks for an eviction until the disruption budget allows it, as `kubectl drain` does. */
  const evicted = async (name: string): Promise<void> => {
    const eviction = {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name, namespace: "traffic" },
    };
    const path = `/api/v1/namespaces/traffic/pods/${name}/eviction`;
    for (;;) {
      const refused = await project.create(path, eviction).then(() => "", String);
      if (refused === "") return;
      expect(refused).toContain("disruption budget");
    }
  };

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: "traffic",
      procfile: "web: gunicorn index:server\n",
      app: {
        host: "shop.example.com",
        ingress: { className: "nginx", controller: "ingress-nginx", tlsSecret: "shop-tls" },
      },
      scale: { web: 1 },
    });
    // On a cluster without a controller the Ingress never gets an address, and that must not hold
    // up anything.
    await project.mustUp();
  });
  afterAll(() => project.remove());

  test("scaling 1 → 4 changes spec.replicas, and a disruption budget comes", async () => {
    expect(await project.objects("poddisruptionbudgets")).toEqual([]);
    await project.change({ scale: { web: 4 } });
    expect((await project.mustUp()).changes).toEqual([
      { op: "update", resource: "Deployment traffic-web", paths: ["spec.replicas"] },
      { op: "create", resource: "PodDisruptionBudget traffic-web", paths: [] },
    ]);
    await project.change({ scale: { web: 3 } });
    expect((await project.mustUp()).changes).toEqual([
      { op: "update", resource: "Deployment traffic-web", paths: ["spec.replicas"] },
    ]);
    await project.change({ scale: { web: 4 } });
    await project.mustUp();
  });

  test("through a rollout there are always as many ready endpoints as replicas", async () => {
    await project.change({ app: { image: "registry.example.com/shop:2" } });
    const { samples } = await sampledWhile(() => project.mustUp(), ready);
    expect(samples.length).toBeGreaterThan(5);
    expect(Math.min(...samples)).toBeGreaterThanOrEqual(4);
    await expect
      .poll(() => project.endpoints("traffic-web"))
      .toEqual((await project.pods("web")).map(({ address }) => address).sort());
    expect((await project.pods("web")).map(({ image }) => image)).toEqual(
      Array.from({ length: 4 }, () => "registry.example.com/shop:2"),
    );
  });

  // By the API that a drain uses, and not by one: that would close nodes which other tests use
  // meanwhile.
  test("evicting every pod at once, as drains do, never takes more than one replica away", async () => {
    const before = await project.pods("web");
    const { samples } = await sampledWhile(async () => {
      await Promise.all(before.map(({ name }) => evicted(name)));
      // The last ones may still be on their way out, and their successors on their way in.
      await setTimeout(3000);
    }, ready);
    expect(samples.length).toBeGreaterThan(5);
    expect(Math.min(...samples)).toBeGreaterThanOrEqual(3);
    await expect.poll(ready, { timeout: 30_000 }).toBe(4);
    const after = new Set((await project.pods("web")).map(({ uid }) => uid));
    expect(before.filter(({ uid }) => after.has(uid))).toEqual([]);
  });

  test("with a proxy goes to the proxy, which scaling leaves alone", async () => {
    await project.change({
      app: { image: "registry.example.com/shop:2", proxy: "haproxy" },
      scale: { web: 2 },
    });
    await project.mustUp();
    const proxy = await project.pods("proxy");
    expect(proxy).toHaveLength(2);
    await expect
      .poll(() => project.endpoints("traffic-web"))
      .toEqual(proxy.map(({ address }) => address).sort());
    await expect
      .poll(() => project.endpoints("traffic-web-pods"))
      .toEqual((await project.pods("web")).map(({ address }) => address).sort());
    await project.change({ scale: { web: 3 } });
    expect((await project.mustUp()).changes).toEqual([
      { op: "update", resource: "Deployment traffic-web", paths: ["spec.replicas"] },
    ]);
    expect(await project.pods("proxy")).toEqual(proxy);
  });
});
