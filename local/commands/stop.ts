import { readdir, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ControlPlane } from "../cluster/control-plane.ts";
import { hasCode } from "../../commands/system/errors.ts";
import {
  cacheFolder,
  clustersFolder,
  lockOf,
  lockOfTools,
  pathsIn,
  pathsOfCheckout,
  toolsFolder,
  type LocalPaths,
} from "../paths.ts";
import { interruptible } from "../../commands/system/interrupt.ts";
import { withLock } from "../../commands/system/lock.ts";
import { processesOf } from "../../commands/system/processes.ts";
import type { Reporter } from "../system/progress.ts";

/**
 * `dash-scale local stop`: ends this checkout's cluster and forgets it. Returns the exit status.
 */
export async function stop(purge: boolean, report: Reporter): Promise<number> {
  const paths = pathsOfCheckout();
  const onWait = (pid: number) =>
    report.say(`Waiting for process ${pid}, which is at work on this local cluster`);
  await interruptible((signal) =>
    withLock(lockOf(paths), { signal, onWait }, () => remove(paths, report)),
  );
  return purge ? removeTools(report) : 0;
}

/** Ends a local cluster and removes its folder. */
export async function removeCluster(paths: LocalPaths): Promise<void> {
  await new ControlPlane(paths.controlPlane).stop();
  await rm(paths.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

async function remove(paths: LocalPaths, report: Reporter): Promise<void> {
  const there = await exists(paths.folder);
  await removeCluster(paths);
  report.say(
    there ? `Stopped, and ${paths.folder} removed` : "There is no local cluster of this checkout",
  );
}

/** Other checkouts use the same tools: they stay while one of them runs. */
async function removeTools(report: Reporter): Promise<number> {
  const users = await runningClusters();
  if (users.length > 0) {
    report.say(
      `The tools stay: these clusters of other checkouts use them. Stop them first (npx dash-scale local stop in each):\n` +
        users.map((folder) => `  ${folder}`).join("\n"),
    );
    return 1;
  }
  const folder = toolsFolder();
  const onWait = (pid: number) => report.say(`Waiting for process ${pid}, which is getting tools`);
  await interruptible((signal) =>
    withLock(lockOfTools(folder), { signal, onWait }, () => removeAllBut(lockOfTools(folder))),
  );
  await removeIfEmpty(folder);
  await removeIfEmpty(clustersFolder());
  await removeIfEmpty(cacheFolder());
  report.say(`${toolsFolder()} removed`);
  return 0;
}

/** The folder of a file, but for the file itself. */
async function removeAllBut(file: string): Promise<void> {
  const folder = dirname(file);
  for (const entry of (await readdir(folder)).filter((name) => name !== basename(file))) {
    await rm(join(folder, entry), { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runningClusters(): Promise<string[]> {
  const entries = await readdir(clustersFolder(), { withFileTypes: true }).catch(() => []);
  const running: string[] = [];
  for (const entry of entries.filter((each) => each.isDirectory())) {
    const { folder } = pathsIn(join(clustersFolder(), entry.name));
    if ((await processesOf(folder)).length > 0) running.push(folder);
  }
  return running;
}

async function exists(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  );
}

async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    if (!hasCode(error, "ENOTEMPTY", "ENOENT", "EEXIST")) throw error;
  });
}
