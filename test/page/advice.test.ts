import process from "node:process";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { apiServer } from "../support/api-server.ts";
import { findBrowser, NO_BROWSER } from "../../bench/page/browser.ts";
import { FakeCluster, PageProject, pod } from "./fixture.ts";

/** A machine that is busy with other work is no reason to fail. */
const PATIENCE = { timeout: 60_000 };
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const program = findBrowser();
if (program === undefined && process.env["CI"] !== undefined) throw new Error(NO_BROWSER);

let browser: Browser;
let project: PageProject;
beforeAll(async () => {
  if (program !== undefined) browser = await chromium.launch({ executablePath: program });
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async (context) => {
  context.skip(program === undefined, NO_BROWSER);
  project = await PageProject.create();
});
afterEach(() => project?.remove());

async function openTab(...flags: string[]) {
  const { address } = await project.serve(...flags);
  const tab = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();
  tab.setDefaultTimeout(PATIENCE.timeout);
  await tab.goto(address);
  return tab;
}

/** A cluster in which a pod of `web` was ended for lack of memory, or was not. */
async function cluster(reason: string): Promise<void> {
  const fake = new FakeCluster();
  const terminated = { finishedAt: new Date().toISOString(), reason };
  const restarted = pod("web-a", "node-a");
  const containerStatuses = [{ state: { running: {} }, lastState: { terminated } }];
  fake.pods = [{ ...restarted, status: { ...restarted.status, containerStatuses } }];
  const { kubeconfig } = await apiServer(fake.answer);
  await project.useCluster(kubeconfig);
}

test("advice stands below the process types, and is staged with one click", async () => {
  await cluster("OOMKilled");
  const tab = await openTab();
  const advice = tab.getByRole("region", { name: "Advice" });
  await advice.getByText("1 pod was ended for lack of memory (OOMKilled)").waitFor();
  await advice.getByText("npx dash-scale scale --stack dev web.memory=640Mi").waitFor();
  await advice.getByText("Not seen: what the pods use (the cluster has no metrics").waitFor();
  const stage = advice.getByRole("button", { name: "Stage web.memory=640Mi" });
  await stage.click();
  await tab.getByText("web: { replicas: 2, memory: 640Mi }").waitFor();
  expect(await stage.isDisabled()).toBe(true);
  expect(await project.text()).not.toContain("640Mi");
  await tab.context().close();
});

test("of a crash the command is shown that reads its logs, and there is nothing to stage", async () => {
  await cluster("Completed");
  const tab = await openTab("--read-only");
  const advice = tab.getByRole("region", { name: "Advice" });
  await advice.getByText("kubectl logs web-a --previous --namespace four-callbacks-dev").waitFor();
  expect(await advice.getByRole("button").count()).toBe(0);
  await tab.context().close();
});
