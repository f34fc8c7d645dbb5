import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LocalEnvironment } from "../environment.ts";
import { startOf } from "../../commands/system/processes.ts";
import type { Reporter } from "../system/progress.ts";

/** Lets a run take over the objects that are there under the names of those that it creates. */
const ADOPT = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };

/**
 * Makes good what a Pulumi leaves that was killed, or went down with the machine: its stack locked
 * for good, and the object that it was creating in the cluster and not in the state.
 *
 * By hand the same is in docs/operate/reliability.md.
 *
 * @returns variables for the run that comes next
 */
export async function recoverFromKilledRun(
  environment: LocalEnvironment,
  stack: string,
  report: Reporter,
): Promise<NodeJS.ProcessEnv> {
  const wasKilled = await removeAbandonedLocks(environment);
  if (!wasKilled) return {};
  report.say("The last run was killed: this one takes over what that had begun to create");
  const args = ["refresh", "--stack", stack, "--yes", "--skip-preview", "--clear-pending-creates"];
  // Where it fails, the run that follows says why.
  await environment.pulumi([...args, "--non-interactive"]);
  return ADOPT;
}

async function removeAbandonedLocks({ paths }: LocalEnvironment): Promise<boolean> {
  const folder = join(paths.state, ".pulumi", "locks");
  const files = await readdir(folder, { recursive: true }).catch((): string[] => []);
  let removed = false;
  for (const file of files.filter((name) => name.endsWith(".json"))) {
    const pid = await pidIn(join(folder, file));
    if (pid === undefined || (await startOf(pid)) !== undefined) continue;
    await rm(join(folder, file), { force: true });
    removed = true;
  }
  return removed;
}

async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  const [, pid] = /"pid"\s*:\s*(\d+)/.exec(text) ?? [];
  return pid === undefined ? undefined : Number(pid);
}
