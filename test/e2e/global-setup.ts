import type { TestProject } from "vitest/node";
import { removeCluster } from "../../local/commands/stop.ts";
import { startTestCluster } from "./cluster.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder of the suite's own local cluster: `openEnvironment(pathsIn(inject("paths")))`. */
    paths: string;
  }
}

/** One control plane for the whole suite. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { paths } = await startTestCluster();
  project.provide("paths", paths.folder);
  return () => removeCluster(paths);
}
