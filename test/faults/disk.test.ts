import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Bench } from "./bench.ts";
import { changes } from "./proxy.ts";
import { SmallDisk } from "./small-disk.ts";

describe("a state backend whose disk is full", () => {
  let folder: string;
  let disk: SmallDisk | undefined;
  let bench: Bench;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dash-scale-disk-"));
    disk = await SmallDisk.mount(await suiteEnvironment(inject("place")), folder);
    if (!disk) return;
    bench = await Bench.create(disk.environment, {
      name: "disk",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      scale: { web: 3, worker: 3 },
    });
    await bench.project.mustUp();
  });
  afterAll(async () => {
    if (disk) await bench.remove();
    await disk?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test("in the first Deployment's update", async (context) => {
    if (!disk) return context.skip("mounting a tmpfs takes root, or user namespaces");
    const small = disk;
    const { status, output } = await bench.scaleDown(async (project) => {
      const held = bench.proxy.hold("answer", changes("disk-worker"));
      const up = project.begin();
      await bench.reached(held, up);
      await small.fill();
      held.release();
      return up.ended;
    });
    console.log(status, output);
    const full = await bench.project.up();
    console.log(full.status, full.output);
    await small.empty();
    console.log(await bench.standing());
    const second = await bench.project.up();
    console.log(second.status, second.output);
    await bench.mustHaveConverged();
  });
});
