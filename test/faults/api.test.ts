import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Bench, mustHaveSucceeded } from "./bench.ts";
import type { Asked, Fault } from "./proxy.ts";
import { changes } from "./proxy.ts";

/** The list by which the program follows rollouts. */
const isOfRollouts = ({ path }: Asked) => path.endsWith("/deployments");

// One app through its life, with one replica less of each process type in each test: no pod has a
// reason to be new.
describe("the API server, in the middle of an update,", () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await Bench.create(await suiteEnvironment(inject("paths")), {
      name: "api",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      scale: { web: 7, worker: 7 },
    });
    await bench.project.mustUp();
  });
  afterAll(() => bench.remove());

  /** An update that takes one replica away of each process type, while there is a fault. */
  const scaledDown = async (fault: (asked: Asked) => Fault) => {
    bench.proxy.disturb(fault);
    const update = await bench.scaleDown((project) => project.up());
    bench.proxy.heal();
    return update;
  };

  test("answers 429 three times, and says when to come back: the update goes through", async () => {
    let left = 3;
    const update = await scaledDown((asked) =>
      changes("api-worker")(asked) && left-- > 0 ? { status: 429, retryAfter: 1 } : "none",
    );
    mustHaveSucceeded(update);
    expect(left).toBeLessThan(0);
    expect(await bench.leftovers()).toEqual([]);
  });

  test("answers 500 to the change: it fails with what the server says, the next one converges", async () => {
    const { status, output } = await scaledDown((asked) =>
      changes("api-worker")(asked) ? { status: 500 } : "none",
    );
    expect(status).not.toBe(0);
    expect(output).toContain("a fault of this test: 500");
    await bench.project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
  });

  test("answers 500 to the questions after the change: they are asked again", async () => {
    let changed = false;
    let left = 3;
    const update = await scaledDown((asked) => {
      changed ||= changes("api-worker")(asked);
      const isHit = changed && asked.method === "GET" && isOfRollouts(asked) && left-- > 0;
      return isHit ? { status: 500 } : "none";
    });
    mustHaveSucceeded(update);
    expect(left).toBeLessThan(0);
    expect(await bench.leftovers()).toEqual([]);
  });

  test("takes a second for every answer: the update goes through", async () => {
    const update = await scaledDown(() => ({ delay: 1_000 }));
    mustHaveSucceeded(update);
    expect(await bench.leftovers()).toEqual([]);
  });

  test("ends as the change reaches it: it fails and says so, the next one converges", async () => {
    const { project, proxy } = bench;
    const held = proxy.hold("request", changes("api-web"));
    const { status, output } = await bench.scaleDown(async () => {
      const up = project.begin();
      await bench.reached(held, up);
      await proxy.down();
      return up.ended;
    });
    expect(status).not.toBe(0);
    // As Pulumi's provider has it of a connection that breaks off, or is refused.
    expect(output).toMatch(/EOF|connection refused|cannot reach the cluster/);
    const refused = await project.up();
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain("cannot reach the cluster");
    await proxy.up();
    await bench.project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
  });
});
