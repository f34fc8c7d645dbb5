import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { findBrowser, NO_BROWSER } from "../../bench/page/browser.ts";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const program = findBrowser();
if (program === undefined && process.env["CI"] !== undefined) throw new Error(NO_BROWSER);

let project: Project;
let browser: Browser | undefined;
let served: ChildProcess | undefined;
let tab: Page;

beforeAll(async () => {
  if (program === undefined) return;
  const environment = await suiteEnvironment(inject("paths"));
  project = await Project.create(environment, {
    name: "clicked",
    procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
    scale: { web: 2 },
  });
  await project.mustUp();
  const args = ["commands/dash-scale.mjs", "page", "--stack", "test"];
  const env = { ...environment.env, XDG_STATE_HOME: join(project.folder, "state") };
  served = spawn(process.execPath, args, { cwd: project.folder, env });
  const address = await addressOf(served);
  browser = await chromium.launch({ executablePath: program });
  tab = await browser.newPage();
  // A machine that is busy with other work is no reason to fail.
  tab.setDefaultTimeout(60_000);
  await tab.goto(address);
});
afterAll(async () => {
  await browser?.close();
  served?.kill("SIGTERM");
  await project?.remove();
});

async function addressOf(child: ChildProcess): Promise<string> {
  let said = "";
  child.stdout?.on("data", (text: Buffer) => (said += text.toString()));
  for (;;) {
    const [address] = /http:\S+#token=\S+/.exec(said) ?? [];
    if (address !== undefined) return address;
    if (child.stdout) await once(child.stdout, "data");
  }
}

test("clicks scale an app: previewed, applied, running on its nodes, in the history, put back", async (context) => {
  context.skip(program === undefined, NO_BROWSER);
  const one = (name: string) => tab.getByRole("button", { name });
  await tab.getByText("2 ready", { exact: true }).waitFor();
  await one("Replicas of web: one more").click({ clickCount: 2 });
  await one("Replicas of worker: one more").click();
  await tab.getByText("Pulumi would change").waitFor();
  expect(await readFile(project.stackFile, "utf8")).toContain("web: 2");
  expect(await project.pods("web")).toHaveLength(2);

  await tab.getByRole("button", { name: "Apply", exact: true }).click();
  await tab.getByRole("heading", { name: /^Applied in/ }).waitFor();
  await tab.getByText("4 ready", { exact: true }).waitFor();
  expect((await project.pods("web")).filter(({ ready }) => ready)).toHaveLength(4);
  expect((await project.pods("worker")).filter(({ ready }) => ready)).toHaveLength(2);
  expect(await readFile(project.stackFile, "utf8")).toContain("web: 4");
  await tab.getByText("web 2 → 4, worker 1 → 2").waitFor();

  await one("Put back").first().click();
  await tab.getByText("Pulumi would change").waitFor();
  await tab.getByRole("button", { name: "Apply", exact: true }).click();
  await expect.poll(() => project.pods("web"), { timeout: 60_000 }).toHaveLength(2);
  await tab.getByRole("heading", { name: /^Applied in/ }).waitFor();
});
