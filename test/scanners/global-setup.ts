import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { parseAllDocuments } from "yaml";
import { openEnvironment } from "../../local/environment.ts";
import { pathsIn, toolsFolder } from "../../local/paths.ts";
import { interruptible } from "../../commands/system/interrupt.ts";
import { reporter } from "../../local/system/progress.ts";
import type { ToolSet } from "../../local/tools/catalogue.ts";
import { findTools, type Search } from "../../local/tools/find.ts";
import { scannerSets } from "../../local/tools/scanners.ts";
import {
  crdSchemas,
  isObject,
  kubernetesSchemas,
  schemaLocation,
  type JsonObject,
  type Schemas,
} from "./schemas.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where each scanner is. */
    scanners: Readonly<Record<keyof typeof scannerSets, string>>;
    /** Where kubeconform finds the schemas of `local/`'s Kubernetes: its `-schema-location`. */
    schemaLocation: string;
    /** An empty folder for what a scanner wants to keep. */
    scratch: string;
  }
}

/** Kinds that a manifest may hold and a bare API server does not know. */
const CRDS = join(import.meta.dirname, "crds");

/**
 * Finds the scanners and asks the control plane that `test/e2e/global-setup.ts` has started for its
 * schemas.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { paths } = project.getProvidedContext();
  project.provide("scanners", await interruptible(findScanners));
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-scanners-"));
  const schemas = join(folder, "schemas");
  const scratch = join(folder, "scratch");
  await Promise.all([mkdir(schemas), mkdir(scratch)]);
  await write(await ofControlPlane(paths), schemas);
  for (const known of await ofCrds()) await write(known, schemas);
  project.provide("schemaLocation", schemaLocation(schemas));
  project.provide("scratch", scratch);
  return () => rm(folder, { recursive: true, force: true });
}

async function findScanners(
  signal: AbortSignal,
): Promise<Record<keyof typeof scannerSets, string>> {
  const search: Search = { folder: toolsFolder(), report: reporter(), signal };
  const program = async (set: ToolSet) => {
    const { programs } = await findTools(set, search);
    return programs[set.name] ?? set.name;
  };
  return {
    kubeconform: await program(scannerSets.kubeconform),
    "kube-score": await program(scannerSets["kube-score"]),
    trivy: await program(scannerSets.trivy),
  };
}

async function ofControlPlane(paths: string): Promise<Schemas> {
  const { kubectl } = await openEnvironment(pathsIn(paths));
  const { status, stdout, stderr } = await kubectl(["get", "--raw", "/openapi/v2"]);
  if (status !== 0) throw new Error(stderr);
  return kubernetesSchemas(objectOf(JSON.parse(stdout)));
}

async function ofCrds(): Promise<Schemas[]> {
  const files = await readdir(CRDS);
  const texts = await Promise.all(files.map((file) => readFile(join(CRDS, file), "utf8")));
  return texts
    .flatMap((text) => parseAllDocuments(text))
    .map((document) => crdSchemas(objectOf(document.toJS())));
}

async function write(schemas: Schemas, folder: string): Promise<void> {
  for (const [file, schema] of schemas) await writeFile(join(folder, file), JSON.stringify(schema));
}

function objectOf(value: unknown): JsonObject {
  if (!isObject(value)) throw new Error("What should be an object is none");
  return value;
}
