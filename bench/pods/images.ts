import { link, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mustRun } from "../../commands/system/children.ts";
import { thisPlatform } from "../../local/tools/catalogue.ts";
import type { Programs } from "../../local/tools/on-path.ts";
import { appLayers, fileLayer, type AppLayers, type Layer, type LayerOptions } from "./layers.ts";
import { PAUSE_IMAGE } from "./node-config.ts";
import { blobFile, imageLayout, type Image } from "./oci.ts";

/** What pods of the lane refer to. */
export const IMAGES = {
  /** The same app twice: a rollout needs another image, not another app. */
  app: "localhost/four-callbacks:1",
  nextApp: "localhost/four-callbacks:2",
  /** The same callbacks on FastAPI, with Dash's WebSockets. */
  webSockets: "localhost/dash-websockets:1",
  haproxy: "localhost/haproxy:1",
  coredns: "localhost/coredns:1",
  traefik: "localhost/traefik:1",
} as const;

const WEB_SOCKETS = join(import.meta.dirname, "dash-websockets");
const EXAMPLE = join(import.meta.dirname, "..", "..", "examples", "four-callbacks");
const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const PYTHON_ENV = [PATH, "PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1"];

interface LayeredImage extends Image {
  readonly layers: readonly Layer[];
}

/**
 * Makes an archive with every image of the lane, without a registry.
 *
 * @returns the versions of what is in them, apart from the programs that were given
 */
export async function imageArchive(
  target: string,
  programs: Programs,
  options: LayerOptions,
): Promise<Readonly<Record<string, string>>> {
  await mkdir(options.folder, { recursive: true });
  const requirements = join(EXAMPLE, "requirements.txt");
  const lower = await appLayers(requirements, options);
  const webSockets = await webSocketsImage(options);
  const images = [...(await allImages(lower, programs, options)), webSockets];
  const folder = await mkdtemp(join(options.folder, "layout-"));
  try {
    for (const [file, text] of imageLayout(images, thisPlatform()?.arch ?? "amd64")) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    const layers = new Map(images.flatMap((it) => it.layers).map((it) => [it.digest, it]));
    for (const layer of layers.values()) await link(layer.file, join(folder, blobFile(layer)));
    await mustRun("tar", ["-C", folder, "-cf", target, "."], { signal: options.signal });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { ...lower.versions, ...(await pinnedVersions(requirements)) };
}

async function webSocketsImage(options: LayerOptions): Promise<LayeredImage> {
  const lower = await appLayers(join(WEB_SOCKETS, "requirements.txt"), options);
  const files = { "app/index.py": join(WEB_SOCKETS, "index.py") };
  const code = await fileLayer("dash-websockets", files, options);
  return {
    name: IMAGES.webSockets,
    layers: [lower.debian, lower.python, code],
    config: { Env: PYTHON_ENV, WorkingDir: "/app" },
  };
}

async function pinnedVersions(requirements: string): Promise<Record<string, string>> {
  const pinned = (await readFile(requirements, "utf8"))
    .trim()
    .split("\n")
    .map((line) => line.split("=="));
  return Object.fromEntries(pinned.map(([name = "", version = ""]) => [name, version]));
}

async function allImages(
  { debian, python }: AppLayers,
  programs: Programs,
  options: LayerOptions,
): Promise<LayeredImage[]> {
  const code = await fileLayer("app", { "app/index.py": join(EXAMPLE, "index.py") }, options);
  const single = async (name: string, file: string, ...args: string[]): Promise<LayeredImage> => ({
    name,
    layers: [await fileLayer(name.replaceAll(/[/:]/g, "-"), { program: file }, options)],
    config: { Entrypoint: ["/program", ...args] },
  });
  const app = (name: string): LayeredImage => ({
    name,
    layers: [debian, python, code],
    // What the digest is made from, too: the tags are two images.
    config: { Env: PYTHON_ENV, WorkingDir: "/app", Labels: { name } },
  });
  return [
    app(IMAGES.app),
    app(IMAGES.nextApp),
    // The stop signal of HAProxy's official image, which the queue relies on.
    { name: IMAGES.haproxy, layers: [debian], config: { Env: [PATH], StopSignal: "SIGUSR1" } },
    await single(PAUSE_IMAGE, "/usr/bin/catatonit", "-P"),
    await single(IMAGES.coredns, programs["coredns"] ?? "coredns"),
    await single(IMAGES.traefik, programs["traefik"] ?? "traefik"),
  ];
}
