import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Bench } from "./bench.ts";
import { descendantsOf, leftOf } from "./processes.ts";
import { changes } from "./proxy.ts";

// One app through its life, with one replica less of each process type in each test: no pod has a reason to be new.
describe("the engine is killed", () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await Bench.create(await suiteEnvironment(inject("place")), {
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
    await bench.scaleDown(async () => {
      const up = project.begin();
      await bench.reached(held, up);
      const started = await descendantsOf(up.pid);
      up.kill("SIGKILL");
      await up.ended;
      expect(await leftOf(started)).toEqual([]);
    });

    expect(await bench.locks()).toHaveLength(1);
    const refused = await project.up();
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain("the stack is currently locked by 1 lock(s)");
    expect(refused.output).toContain("pulumi cancel");
    await project.mustPulumi("cancel", "--yes");

    await project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
  });
});
