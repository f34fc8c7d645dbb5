import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withLock } from "../../commands/system/lock.ts";
import { startOf } from "../../commands/system/processes.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-"));
  file = join(folder, "lock");
});
afterEach(() => rm(folder, { recursive: true }));

const onWait = () => undefined;

it("lets one in at a time", async () => {
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => void setTimeout(resolve, 10));
    inside -= 1;
  };
  const waited: number[] = [];
  const options = { onWait: (pid: number) => void waited.push(pid) };
  await Promise.all(Array.from({ length: 4 }, () => withLock(file, options, work)));
  expect(most).toBe(1);
  expect(waited).toEqual([process.pid, process.pid, process.pid]);
  expect(await readdir(folder)).toEqual([]);
});

it("is given back when the work fails", async () => {
  const failing = withLock(file, { onWait }, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(await withLock(file, { onWait }, async () => "in")).toBe("in");
});

it("is broken when its holder is no more", async () => {
  await writeFile(file, "999999999 long ago");
  expect(await withLock(file, { onWait }, async () => "in")).toBe("in");
});

it("is broken when its holder's id is another process's by now, as after a reboot", async () => {
  await writeFile(file, `${process.pid} long ago`);
  expect(await withLock(file, { onWait }, async () => "in")).toBe("in");
});

it("is broken by one alone: those who find it stale at the same time still take turns", async () => {
  await writeFile(file, "999999999 long ago");
  let inside = 0;
  const work = async () => {
    inside += 1;
    expect(inside).toBe(1);
    await new Promise((resolve) => void setTimeout(resolve, 5));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(file, { onWait }, work)));
  expect(await readdir(folder)).toEqual([]);
});

it("is no longer waited for when interrupted", async () => {
  await writeFile(file, `${process.pid} ${(await startOf(process.pid)) ?? ""}`);
  const controller = new AbortController();
  const options = {
    signal: controller.signal,
    onWait: () => controller.abort(new Error("Ctrl-C")),
  };
  await expect(withLock(file, options, async () => "in")).rejects.toThrow("Ctrl-C");
  expect(await readdir(folder)).toEqual(["lock"]);
});

it("leaves nothing of those who were killed while they tried, and all of those who still do", async () => {
  const left = `${file}.8b4ee2a1-3f5c-4d6e-9a7b-0c1d2e3f4a5b`;
  const others = `${file}.1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f`;
  await writeFile(left, "999999999 long ago");
  await writeFile(others, `${process.pid} ${(await startOf(process.pid)) ?? ""}`);
  await withLock(file, { onWait }, async () => "in");
  expect(await readdir(folder)).toEqual(["lock.1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f"]);
});
