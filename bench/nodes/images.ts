import { link, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mustRun } from "../../commands/system/children.ts";
import { thisPlatform } from "../../local/tools/catalogue.ts";
import type { Programs } from "../../local/tools/on-path.ts";
import { fileLayer, type Layer, type LayerOptions } from "./layers.ts";
import { PAUSE_IMAGE } from "./node-config.ts";
import { blobFile, imageLayout, type Image } from "./oci.ts";

export const COREDNS_IMAGE = "localhost/coredns:1";

const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** What an image of Debian says of its environment, and what one with Python says. */
export const DEBIAN_ENV = [PATH];
export const PYTHON_ENV = [PATH, "PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1"];

export interface LayeredImage extends Image {
  readonly layers: readonly Layer[];
}

/** Makes an archive of some images, without a registry. */
export async function imageArchive(
  target: string,
  images: readonly LayeredImage[],
  { folder: parent, signal }: LayerOptions,
): Promise<void> {
  const folder = await mkdtemp(join(parent, "layout-"));
  try {
    for (const [file, text] of imageLayout(images, thisPlatform()?.arch ?? "amd64")) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    const layers = new Map(images.flatMap((it) => it.layers).map((it) => [it.digest, it]));
    for (const layer of layers.values()) await link(layer.file, join(folder, blobFile(layer)));
    await mustRun("tar", ["-C", folder, "-cf", target, "."], { signal });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What every node has to have: what holds the namespaces of a pod, and DNS. */
export async function nodeImages(
  programs: Programs,
  options: LayerOptions,
): Promise<LayeredImage[]> {
  return [
    await programImage(PAUSE_IMAGE, ["/usr/bin/catatonit", "-P"], options),
    await programImage(COREDNS_IMAGE, [programs["coredns"] ?? "coredns"], options),
  ];
}

/** An image of one program of this machine, and its arguments. */
export async function programImage(
  name: string,
  [file, ...args]: readonly [string, ...string[]],
  options: LayerOptions,
): Promise<LayeredImage> {
  return {
    name,
    layers: [await fileLayer(name.replaceAll(/[/:]/g, "-"), { program: file }, options)],
    config: { Entrypoint: ["/program", ...args] },
  };
}
