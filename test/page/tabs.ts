import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { ROOT } from "../../infra/root.ts";
import { apiServer } from "../support/api-server.ts";
import { findBrowser, NO_BROWSER } from "../../bench/page/browser.ts";
import { FakeCluster, PageProject } from "./fixture.ts";
import type { Served } from "./fixture.ts";

/** A machine that is busy with other work is no reason to fail. */
export const PATIENCE = { timeout: 60_000 };

/** What a test of the page has: a browser, and a project and a cluster of its own. */
export interface Stage {
  readonly project: PageProject;
  readonly cluster: FakeCluster;
  /** Ends with the test. */
  readonly newTab: (options?: BrowserContextOptions) => Promise<Page>;
  /** A tab with the page in it. */
  readonly openTab: (served: Served, options?: BrowserContextOptions) => Promise<Page>;
  /** The same of a page that is started for it. */
  readonly fresh: (...flags: string[]) => Promise<Page>;
}

/** Sets the tests of a file up; `begin` gets what each one has. */
export function withStage(begin: (stage: Stage) => Promise<void> | void): void {
  vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
  const program = findBrowser();
  if (program === undefined && process.env["CI"] !== undefined) throw new Error(NO_BROWSER);
  let browser: Browser;
  let project: PageProject;
  const tabs: Page[] = [];
  beforeAll(async () => {
    if (program !== undefined) browser = await chromium.launch({ executablePath: program });
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async (context) => {
    context.skip(program === undefined, NO_BROWSER);
    project = await PageProject.create();
    const cluster = new FakeCluster();
    const { kubeconfig } = await apiServer(cluster.answer);
    await project.useCluster(kubeconfig);
    await begin({ project, cluster, ...tabsOf(browser, project, tabs) });
  });
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.context().close();
    await project?.remove();
  });
}

function tabsOf(
  browser: Browser,
  project: PageProject,
  tabs: Page[],
): Pick<Stage, "newTab" | "openTab" | "fresh"> {
  const newTab = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    const tab = await context.newPage();
    tabs.push(tab);
    tab.setDefaultTimeout(PATIENCE.timeout);
    return tab;
  };
  const openTab = async ({ address }: Served, options: BrowserContextOptions = {}) => {
    const tab = await newTab(options);
    await tab.goto(address);
    await replicas(tab).waitFor();
    return tab;
  };
  const fresh = async (...flags: string[]) => openTab(await project.serve(...flags));
  return { newTab, openTab, fresh };
}

export const replicas = (tab: Page, type = "web") =>
  tab.getByRole("spinbutton", { name: `Replicas of ${type}` });
export const apply = (tab: Page) => tab.getByRole("button", { name: "Apply", exact: true });
export const heading = (tab: Page, name: string | RegExp) => tab.getByRole("heading", { name });
/** Pulumi has looked at the change, so that it may be applied. */
export const checked = (tab: Page) =>
  tab.getByText("Pulumi would change 1 object, and nothing else.").waitFor();

const SHOTS = join(ROOT, "test/page/shots");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Nothing that axe finds, in light and dark; and a picture of each to look at. */
export async function isAccessible(tab: Page, name: string): Promise<void> {
  await mkdir(SHOTS, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    await tab.emulateMedia({ colorScheme });
    await tab.screenshot({ path: join(SHOTS, `${name}-${colorScheme}.png`), fullPage: true });
    const found: unknown = await tab.evaluate(
      `${axe}; axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))`,
    );
    expect(found, `${name}, ${colorScheme}`).toEqual([]);
  }
}
