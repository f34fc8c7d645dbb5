import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { removePlace } from "../../local/commands/stop.ts";
import { startEnvironment } from "../../local/environment.ts";
import { clustersFolder, placeIn, type Place } from "../../local/place.ts";
import { interruptible } from "../../local/system/interrupt.ts";
import { startOf } from "../../local/system/processes.ts";
import { reporter } from "../../local/system/progress.ts";
import { endWithThisProcess } from "./suite.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder of the suite's own local cluster: `openEnvironment(placeIn(inject("place")))`. */
    place: string;
  }
}

const PREFIX = "e2e-";

/** One control plane for the whole suite, in a folder of its own: never the one of `npm start`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await mkdir(clustersFolder(), { recursive: true, mode: 0o700 });
  await removeAbandoned();
  const place = placeIn(await mkdtemp(join(clustersFolder(), `${PREFIX}${process.pid}-`)));
  try {
    await writeFile(ownerFile(place), (await startOf(process.pid)) ?? "");
    await interruptible((signal) => startEnvironment(place, { report: reporter(), signal }));
  } catch (error) {
    await removePlace(place);
    throw error;
  }
  await endWithThisProcess(place);
  project.provide("place", place.folder);
  return () => removePlace(place);
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
