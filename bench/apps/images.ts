import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../../commands/system/errors.ts";
import { DEBIAN_ENV, PYTHON_ENV, type LayeredImage } from "../nodes/images.ts";
import {
  debianLayer,
  DEBIAN_PACKAGES,
  layer,
  nodeLayer,
  pinnedVersions,
  pythonLayer,
  type Debian,
  type Layer,
  type LayerOptions,
} from "../nodes/layers.ts";
import { PACKAGES } from "./catalogue.ts";

export const APPS_FOLDER = join(import.meta.dirname, "apps");
export const SERVICES_IMAGE = "localhost/services:1";
const SERVICES = ["redis-server", "postgresql", "ca-certificates"];
/** What a Dockerfile with `poetry install` says, and no poetry knows of otherwise. */
const ENV = [...PYTHON_ENV, "POETRY_VIRTUALENVS_CREATE=false"];

/** An image, and the versions of what is in it. */
export interface BuiltImage {
  readonly image: LayeredImage;
  readonly versions: Readonly<Record<string, string>>;
}

export function imageName(folder: string): string {
  return `localhost/${folder}:1`;
}

/** The image of an app, as its own Dockerfile would make it. */
export async function appImage(folder: string, options: LayerOptions): Promise<BuiltImage> {
  const debian = await debianLayer(DEBIAN_PACKAGES, options);
  const code = await layer(`app-${folder}`, options, async (root) => {
    await cp(join(APPS_FOLDER, folder), join(root, "app"), { recursive: true });
    const programs = join(root, "usr/local/bin");
    await mkdir(programs, { recursive: true });
    // Debian knows it as python3 only, unlike images that are made for Python.
    await symlink("/usr/bin/python3", join(programs, "python"));
  });
  const { packages, env, versions } = await packagesOf(folder, debian, options);
  const config = { Env: env, WorkingDir: "/app" };
  const image = { name: imageName(folder), layers: [debian.layer, packages, code], config };
  return { image, versions };
}

/** Redis and PostgreSQL, as Debian has them. */
export async function servicesImage(options: LayerOptions): Promise<BuiltImage> {
  const { layer: debian, versions } = await debianLayer(SERVICES, options);
  const { "redis-server": redis = "?", postgresql = "?" } = versions;
  const image = { name: SERVICES_IMAGE, layers: [debian], config: { Env: DEBIAN_ENV } };
  return { image, versions: { "redis-server": redis, postgresql } };
}

interface Packages {
  readonly packages: Layer;
  readonly env: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
}

async function packagesOf(
  folder: string,
  debian: Debian,
  options: LayerOptions,
): Promise<Packages> {
  const manifest = join(APPS_FOLDER, folder, "package.json");
  const text = await textOf(manifest);
  if (text !== undefined) {
    const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(text);
    const versions = { node: process.version.slice(1), ...dependencies };
    return { packages: await nodeLayer(manifest, options), env: DEBIAN_ENV, versions };
  }
  const listed = await textOf(join(APPS_FOLDER, folder, "requirements.txt"));
  const requirements = listed ?? PACKAGES[folder] ?? "";
  const versions = { python3: debian.versions["python3"] ?? "?", ...pinnedVersions(requirements) };
  return { packages: await pythonLayer(debian, requirements, options), env: ENV, versions };
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
}
