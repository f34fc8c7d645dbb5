import { writeFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { apply, heading, isAccessible, PATIENCE, replicas, withStage } from "./tabs.ts";
import type { Stage } from "./tabs.ts";

let project: Stage["project"];
let fresh: Stage["fresh"];
withStage((stage) => {
  ({ project, fresh } = stage);
});

const PROCFILE = `web: gunicorn index:server --workers 1
api: uvicorn api:app
worker: celery -A tasks worker
beat: celery -A tasks beat
nightly: python report.py
`;
const SCALE = `  dash-scale:processes:
    nightly: { schedule: 0 3 * * *, timezone: Europe/Berlin }
  dash-scale:scale:
    web: 2
    api: { min: 2, max: 6, cpu: 70 }
    worker: { min: 0, max: 20, queue: { redis: "redis.redis:6379", list: celery } }
`;
beforeEach(async () => {
  await writeFile(project.procfile, PROCFILE);
  await project.replace("  dash-scale:scale:\n    web: 2\n", SCALE);
  await project.says("preview.json", JSON.stringify({ steps: [], diagnostics: [] }));
});

const card = (tab: Page, type: string) => tab.getByRole("article", { name: type });
const fewest = (tab: Page, type: string) =>
  tab.getByRole("spinbutton", { name: `Fewest replicas of ${type}` });
const most = (tab: Page, type: string) =>
  tab.getByRole("spinbutton", { name: `Most replicas of ${type}` });
const button = (tab: Page, name: string) => tab.getByRole("button", { name });
const lines = (tab: Page) =>
  tab.getByRole("region", { name: "Changed lines of the stack file" }).locator("ins");

/** Applies what is staged, and waits until it is done. */
async function applied(tab: Page): Promise<string> {
  await apply(tab).click();
  await heading(tab, "Applying").waitFor();
  await project.says("go", "");
  await heading(tab, /^Applied in/).waitFor();
  return project.text();
}

test("each process type says what chooses when how many run", async () => {
  const tab = await fresh();
  await card(tab, "api").getByText("CPU 70 %", { exact: true }).waitFor();
  await card(tab, "worker").getByText("10 in celery", { exact: true }).waitFor();
  await card(tab, "nightly").getByText("0 3 * * *, Europe/Berlin", { exact: true }).waitFor();
  await card(tab, "nightly").getByText("by the clock", { exact: true }).waitFor();
  await card(tab, "beat").getByText("at most one", { exact: true }).waitFor();
  expect(await fewest(tab, "worker").inputValue()).toBe("0");
  expect(await most(tab, "worker").inputValue()).toBe("20");
  await isAccessible(tab, "types");
});

test("an autoscaled one changes by min and max, which do not get past each other", async () => {
  const tab = await fresh();
  await most(tab, "api").fill("3");
  await button(tab, "Fewest replicas of api: one more").click();
  await lines(tab).getByText("api: { min: 3, max: 3, cpu: 70 }").waitFor();
  expect(await button(tab, "Fewest replicas of api: one more").isDisabled()).toBe(true);
  expect(await button(tab, "Most replicas of api: one less").isDisabled()).toBe(true);
  await tab.getByText("at least, was 2").waitFor();
  await tab.getByRole("columnheader", { name: "at most" }).waitFor();
  await expect.poll(() => apply(tab).isEnabled(), PATIENCE).toBe(true);
  expect(await applied(tab)).toContain("api: { min: 3, max: 3, cpu: 70 }");
});

test("an autoscaled one has 0 replicas at the least only where something else than its pods wakes it", async () => {
  const tab = await fresh();
  await fewest(tab, "api").fill("1");
  expect(await button(tab, "Fewest replicas of api: one less").isDisabled()).toBe(true);
  await fewest(tab, "api").fill("0");
  await tab.getByText("only a queue, a schedule or concurrency scales to 0").waitFor();
  expect(await apply(tab).isDisabled()).toBe(true);
  await fewest(tab, "api").fill("7");
  await tab.getByText("got 6, which is less than min, 7").waitFor();
  await fewest(tab, "api").fill("2");
  await apply(tab).waitFor({ state: "detached" });
});

test("a CPU of an autoscaled one is a size, and what it aims at stays", async () => {
  const tab = await fresh();
  await card(tab, "api").getByText("Each:").click();
  await tab.getByRole("textbox", { name: "CPU of api" }).fill("1");
  await lines(tab).getByText("api: { min: 2, max: 6, cpu: 1000m, target: { cpu: 70 } }").waitFor();
  await tab.getByRole("textbox", { name: "CPU of api" }).fill("250m");
  await tab.getByRole("textbox", { name: "Memory of api" }).fill("80");
  await tab.getByText("expected bytes as a Kubernetes quantity").waitFor();
});

test("one that runs by the clock is suspended, and runs again", async () => {
  const tab = await fresh();
  await replicas(tab, "nightly").fill("2");
  await tab.getByText("1 to have it run, 0 to suspend it").waitFor();
  await replicas(tab, "nightly").fill("1");
  await button(tab, "Replicas of nightly: one less").click();
  await card(tab, "nightly").getByText("suspended, was 1").waitFor();
  await lines(tab).getByText("nightly: 0").waitFor();
  await expect.poll(() => apply(tab).isEnabled(), PATIENCE).toBe(true);
  expect(await applied(tab)).toContain("nightly: 0");
  await card(tab, "nightly").getByText("0 3 * * *, Europe/Berlin (suspended)").waitFor();
  await button(tab, "Replicas of nightly: one more").click();
  await card(tab, "nightly").getByText("by the clock, was 0").waitFor();
});

test("of a scheduler there is one or none", async () => {
  const tab = await fresh();
  expect(await button(tab, "Replicas of beat: one more").isDisabled()).toBe(true);
  await replicas(tab, "beat").fill("2");
  await tab.getByText("each replica of a scheduler runs every job").waitFor();
  expect(await apply(tab).isDisabled()).toBe(true);
  await button(tab, "Replicas of beat: one less").click();
  await button(tab, "Replicas of beat: one less").click();
  await lines(tab).getByText("beat: 0").waitFor();
  await card(tab, "beat").getByText("at most one, was 1").waitFor();
});

test("side by side has all of them, too", async () => {
  const tab = await fresh();
  await button(tab, "Side by side").click();
  await tab.getByRole("spinbutton", { name: "Fewest replicas of api in dev" }).waitFor();
  await isAccessible(tab, "types-side-by-side");
});
