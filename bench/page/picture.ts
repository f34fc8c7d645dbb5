import { randomBytes } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { noted } from "../../commands/history/entries.ts";
import { ROOT } from "../../infra/root.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import { mustPulumi } from "../lane-cluster.ts";
import { applyProject, makeProject } from "./project.ts";
import { serve } from "./serve.ts";

export const PICTURE_NODES = {
  zones: ["zone-a", "zone-b"],
  perZone: 2,
  size: { cpu: "4", memory: "16Gi", pods: "110", "ephemeral-storage": "100Gi" },
} as const;

const PROCFILE = `web: gunicorn index:server
worker: celery -A tasks worker
beat: celery -A tasks beat
`;
const FILE = join(ROOT, "docs/page.png");

interface Setting {
  readonly cluster: LaneCluster;
  readonly browser: Browser;
  readonly folder: string;
}

/** A real stack on the local cluster with a change that is not applied yet. */
export async function takePicture({ cluster, browser, folder }: Setting): Promise<void> {
  const files = { folder, app: "shop", stack: "staging", procfile: PROCFILE, config: CONFIG };
  await makeProject(cluster, files);
  await mustPulumi(cluster, folder, [...SET_KEY, randomBytes(32).toString("hex")]);
  const file = join(folder, "stacks/Pulumi.staging.yaml");
  // Another stack of which nothing is applied yet.
  await cp(file, join(folder, "stacks/Pulumi.production.yaml"));
  await applyProject(cluster, files, noted("dash-scale: web=2", "ann"));
  await writeFile(file, (await readFile(file, "utf8")).replace("replicas: 2", "replicas: 4"));
  await applyProject(cluster, files, noted("dash-scale: web=4", "ben"));
  const served = await serve(cluster, files);
  await shoot(browser, served.address);
  await served.end();
  cluster.report.say(`Written to ${FILE}`);
}

async function shoot(browser: Browser, address: string): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  const tab = await context.newPage();
  await tab.goto(address);
  await tab.getByText("4 ready", { exact: true }).waitFor();
  await tab.getByRole("button", { name: "Replicas of web: one more" }).click({ clickCount: 2 });
  await tab.getByText(/^Pulumi would change/).waitFor();
  await tab.mouse.move(0, 0);
  await tab.screenshot({ path: FILE });
  await context.close();
}

const SET_KEY = ["config", "set", "--secret", "--path"].concat([
  "--stack",
  "staging",
  "dash-scale:secrets.DASH_SECRET_KEY",
]);

const CONFIG = {
  "dash-scale:processes": { worker: { gracePeriod: 120 } },
  "dash-scale:scale": {
    web: { replicas: 2, workers: 2, memory: "512Mi" },
    worker: { min: 2, max: 8, cpu: 70 },
    beat: 1,
  },
};
