import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
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
/** Both for the app and for the queue in front of it. */
const PACKAGES = ["python3", "haproxy", "ca-certificates"];
const SITE = `usr/local/lib/python${PYTHON}/dist-packages`;
const NOT_NEEDED = ["dev/*", "proc/*", "sys/*", "var/cache/apt/*", "var/lib/apt/lists/*"];
/** pip writes the interpreter of this machine into its own. */
const GUNICORN = `#!/usr/bin/python3
import sys
from gunicorn.app.wsgiapp import run

sys.exit(run())
`;

/** The lower layers of the app, and what is in them. */
export interface AppLayers {
  /** Debian with Python and HAProxy. */
  readonly debian: Layer;
  /** What the requirements name, from PyPI, compiled as an ordinary image has it. */
  readonly python: Layer;
  /** Of Debian's packages. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Makes the lower layers of the app, or takes those that are kept. */
export async function appLayers(requirements: string, options: LayerOptions): Promise<AppLayers> {
  const { folder, report, signal } = options;
  const wanted = await readFile(requirements, "utf8");
  const key = keyOf([SUITE, ...PACKAGES, GUNICORN, wanted]);
  const names = [`debian-${key}.tar`, `python-${key}.tar`, `versions-${key}`];
  const [debian = "", python = "", versions = ""] = names.map((name) => join(folder, name));
  // Written last.
  if (!(await isThere(versions))) {
    const activity = report.begin(
      `Images: Debian ${SUITE}, ${wanted.trim().replaceAll("\n", ", ")}`,
    );
    const root = await mkdtemp(join(folder, "root-"));
    try {
      await chmod(root, 0o755);
      activity.at("debootstrap");
      const include = ["--variant=minbase", `--include=${PACKAGES.join(",")}`];
      await mustRun("debootstrap", [...include, SUITE, root], { signal });
      await pack(root, debian, options, ["."]);
      activity.at("pip");
      await installPython(root, requirements, signal);
      await pack(root, python, options, ["usr/local"]);
      await writeFile(versions, await installedVersions(root, signal));
    } finally {
      activity.end();
      await rm(root, { recursive: true, force: true });
    }
    report.say(`Images: made in ${activity.elapsed()}`);
  }
  const lines = (await readFile(versions, "utf8")).trim().split("\n");
  return {
    debian: await layerOf(debian),
    python: await layerOf(python),
    versions: Object.fromEntries(lines.map((line) => line.split(" "))),
  };
}

/** A line for each package that matters: its name and version. */
async function installedVersions(root: string, signal: AbortSignal): Promise<string> {
  const query = ["dpkg-query", "--show", "--showformat=${Package} ${Version}\\n"];
  const packages = ["python3", "haproxy"];
  return (await mustRun("chroot", [root, ...query, ...packages], { signal })).stdout;
}

async function installPython(
  root: string,
  requirements: string,
  signal: AbortSignal,
): Promise<void> {
  const target = ["--target", join(root, SITE), "--no-compile", "--quiet"];
  const platform = ["--python-version", PYTHON, "--only-binary=:all:"];
  const install = ["-m", "pip", "install", "--root-user-action=ignore", ...target, ...platform];
  await mustRun("python3", [...install, "-r", requirements], { signal });
  const program = join(root, "usr/local/bin/gunicorn");
  await writeFile(program, GUNICORN);
  await chmod(program, 0o755);
  const compile = ["python3", "-m", "compileall", "-q", `/${SITE}`];
  await mustRun("chroot", [root, ...compile], { signal });
}

/** A layer with some files: path in the image -> file here. */
export async function fileLayer(
  name: string,
  files: Readonly<Record<string, string>>,
  options: LayerOptions,
): Promise<Layer> {
  const root = await mkdtemp(join(options.folder, "root-"));
  try {
    await chmod(root, 0o755);
    for (const [path, file] of Object.entries(files)) {
      const target = join(root, path);
      await mkdir(dirname(target), { recursive: true, mode: 0o755 });
      await copyFile(file, target);
      await chmod(target, 0o755);
    }
    const archive = join(options.folder, `${name}.tar`);
    await pack(root, archive, options, ["."]);
    return await layerOf(archive);
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
