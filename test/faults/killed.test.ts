import process from "node:process";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Bench } from "./bench.ts";
import type { Descendant } from "./processes.ts";
import { descendantsOf, HOST, leftOf, processWith, PROVIDER } from "./processes.ts";
import { changes } from "./proxy.ts";

// One app through its life, with one replica less of each process type in each test: no pod has a
// reason to be new.
describe("the engine is killed", () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await Bench.create(await suiteEnvironment(inject("paths")), {
      name: "killed",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      scale: { web: 5, worker: 5 },
    });
    await bench.project.mustUp();
  });
  afterAll(() => bench.remove());

  test.each([
    ["before the first Deployment's update reaches the cluster", "request", "killed-worker"],
    ["in the first Deployment's update, which the cluster has made", "answer", "killed-worker"],
    ["after the first Deployment's update", "request", "killed-web"],
  ] as const)("%s", async (_, at, deployment) => {
    const { project, proxy } = bench;
    const held = proxy.hold(at, changes(deployment));
    const left = await bench.scaleDown(async () => {
      const up = project.begin();
      await bench.reached(held, up);
      const started = await descendantsOf(up.pid);
      up.kill("SIGKILL");
      await up.ended;
      // Pulumi's plugins live on for a while, and what they have begun reaches the cluster.
      const plugins = await leftOf(started);
      const others = plugins.filter((it) => !PROVIDER.test(it.command) && !HOST.test(it.command));
      expect(others).toEqual([]);
      held.release();
      return plugins;
    });

    expect(await bench.locks()).toHaveLength(1);
    const refused = await project.up();
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain("the stack is currently locked by 1 lock(s)");
    expect(refused.output).toContain("pulumi cancel");
    await project.mustPulumi("cancel", "--yes");

    await project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
    for (const plugin of left) await endIfThere(plugin);
  });
});

/** Another process may have the number of one that has ended by itself. */
async function endIfThere({ pid, started }: Descendant): Promise<void> {
  if ((await processWith(pid))?.started === started) process.kill(pid, "SIGKILL");
}
