import { access, mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode, CommandError } from "../../commands/system/errors.ts";
import { PREFIX, nodeCgroup } from "./layout.ts";
import type { NodeNumber } from "./layout.ts";

const ROOT = "/sys/fs/cgroup";
const UNIFIED = join(ROOT, "cgroup.controllers");
const REMOVAL_MS = 5_000;
const POLL_MS = 100;

/** Whether this machine has cgroups of version 2 only. */
export async function isUnified(): Promise<boolean> {
  return exists(UNIFIED);
}

/** Makes the cgroup that holds a node's pods; the kubelet wants to find it. */
export async function createCgroup(node: NodeNumber): Promise<void> {
  for (const hierarchy of await hierarchies()) {
    const group = join(hierarchy, nodeCgroup(node));
    await mkdir(group, { recursive: true });
    // Of version 1: without these no process can join it.
    for (const file of ["cpuset.cpus", "cpuset.mems"]) {
      if (!(await exists(join(group, file))) || (await isUnified())) continue;
      await writeFile(join(group, file), await readFile(join(hierarchy, file)));
    }
  }
}

/** Removes the nodes' cgroups. Their processes have ended, or are about to. */
export async function removeCgroups(): Promise<void> {
  const deadline = Date.now() + REMOVAL_MS;
  for (const hierarchy of await hierarchies()) {
    const names = await readdir(hierarchy);
    for (const name of names.filter((each) => each.startsWith(`${PREFIX}-`))) {
      await removeTree(join(hierarchy, name), deadline);
    }
  }
}

/** Where a pod's memory is accounted for. */
export async function memoryCgroup(node: NodeNumber, pod: { uid: string }): Promise<string> {
  const root = (await isUnified()) ? ROOT : join(ROOT, "memory");
  const found = await find(join(root, nodeCgroup(node), "kubepods"), `pod${pod.uid}`);
  if (found === undefined) throw new CommandError(`there is no cgroup of the pod ${pod.uid}`);
  return found;
}

async function find(folder: string, name: string): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (folders.includes(name)) return join(folder, name);
  for (const each of folders) {
    const found = await find(join(folder, each), name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of version 1 every controller has a hierarchy of its own. */
async function hierarchies(): Promise<string[]> {
  if (await isUnified()) return [ROOT];
  const entries = await readdir(ROOT, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(ROOT, name));
}

async function removeTree(folder: string, deadline: number): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await removeTree(join(folder, entry.name), deadline);
  }
  for (;;) {
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      if (hasCode(error, "ENOENT")) return;
      if (!hasCode(error, "EBUSY") || Date.now() > deadline) throw error;
      await sleep(POLL_MS);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
