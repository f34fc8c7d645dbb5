import type { TestProject } from "vitest/node";
import { removePlace } from "../../local/commands/stop.ts";
import { startTestCluster } from "./cluster.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder of the suite's own local cluster: `openEnvironment(placeIn(inject("place")))`. */
    place: string;
  }
}

/** One control plane for the whole suite. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { place } = await startTestCluster();
  project.provide("place", place.folder);
  return () => removePlace(place);
}
