import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { ROOT } from "../infra/root.ts";
import { removeUnreachable } from "./declarations.ts";
import type { RootManifest } from "./manifest.ts";
import { packageManifest, pluginManifest, typesOfExports } from "./manifest.ts";

/** Where `npm run build` puts the package. */
export const BUILD = join(ROOT, "package/build");

/** What is published as it stands in the repository, by its path in the package. */
const COPIED = {
  "README.md": "package/README.md",
  "CHANGELOG.md": "CHANGELOG.md",
  LICENSE: "LICENSE",
  "schema.json": "stacks/schema.json",
  "examples/pipeline": "examples/pipeline",
  "plugin/PulumiPlugin.yaml": "package/plugin/PulumiPlugin.yaml",
};

/**
 * Builds the npm package into a folder: compiled, since Node.js strips no types below
 * `node_modules`, with a manifest of its own.
 */
export async function buildPackage(folder: string = BUILD): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const lib = join(folder, "lib");
  await compile(lib);
  await removeUnreachable(lib, typesOfExports(folder));
  for (const [to, from] of Object.entries(COPIED)) {
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await cp(join(ROOT, from), join(folder, to), { recursive: true });
  }
  const root: RootManifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  await writeManifest(folder, packageManifest(root));
  await writeManifest(join(folder, "plugin"), pluginManifest(root));
}

async function writeManifest(folder: string, manifest: object): Promise<void> {
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

async function compile(lib: string): Promise<void> {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const args = [tsc, "--project", join(ROOT, "package/tsconfig.json"), "--outDir", lib];
  try {
    await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  } catch (error) {
    // The compiler writes what is wrong to standard output.
    const said = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    throw new Error(`tsc failed:\n${said}`, { cause: error });
  }
}

if (process.argv[1] !== undefined && basename(process.argv[1]) === "build.ts") {
  const [folder = BUILD] = process.argv.slice(2);
  await buildPackage(resolve(folder));
  process.stdout.write(`Built the npm package in ${resolve(folder)}\n`);
}
