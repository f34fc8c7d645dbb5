import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Bench } from "./bench.ts";
import { descendantsOf } from "./processes.ts";
import { changes } from "./proxy.ts";

const PROVIDER = /pulumi-resource-kubernetes|plugins\/kubernetes\/main\.ts/;
const PROGRAM = /@pulumi\/pulumi\/cmd\/run/;

// One app through its life, with one replica less of each process type in each test: no pod has a reason to be new.
describe("in the first Deployment's update", () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await Bench.create(await suiteEnvironment(inject("place")), {
      name: "parts",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      scale: { web: 7, worker: 7 },
    });
    await bench.project.mustUp();
  });
  afterAll(() => bench.remove());

  test.each([
    ["the provider", PROVIDER, "pulumi-resource-kubernetes"],
    ["the program", PROGRAM, "Program"],
  ])("%s is killed: the up fails and says so, the next one converges", async (_, which, said) => {
    const { project, proxy } = bench;
    const held = proxy.hold("answer", changes("parts-worker"));
    const { status, output } = await bench.scaleDown(async () => {
      const up = project.begin();
      await bench.reached(held, up);
      const found = (await descendantsOf(up.pid)).filter(({ command }) => which.test(command));
      expect(found).toHaveLength(1);
      for (const { pid } of found) process.kill(pid, "SIGKILL");
      held.release();
      return up.ended;
    });
    console.log(output);
    expect(status).not.toBe(0);
    expect(output).toContain(said);
    console.log(await bench.standing());
    await project.mustUp();
    await bench.mustHaveConverged();
  });

  test("Ctrl-C once: what is under way is seen to its end, the next up converges", async () => {
    const { project, proxy } = bench;
    const held = proxy.hold("answer", changes("parts-worker"));
    const { status, output } = await bench.scaleDown(async () => {
      const up = project.begin();
      await bench.reached(held, up);
      up.interrupt();
      await new Promise((r) => setTimeout(r, 1000));
      held.release();
      return up.ended;
    });
    console.log(output);
    expect(status).not.toBe(0);
    console.log(await bench.standing());
    await project.mustUp();
    await bench.mustHaveConverged();
  });

  test("Ctrl-C twice: ", async () => {
    const { project, proxy } = bench;
    const held = proxy.hold("answer", changes("parts-worker"));
    const { status, output } = await bench.scaleDown(async () => {
      const up = project.begin();
      await bench.reached(held, up);
      up.interrupt();
      await new Promise((r) => setTimeout(r, 1000));
      up.interrupt();
      return up.ended;
    });
    console.log(output);
    expect(status).not.toBe(0);
    console.log(await bench.standing());
    await project.mustUp();
    await bench.mustHaveConverged();
  });

  test("two at once", async () => {
    const { project, proxy } = bench;
    const held = proxy.hold("answer", changes("parts-worker"));
    const { status, output } = await bench.scaleDown(async () => {
      const up = project.begin();
      await bench.reached(held, up);
      const second = await project.up();
      expect(second.status).not.toBe(0);
      console.log(second.output);
      held.release();
      return up.ended;
    });
    expect(status, output).toBe(0);
    await bench.mustHaveConverged();
  });
});
