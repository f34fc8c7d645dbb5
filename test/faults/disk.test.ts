import { copyFile, mkdtemp, readFile, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Bench } from "./bench.ts";
import { changes } from "./proxy.ts";
import { SmallDisk } from "./small-disk.ts";

const NOT_ALLOWED = "mounting a tmpfs takes user namespaces, or root";

const STATE = ".pulumi/stacks/e2e-disk/test.json";
/**
 * Puts back the newest state that is not cut off: docs/operate/reliability.md, After a full disk.
 */
async function putBack(folder: string): Promise<void> {
  const state = join(folder, STATE);
  const history = join(folder, ".pulumi/history/e2e-disk/test");
  const names = (await readdir(history)).filter((name) => name.endsWith(".checkpoint.json"));
  // Their names have the time in them.
  const ended = names.toSorted().toReversed();
  // Pulumi keeps the one before beside it, unless it has gone on to put one that was cut off there
  // as well.
  for (const file of [`${state}.bak`, ...ended.map((name) => join(history, name))])
    if (await isWhole(file)) return copyFile(file, state);
  throw new Error(`neither ${state}.bak nor anything in ${history} is whole`);
}

async function isWhole(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8");
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("the disk of the state backend is full", () => {
  let folder: string;
  let disk: SmallDisk | undefined;
  let bench: Bench;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dash-scale-disk-"));
    disk = await SmallDisk.mount(await suiteEnvironment(inject("paths")), folder);
    if (!disk) return;
    bench = await Bench.create(disk.environment, {
      name: "disk",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      scale: { web: 4, worker: 4 },
    });
    await bench.project.mustUp();
  });
  afterAll(async () => {
    if (disk) await bench.remove();
    await disk?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test("before an up begins: it changes nothing; docs/operate/reliability.md, After a full disk", async (context) => {
    if (!disk) return context.skip(NOT_ALLOWED);
    await disk.fill(0);
    const { status, output, changes: made } = await bench.scaleDown((project) => project.up());
    expect([status === 0, made]).toEqual([false, []]);
    expect(output).toContain("no space left on device");
    await disk.empty();
    // An empty lock is left.
    const refused = await bench.project.up();
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain("unexpected end of JSON input");
    await bench.project.mustPulumi("cancel", "--yes");
    await bench.project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
  });

  test("in the first Deployment's update: docs/operate/reliability.md, After a full disk", async (context) => {
    if (!disk) return context.skip(NOT_ALLOWED);
    const small = disk;
    const state = join(small.folder, STATE);
    const { status, output } = await bench.scaleDown(async (project) => {
      const held = bench.proxy.hold("answer", changes("disk-worker"));
      const up = project.begin();
      await bench.reached(held, up);
      // Room for the first page of the state, so that it is cut off after that.
      await small.fill(4096);
      held.release();
      await expect.poll(() => isWhole(state), { interval: 20, timeout: 20_000 }).toBe(false);
      small.keepFull();
      return up.ended;
    });
    expect(status).not.toBe(0);
    expect(output).toContain("no space left on device");
    await small.empty();
    // Pulumi has put what found room in the place of the state.
    const refused = await bench.project.up();
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain("failed to load checkpoint");
    await putBack(small.folder);
    await bench.project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
  });

  test("and where the state before is cut off as well: from the history", async (context) => {
    if (!disk) return context.skip(NOT_ALLOWED);
    const state = join(disk.folder, STATE);
    await Promise.all([state, `${state}.bak`].map((file) => truncate(file, 4096)));
    await putBack(disk.folder);
    await bench.project.mustUp();
    expect(await bench.leftovers()).toEqual([]);
  });
});
