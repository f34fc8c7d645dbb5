import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import type { TransformOptions } from "esbuild";
import { transform } from "esbuild";
import { ROOT } from "../infra/root.ts";
import { removeUnreachable } from "./declarations.ts";
import type { RootManifest } from "./manifest.ts";
import { packageManifest, pluginManifest, typesOfExports } from "./manifest.ts";

/** Where `npm run build` puts the package. */
export const BUILD = join(ROOT, "package/build");

/** The page's own files, which the compiler of the rest does not know. */
const PAGE = "commands/page/client";

/** What is published as it stands in the repository, by its path in the package. */
const COPIED = {
  "README.md": "package/README.md",
  "CHANGELOG.md": "CHANGELOG.md",
  LICENSE: "LICENSE",
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
  await compact(lib);
  await copyPage(join(lib, PAGE));
  for (const [to, from] of Object.entries(COPIED)) {
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await cp(join(ROOT, from), join(folder, to), { recursive: true });
  }
  await writeFile(join(folder, "schema.json"), await compactJson(join(ROOT, "stacks/schema.json")));
  const root: RootManifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  await writeManifest(folder, packageManifest(root));
  await writeManifest(join(folder, "plugin"), pluginManifest(root));
}

async function writeManifest(folder: string, manifest: object): Promise<void> {
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** What the browser loads: scripts without their types, and the rest as it stands. */
async function copyPage(to: string): Promise<void> {
  const from = join(ROOT, PAGE);
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (name === "tsconfig.json" || name === "scope.ts") continue;
    const text = await readFile(join(from, name), "utf8");
    if (!name.endsWith(".ts")) await writeFile(join(to, name), text);
    else await writeFile(join(to, name.replace(/\.ts$/, ".js")), await scriptOf(text));
  }
}

async function scriptOf(text: string): Promise<string> {
  return (await compacted(text)).replaceAll(/(from ?"\.[^"]+)\.ts"/g, '$1.js"');
}

/** Comments and indents are a fifth of the package, and are read in the repository. */
async function compact(lib: string): Promise<void> {
  for (const name of await readdir(lib, { recursive: true })) {
    const file = join(lib, name);
    if (name.endsWith(".js")) await writeFile(file, await compacted(await readFile(file, "utf8")));
    if (name.endsWith(".json")) await writeFile(file, await compactJson(file));
  }
}

async function compactJson(file: string): Promise<string> {
  const value: unknown = JSON.parse(await readFile(file, "utf8"));
  return JSON.stringify(value);
}

/** The same program, without types, comments and space. Names stay, for stack traces. */
async function compacted(text: string): Promise<string> {
  const { code } = await transform(text, COMPACT);
  return code;
}

const COMPACT: TransformOptions = {
  loader: "ts",
  target: "esnext",
  minifyWhitespace: true,
  lineLimit: 200,
  charset: "utf8",
};

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
