import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Running } from "../e2e/running.ts";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Bench, mustHaveSucceeded } from "./bench.ts";
import { kill, PROGRAM, PROVIDER } from "./processes.ts";
import { changes } from "./proxy.ts";

// One app through its life, with one replica less of each process type in each test: no pod has a
// reason to be new.
describe("in the first Deployment's update, which the cluster has made,", () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await Bench.create(await suiteEnvironment(inject("paths")), {
      name: "parts",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      scale: { web: 7, worker: 7 },
    });
    await bench.project.mustUp();
  });
  afterAll(() => bench.remove());

  /** An update to which something is done while the answer to its first change is on its way. */
  const disturbed = (disturb: (up: Running, release: () => void) => Promise<unknown>) =>
    bench.scaleDown(async (project) => {
      const held = bench.proxy.hold("answer", changes("parts-worker"));
      const up = project.begin();
      await bench.reached(held, up);
      await disturb(up, held.release);
      held.release();
      return up.ended;
    });
  /** Presses Ctrl-C, and waits until the engine has taken it. */
  const interrupt = async (up: Running) => {
    up.interrupt();
    await expect.poll(() => up.output()).toContain("^C received");
  };

  test.each([
    ["the provider", PROVIDER, "pulumi-resource-kubernetes"],
    ["the program", PROGRAM, "Program"],
  ])("%s is killed: the up fails and says so, the next one converges", async (_, which, said) => {
    const before = await bench.project.outputs();
    const { status, output } = await disturbed(({ pid }) => kill(pid, which));
    expect(status).not.toBe(0);
    expect(output).toContain(said);
    expect(await bench.project.outputs()).toEqual(before);
    await bench.project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
  });

  test("Ctrl-C once: nothing more is begun, the next up converges", async () => {
    const { status, output } = await disturbed(async (up, release) => {
      await interrupt(up);
      // The engine tells its plugins a moment later.
      await sleep(500);
      release();
    });
    expect(status).not.toBe(0);
    expect(output).toMatch(/cancell?ed/);
    expect(await bench.standing()).toMatchObject({ pending: [], locks: [] });
    await bench.project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
  });

  test("Ctrl-C twice: it ends at once, the next up converges", async () => {
    const { status } = await disturbed(async (up) => {
      await interrupt(up);
      // Pulumi's own provider ends at the first one already, so that this may come too late.
      up.interrupt();
      await up.ended;
    });
    expect(status).not.toBe(0);
    const { pending, locks } = await bench.standing();
    expect(locks).toEqual([]);
    const { output } = await bench.project.mustUp();
    // The engine says so where the provider was not done, and only there.
    expect(output.includes("interrupted while updating")).toBe(pending.length > 0);
    expect(await bench.leftovers()).toEqual([]);
  });

  test("another up begins: it is told so and changes nothing, the first one goes on", async () => {
    const update = await disturbed(async () => {
      const second = await bench.project.up();
      expect(second.status).not.toBe(0);
      expect(second.output).toContain("the stack is currently locked by 1 lock(s)");
      expect(second.changes).toEqual([]);
    });
    mustHaveSucceeded(update);
    expect(await bench.leftovers()).toEqual([]);
  });

  test("two ups at the same moment: at most one changes something, the other is told so", async () => {
    const both = await bench.scaleDown((project) => Promise.all([project.up(), project.up()]));
    const refused = both.filter(({ status }) => status !== 0);
    expect(refused.length).toBeGreaterThan(0);
    for (const { output } of refused) expect(output).toContain("the stack is currently locked by");
    await bench.project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
  });
});
