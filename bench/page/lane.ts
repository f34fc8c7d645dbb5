import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";
import { CommandError } from "../../commands/system/errors.ts";
import { versions } from "../../local/versions.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import { load } from "../machine.ts";
import { writeResults } from "../results.ts";
import { withSimulatedCluster } from "../simulated-cluster.ts";
import { parsedWords } from "../words.ts";
import { findBrowser, NO_BROWSER } from "./browser.ts";
import { BASE, measureAll } from "./measure.ts";
import { PICTURE_NODES, takePicture } from "./picture.ts";
import type { ProjectFiles } from "./project.ts";
import { applyProject, makeProject } from "./project.ts";
import { reportOf } from "./report.ts";

const USAGE = `Usage: npm run bench -- page [--pods N] [--picture]

How fast the page is, by its own server in a real Chromium, on a control plane with 50 simulated nodes.

  --pods N   the most pods of one process type; default: 5000
  --picture  measures nothing, and takes the picture of the README instead, docs/page.png`;

/** Enough for 5,000 pods of the default size. */
const NODES = {
  zones: ["zone-a", "zone-b", "zone-c", "zone-d", "zone-e"],
  perZone: 10,
  size: { cpu: "64", memory: "256Gi", pods: "110", "ephemeral-storage": "1Ti" },
} as const;

const OPTIONS = {
  help: { type: "boolean", short: "h", default: false },
  pods: { type: "string", default: "5000" },
  picture: { type: "boolean", default: false },
} as const;

/** `npm run bench -- page`: what a person waits for on the page. */
export async function page(words: readonly string[]): Promise<void> {
  const { values } = parsedWords({ args: [...words], options: OPTIONS }, USAGE);
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const replicas = Number(values.pods);
  if (!Number.isInteger(replicas) || replicas < BASE || replicas > 5000)
    throw new CommandError(`--pods wants a whole number, ${BASE} to 5000.\n\n${USAGE}`);
  const nodes = values.picture ? PICTURE_NODES : NODES;
  await withSimulatedCluster("page", nodes, async (cluster) => {
    const work = values.picture ? takePicture : measure;
    await withBrowser((browser, folder) => work({ cluster, browser, folder }, replicas));
  });
}

async function withBrowser(
  work: (browser: Browser, folder: string) => Promise<void>,
): Promise<void> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new CommandError(NO_BROWSER);
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-bench-"));
  const browser = await chromium.launch({ executablePath });
  try {
    await work(browser, folder);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Setting {
  readonly cluster: LaneCluster;
  readonly browser: Browser;
  readonly folder: string;
}

async function measure({ cluster, browser, folder }: Setting, replicas: number): Promise<void> {
  const withReplicas = (web: number): ProjectFiles => ({
    folder,
    app: "bench-page",
    stack: "dev",
    procfile: "web: gunicorn index:server --workers 1\n",
    config: { "dash-scale:scale": { web } },
  });
  const files = withReplicas(BASE);
  await makeProject(cluster, files);
  await applyProject(cluster, files, `web=${BASE}`);
  const loadBefore = load();
  const measured = await measureAll({ cluster, browser, files, withReplicas }, replicas);
  const { pulumi, kubernetes, kwok, etcd } = versions;
  const file = await writeResults({
    name: "page",
    title: "The page",
    versions: { chromium: browser.version(), pulumi, kubernetes, kwok, etcd },
    text: reportOf(measured),
    data: measured,
    loadBefore,
    plugins: cluster.environment.plugins,
  });
  cluster.report.say(`Written to ${file}`);
}
