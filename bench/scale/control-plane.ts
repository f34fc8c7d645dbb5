import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { processesOf } from "../../commands/system/processes.ts";
import type { LocalPaths } from "../../local/paths.ts";

/** The most memory that each part of a control plane has had so far, in MiB, by its name. */
export type PeakMemory = Readonly<Record<string, number>>;

/** Resident memory, as the kernel has kept its maximum (`VmHWM`, Linux). */
export async function peakMemory({ controlPlane }: LocalPaths): Promise<PeakMemory> {
  const found = await processesOf(controlPlane);
  const entries = found
    .toSorted((a, b) => a.command.localeCompare(b.command))
    .map(async ({ pid, command }): Promise<[string, number]> => {
      const status = await readFile(`/proc/${pid}/status`, "utf8");
      const [, kibibytes = "0"] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
      return [basename(command.split(" ")[0] ?? ""), Math.round(Number(kibibytes) / 1024)];
    });
  return Object.fromEntries(await Promise.all(entries));
}
