import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { mustRun } from "../../commands/system/children.ts";
import type { Reporter } from "../../local/system/progress.ts";
import type { Blob } from "./oci.ts";

/** A layer as a tar archive in a file. */
export interface Layer extends Blob {
  readonly file: string;
}

export interface LayerOptions {
  /** Where layers are kept. */
  readonly folder: string;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

const SUITE = "trixie";
const PYTHON = "3.13";
/** Of an app in Python, and of the proxy in front of it. */
export const DEBIAN_PACKAGES = ["python3", "haproxy", "ca-certificates"];
const SITE = `usr/local/lib/python${PYTHON}/dist-packages`;
const NOT_NEEDED = ["dev/*", "proc/*", "sys/*", "var/cache/apt/*", "var/lib/apt/lists/*"];

/** Debian with some packages, and the versions of these. */
export interface Debian {
  readonly layer: Layer;
  readonly versions: Readonly<Record<string, string>>;
}

/** Makes a layer of Debian with some packages, or takes the one that is kept. */
export async function debianLayer(
  packages: readonly string[],
  options: LayerOptions,
): Promise<Debian> {
  const { folder, report, signal } = options;
  const file = join(folder, `debian-${keyOf([SUITE, ...packages])}.tar`);
  const versions = `${file}.versions`;
  // Written last.
  if (!(await isThere(versions))) {
    const activity = report.begin(`Images: Debian ${SUITE} with ${packages.join(", ")}`);
    await inFolder(folder, async (root) => {
      const include = ["--variant=minbase", `--include=${packages.join(",")}`];
      await mustRun("debootstrap", [...include, SUITE, root], { signal });
      await pack(root, file, options, ["."]);
      await writeFile(versions, await installedVersions(root, packages, signal));
    }).finally(activity.end);
  }
  const lines = (await readFile(versions, "utf8")).trim().split("\n");
  return {
    layer: await layerOf(file),
    versions: Object.fromEntries(lines.map((line) => line.split(" "))),
  };
}

/** A line for each package: its name and version. */
async function installedVersions(
  root: string,
  packages: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const query = ["dpkg-query", "--show", "--showformat=${Package} ${Version}\\n"];
  return (await mustRun("chroot", [root, ...query, ...packages], { signal })).stdout;
}

/**
 * What the requirements name, from PyPI, compiled as an ordinary image has it: made, or taken where
 * it is kept.
 */
export async function pythonLayer(
  debian: Debian,
  requirements: string,
  options: LayerOptions,
): Promise<Layer> {
  const { folder, report, signal } = options;
  const file = join(folder, `python-${keyOf([debian.layer.digest, requirements])}.tar`);
  if (await isThere(file)) return layerOf(file);
  const activity = report.begin(`Images: ${requirements.trim().replaceAll("\n", ", ")}`);
  await inFolder(folder, async (root) => {
    await mustRun("tar", ["-C", root, "-xf", debian.layer.file], { signal });
    const list = join(root, "requirements.txt");
    await writeFile(list, requirements);
    await installPython(root, list, signal);
    await pack(root, file, options, ["usr/local"]);
  }).finally(activity.end);
  return layerOf(file);
}

/** Name -> version of what requirements pin. */
export function pinnedVersions(requirements: string): Record<string, string> {
  const pinned = requirements.matchAll(/^([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)$/gm);
  return Object.fromEntries([...pinned].map(([, name = "", version = ""]) => [name, version]));
}

async function installPython(root: string, requirements: string, signal: AbortSignal) {
  const target = ["--target", join(root, SITE), "--no-compile", "--quiet"];
  const platform = ["--python-version", PYTHON, "--only-binary=:all:"];
  const install = ["-m", "pip", "install", "--root-user-action=ignore", ...target, ...platform];
  await mustRun("python3", [...install, "-r", requirements], { signal });
  await moveScripts(join(root, SITE, "bin"), join(root, "usr/local/bin"));
  const compile = ["python3", "-m", "compileall", "-q", `/${SITE}`];
  await mustRun("chroot", [root, ...compile], { signal });
}

/** pip writes the interpreter of this machine into the scripts, and has them beside the packages. */
async function moveScripts(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) {
    const text = await readFile(join(from, name), "latin1");
    const script = text.replace(/^#!.*python.*/, "#!/usr/bin/python3");
    await writeFile(join(to, name), script, { encoding: "latin1", mode: 0o755 });
  }
  await rm(from, { recursive: true });
}

/** A layer with the packages of npm that a folder's package.json names, and with our Node.js. */
export async function nodeLayer(manifest: string, options: LayerOptions): Promise<Layer> {
  const { folder, report, signal } = options;
  const text = await readFile(manifest, "utf8");
  const file = join(folder, `node-${keyOf([process.version, text])}.tar`);
  if (await isThere(file)) return layerOf(file);
  const activity = report.begin("Images: Node.js and packages of npm");
  await inFolder(folder, async (root) => {
    const [app, program] = [join(root, "app"), join(root, "usr/local/bin/node")];
    await mkdir(app, { mode: 0o755 });
    await copyFile(manifest, join(app, "package.json"));
    await mustRun("npm", ["install", "--no-audit", "--no-fund"], { cwd: app, signal });
    await mkdir(dirname(program), { recursive: true, mode: 0o755 });
    await copyFile(process.execPath, program);
    await chmod(program, 0o755);
    await pack(root, file, options, ["."]);
  }).finally(activity.end);
  return layerOf(file);
}

/** A layer with some files: path in the image -> file here. */
export async function fileLayer(
  name: string,
  files: Readonly<Record<string, string>>,
  options: LayerOptions,
): Promise<Layer> {
  return layer(name, options, async (root) => {
    for (const [path, file] of Object.entries(files)) {
      const target = join(root, path);
      await mkdir(dirname(target), { recursive: true, mode: 0o755 });
      await copyFile(file, target);
      await chmod(target, 0o755);
    }
  });
}

/** A layer with what some work puts into its folder. */
export async function layer(
  name: string,
  options: LayerOptions,
  fill: (root: string) => Promise<void>,
): Promise<Layer> {
  const archive = join(options.folder, `${name}.tar`);
  await inFolder(options.folder, async (root) => {
    await fill(root);
    await pack(root, archive, options, ["."]);
  });
  return layerOf(archive);
}

/** Does some work in a folder that users other than root can read too, and that goes with it. */
async function inFolder(parent: string, work: (root: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(parent, "root-"));
  try {
    await chmod(root, 0o755);
    await work(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The same files make the same archive, whenever and by whom they are packed. */
async function pack(
  root: string,
  archive: string,
  { signal }: LayerOptions,
  paths: readonly string[],
): Promise<void> {
  const same = ["--sort=name", "--mtime=@0", "--numeric-owner"];
  const without = NOT_NEEDED.map((path) => `--exclude=./${path}`);
  const part = `${archive}.part`;
  await mustRun("tar", ["-C", root, ...same, ...without, "-cf", part, ...paths], { signal });
  await rename(part, archive);
}

async function layerOf(file: string): Promise<Layer> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return { file, digest: `sha256:${hash.digest("hex")}`, size: (await stat(file)).size };
}

/** A short name for what something is made from. */
function keyOf(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 12);
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
