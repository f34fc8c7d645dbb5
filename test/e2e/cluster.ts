import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { removeCluster } from "../../local/commands/stop.ts";
import type { LocalEnvironment } from "../../local/environment.ts";
import { startEnvironment } from "../../local/environment.ts";
import { clustersFolder, pathsIn, type LocalPaths } from "../../local/paths.ts";
import { interruptible } from "../../commands/system/interrupt.ts";
import { processesOf, startOf } from "../../commands/system/processes.ts";
import { reporter } from "../../local/system/progress.ts";

const PREFIX = "e2e-";

/**
 * Starts a control plane in a folder of its own: never the one of `npm start`. It ends with this
 * process at the latest; {@link removeCluster} takes it away.
 */
export async function startTestCluster(): Promise<LocalEnvironment> {
  await mkdir(clustersFolder(), { recursive: true, mode: 0o700 });
  await removeAbandoned();
  const paths = pathsIn(await mkdtemp(join(clustersFolder(), `${PREFIX}${process.pid}-`)));
  try {
    await writeFile(ownerFile(paths), (await startOf(process.pid)) ?? "");
    const environment = await interruptible((signal) =>
      startEnvironment(paths, { report: reporter(), signal }),
    );
    await endWithThisProcess(paths);
    return environment;
  } catch (error) {
    await removeCluster(paths);
    throw error;
  }
}

/**
 * A suite that is interrupted hard gets no teardown: its processes end all the same, its folder
 * goes at the next run.
 */
async function endWithThisProcess(paths: LocalPaths): Promise<void> {
  const running = await processesOf(paths.controlPlane);
  process.once("exit", () => {
    for (const { pid } of running) endIfRunning(pid);
  });
}

function endIfRunning(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The teardown has ended it.
  }
}

/**
 * What a suite has left that was killed: its folder names its process, the file in it says when
 * that had started.
 */
async function removeAbandoned(): Promise<void> {
  const entries = await readdir(clustersFolder());
  for (const entry of entries.filter((name) => name.startsWith(PREFIX))) {
    const paths = pathsIn(join(clustersFolder(), entry));
    const now = await startOf(Number(entry.split("-")[1]));
    const then = await readFile(ownerFile(paths), "utf8").catch(() => now);
    if (now === undefined || now !== then) await removeCluster(paths);
  }
}

function ownerFile({ folder }: LocalPaths): string {
  return join(folder, "owner");
}
