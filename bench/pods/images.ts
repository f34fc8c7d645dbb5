import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadImages, type RealCluster } from "../nodes/cluster.ts";
import { DEBIAN_ENV, programImage, PYTHON_ENV, type LayeredImage } from "../nodes/images.ts";
import { imagesFolder } from "../nodes/layout.ts";
import {
  debianLayer,
  DEBIAN_PACKAGES,
  fileLayer,
  layer,
  nodeLayer,
  pinnedVersions,
  pythonLayer,
  type Debian,
  type LayerOptions,
} from "../nodes/layers.ts";

/** What pods of the lane refer to. */
export const IMAGES = {
  /** The same app twice: a rollout needs another image, not another app. */
  app: "localhost/four-callbacks:1",
  nextApp: "localhost/four-callbacks:2",
  /** The same callbacks on FastAPI, with Dash's WebSockets. */
  webSockets: "localhost/dash-websockets:1",
  /** Apps that end soon after they began, each in its way. */
  earlyEnds: "localhost/early-ends:1",
  haproxy: "localhost/haproxy:1",
  traefik: "localhost/traefik:1",
  kedaOperator: "localhost/keda-operator:1",
  kedaAdapter: "localhost/keda-adapter:1",
  metricsServer: "localhost/metrics-server:1",
} as const;

const WEB_SOCKETS = join(import.meta.dirname, "dash-websockets");
const EARLY_ENDS = join(import.meta.dirname, "early-ends");
const NPM = join(import.meta.dirname, "..", "apps", "apps", "express", "package.json");
const EXAMPLE = join(import.meta.dirname, "..", "..", "examples", "four-callbacks");

/** Every image of the lane, and the versions of what is in them, apart from Traefik. */
export async function laneImages(
  traefik: string,
  options: LayerOptions,
): Promise<{
  readonly images: readonly LayeredImage[];
  readonly versions: Readonly<Record<string, string>>;
}> {
  const requirements = await readFile(join(EXAMPLE, "requirements.txt"), "utf8");
  const debian = await debianLayer(DEBIAN_PACKAGES, options);
  const python = await pythonLayer(debian, requirements, options);
  const code = await fileLayer("app", { "app/index.py": join(EXAMPLE, "index.py") }, options);
  const app = (name: string): LayeredImage => ({
    name,
    layers: [debian.layer, python, code],
    // What the digest is made from, too: the tags are two images.
    config: { Env: PYTHON_ENV, WorkingDir: "/app", Labels: { name } },
  });
  const images = [
    app(IMAGES.app),
    app(IMAGES.nextApp),
    {
      name: IMAGES.haproxy,
      layers: [debian.layer],
      // The stop signal of HAProxy's official image, which the proxy relies on.
      config: { Env: DEBIAN_ENV, StopSignal: "SIGUSR1" },
    },
    await webSocketsImage(debian, options),
    await programImage(IMAGES.traefik, [traefik], options),
  ];
  const { python3 = "?", haproxy = "?" } = debian.versions;
  return { images, versions: { python3, haproxy, ...pinnedVersions(requirements) } };
}

async function webSocketsImage(debian: Debian, options: LayerOptions): Promise<LayeredImage> {
  const requirements = await readFile(join(WEB_SOCKETS, "requirements.txt"), "utf8");
  const python = await pythonLayer(debian, requirements, options);
  const files = { "app/index.py": join(WEB_SOCKETS, "index.py") };
  const code = await fileLayer("dash-websockets", files, options);
  return {
    name: IMAGES.webSockets,
    layers: [debian.layer, python, code],
    config: { Env: PYTHON_ENV, WorkingDir: "/app" },
  };
}

/** Has the nodes know an image of Python and Node.js, with apps that end soon after they began. */
export async function loadEarlyEnds(cluster: RealCluster): Promise<void> {
  const { report, signal } = cluster;
  await loadImages(cluster, [await earlyEndsImage({ folder: imagesFolder(), report, signal })]);
}

async function earlyEndsImage(options: LayerOptions): Promise<LayeredImage> {
  const debian = await debianLayer(DEBIAN_PACKAGES, options);
  const requirements = await readFile(join(EARLY_ENDS, "requirements.txt"), "utf8");
  const python = await pythonLayer(debian, requirements, options);
  const node = await nodeLayer(NPM, options);
  const code = await layer("early-ends", options, async (root) => {
    await cp(EARLY_ENDS, join(root, "app"), { recursive: true });
    await cp(join(EXAMPLE, "index.py"), join(root, "app", "index.py"));
  });
  const config = { Env: PYTHON_ENV, WorkingDir: "/app" };
  return { name: IMAGES.earlyEnds, layers: [debian.layer, python, node, code], config };
}
