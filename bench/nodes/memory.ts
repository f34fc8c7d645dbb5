import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isUnified } from "./cgroups.ts";

const MEBIBYTE = 2 ** 20;

/** Memory of a pod, in MiB. */
export interface PodMemory {
  /**
   * What counts towards the limit before the kernel gives cached files back; the kubelet's working
   * set.
   */
  readonly workingSet: number;
  /** Of it, what no file stands behind. */
  readonly anonymous: number;
  /** The most there ever was, cached files included. */
  readonly peak: number;
}

/** What the kernel has accounted for in a cgroup. */
export async function readMemory(cgroup: string): Promise<PodMemory> {
  const files = (await isUnified())
    ? { used: "memory.current", peak: "memory.peak", cached: "inactive_file", anonymous: "anon" }
    : {
        used: "memory.usage_in_bytes",
        peak: "memory.max_usage_in_bytes",
        cached: "total_inactive_file",
        anonymous: "total_rss",
      };
  const [used, peak, stat] = await Promise.all(
    [files.used, files.peak, "memory.stat"].map((name) => readFile(join(cgroup, name), "utf8")),
  );
  const field = (name: string) =>
    Number(new RegExp(`^${name} (\\d+)$`, "m").exec(stat ?? "")?.[1] ?? Number.NaN);
  return {
    workingSet: (Number(used) - field(files.cached)) / MEBIBYTE,
    anonymous: field(files.anonymous) / MEBIBYTE,
    peak: Number(peak) / MEBIBYTE,
  };
}

/** How many processes in a cgroup, or below it, the kernel has ended for want of memory. */
export async function oomKills(cgroup: string): Promise<number> {
  if (await isUnified()) return killsIn(join(cgroup, "memory.events"));
  const entries = await readdir(cgroup, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  // Of version 1: each cgroup counts its own processes.
  const counts = ["", ...below].map((name) => killsIn(join(cgroup, name, "memory.oom_control")));
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function killsIn(file: string): Promise<number> {
  const text = await readFile(file, "utf8").catch(() => "");
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}
