import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { removePlace } from "../../local/commands/stop.ts";
import type { LocalEnvironment } from "../../local/environment.ts";
import { startEnvironment } from "../../local/environment.ts";
import { clustersFolder, placeIn, type Place } from "../../local/paths.ts";
import { interruptible } from "../../commands/system/interrupt.ts";
import { processesOf, startOf } from "../../commands/system/processes.ts";
import { reporter } from "../../local/system/progress.ts";

const PREFIX = "e2e-";

/**
 * Starts a control plane in a folder of its own: never the one of `npm start`. It ends with this process at the latest;
 * {@link removePlace} takes it away.
 */
export async function startTestCluster(): Promise<LocalEnvironment> {
  await mkdir(clustersFolder(), { recursive: true, mode: 0o700 });
  await removeAbandoned();
  const place = placeIn(await mkdtemp(join(clustersFolder(), `${PREFIX}${process.pid}-`)));
  try {
    await writeFile(ownerFile(place), (await startOf(process.pid)) ?? "");
    const environment = await interruptible((signal) =>
      startEnvironment(place, { report: reporter(), signal }),
    );
    await endWithThisProcess(place);
    return environment;
  } catch (error) {
    await removePlace(place);
    throw error;
  }
}

/** A suite that is interrupted hard gets no teardown: its processes end all the same, its folder goes at the next run. */
async function endWithThisProcess(place: Place): Promise<void> {
  const running = await processesOf(place.controlPlane);
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

/** What a suite has left that was killed: its folder names its process, the file in it says when that had started. */
async function removeAbandoned(): Promise<void> {
  const entries = await readdir(clustersFolder());
  for (const entry of entries.filter((name) => name.startsWith(PREFIX))) {
    const place = placeIn(join(clustersFolder(), entry));
    const now = await startOf(Number(entry.split("-")[1]));
    const then = await readFile(ownerFile(place), "utf8").catch(() => now);
    if (now === undefined || now !== then) await removePlace(place);
  }
}

function ownerFile({ folder }: Place): string {
  return join(folder, "owner");
}
