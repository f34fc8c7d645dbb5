import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { removePlace } from "../../local/commands/stop.ts";
import { startEnvironment } from "../../local/environment.ts";
import { clustersFolder, placeIn } from "../../local/place.ts";
import { interruptible } from "../../local/system/interrupt.ts";
import { reporter } from "../../local/system/progress.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder of the suite's own local cluster: `openEnvironment(placeIn(inject("place")))`. */
    place: string;
  }
}

/** One control plane for the whole suite, in a folder of its own: never the one of `npm start`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await mkdir(clustersFolder(), { recursive: true, mode: 0o700 });
  const place = placeIn(await mkdtemp(join(clustersFolder(), "e2e-")));
  try {
    await interruptible((signal) => startEnvironment(place, { report: reporter(), signal }));
  } catch (error) {
    await removePlace(place);
    throw error;
  }
  project.provide("place", place.folder);
  return () => removePlace(place);
}
