import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LocalEnvironment } from "../environment.ts";
import { LocalError } from "../local-error.ts";
import { lastLines } from "../system/children.ts";
import { startOf } from "../system/processes.ts";

/** Creates a stack in the local backend unless it is there. A stack file with an `encryptionsalt` stays as it is. */
export async function ensureStack(
  environment: LocalEnvironment,
  stack: string,
  signal?: AbortSignal,
): Promise<void> {
  const args = ["stack", "select", stack, "--create", "--non-interactive", "--color", "never"];
  const { status, stderr } = await environment.pulumi(args, signal ? { signal } : {});
  if (status !== 0) {
    throw new LocalError(`The stack "${stack}" cannot be created:\n${lastLines(stderr)}`);
  }
}

/** A Pulumi that was killed, or went down with the machine, leaves its stack locked for good. */
export async function removeAbandonedLocks({ place }: LocalEnvironment): Promise<void> {
  const folder = join(place.state, ".pulumi", "locks");
  const files = await readdir(folder, { recursive: true }).catch((): string[] => []);
  for (const file of files.filter((name) => name.endsWith(".json"))) {
    const pid = await pidIn(join(folder, file));
    if (pid === undefined || (await startOf(pid)) !== undefined) continue;
    await rm(join(folder, file), { force: true });
  }
}

async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  const [, pid] = /"pid"\s*:\s*(\d+)/.exec(text) ?? [];
  return pid === undefined ? undefined : Number(pid);
}
