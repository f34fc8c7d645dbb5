import { spawn } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { LocalEnvironment } from "../../local/environment.ts";
import { processesOf } from "../../commands/system/processes.ts";
import { leftOf, processWith } from "./processes.ts";

/**
 * Kills a component of a local cluster's control plane. Linux only.
 *
 * @returns what starts it again, as it was
 */
export async function killComponent(
  { paths }: LocalEnvironment,
  name: "etcd" | "kube-apiserver",
): Promise<() => void> {
  const folder = join(paths.controlPlane, "clusters", "local");
  const running = await processesOf(folder);
  const found = running.find(({ command }) => command.startsWith(`${join(folder, "bin", name)} `));
  const component = found && (await processWith(found.pid));
  if (!component) throw new Error(`${name} does not run`);
  const { pid } = component;
  const [program = "", ...args] = await texts(pid, "cmdline");
  const env = Object.fromEntries((await texts(pid, "environ")).map(nameAndValue));
  const cwd = await readlink(`/proc/${pid}/cwd`);
  process.kill(pid, "SIGKILL");
  const left = await leftOf([component]);
  if (left.length > 0) throw new Error(`${name} cannot be killed`);
  return () => spawn(program, args, { cwd, env, detached: true, stdio: "ignore" }).unref();
}

async function texts(pid: number, file: string): Promise<string[]> {
  const all = await readFile(`/proc/${pid}/${file}`, "utf8");
  return all.split("\0").slice(0, -1);
}

function nameAndValue(variable: string): [string, string] {
  const [name = "", ...value] = variable.split("=");
  return [name, value.join("=")];
}
