import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../../commands/system/errors.ts";
import { imagesFolder } from "./layout.ts";

/** Settings of this machine that a kubelet changes when it starts, and leaves so. */
const CHANGED = [
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
  "vm/overcommit_memory",
  "vm/panic_on_oom",
];

/**
 * Outlives the lane's cluster, so that what a lane that was killed could not put back the next one
 * can.
 */
const saved = () => join(imagesFolder(), "sysctls.json");

/**
 * Remembers the settings as they are; those remembered from a lane that was killed are the true
 * ones.
 */
export async function rememberSysctls(): Promise<void> {
  const values: Record<string, string> = {};
  for (const name of CHANGED) values[name] = await readFile(`/proc/sys/${name}`, "utf8");
  await writeFile(saved(), JSON.stringify(values), { flag: "wx" }).catch((error: unknown) => {
    if (!hasCode(error, "EEXIST")) throw error;
  });
}

/** Puts back what was remembered. */
export async function restoreSysctls(): Promise<void> {
  const text = await readFile(saved(), "utf8").catch(() => "{}");
  const values: Record<string, string> = JSON.parse(text);
  for (const [name, value] of Object.entries(values)) await writeFile(`/proc/sys/${name}`, value);
  await rm(saved(), { force: true });
}
