import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryCgroup } from "./cgroups.ts";
import { NODES, nodeName } from "./layout.ts";
import type { AppPod } from "./pods.ts";

/** What holds a pod's namespaces, and is no process of the app. */
const PAUSE = "program";

/**
 * The ids, on this machine, of the processes in a pod's containers, in the order in which they
 * began.
 */
export async function processesOfPod(pod: AppPod): Promise<number[]> {
  const ids = await idsBelow(await cgroupOf(pod));
  const names = await Promise.all(ids.map((id) => readFile(`/proc/${id}/comm`, "utf8")));
  return ids.filter((_, index) => names[index]?.trim() !== PAUSE).sort((a, b) => a - b);
}

/** Where a pod's memory is accounted for. */
export async function cgroupOf(pod: AppPod): Promise<string> {
  const node = NODES.find((number) => nodeName(number) === pod.node);
  if (node === undefined) throw new Error(`${pod.name} is on no node of ours`);
  return memoryCgroup(node, pod);
}

async function idsBelow(folder: string): Promise<number[]> {
  const text = await readFile(join(folder, "cgroup.procs"), "utf8");
  const here = text.split("\n").filter((line) => line !== "");
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const deeper = await Promise.all(below.map((name) => idsBelow(join(folder, name))));
  return [...here.map(Number), ...deeper.flat()];
}
