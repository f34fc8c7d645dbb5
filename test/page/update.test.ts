import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunView } from "../../commands/page/api.ts";
import { RunFolder } from "../../commands/page/server/run-record.ts";
import { FollowedUpdate, startUpdate } from "../../commands/page/server/update.ts";

/** Waits until it may go on, and says then that it is done. */
const PULUMI = `
const { existsSync } = require("node:fs");
const timer = setInterval(() => {
  if (!existsSync("go")) return;
  clearInterval(timer);
  console.log(JSON.stringify({ summaryEvent: { resourceChanges: { update: 1 } } }));
}, 20);
`;
const NEVER = new AbortController().signal;

let folder: string;
let runs: RunFolder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dash-scale-update-"));
  runs = new RunFolder(join(folder, "Pulumi.dev.yaml"), { XDG_STATE_HOME: folder });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A run of which the beginning was seen, and what is seen of it after that. */
async function followed() {
  const tools = { pulumi: process.execPath, kubectl: "", env: process.env, project: folder };
  const order = { stack: "dev", tools, args: ["-e", PULUMI], what: "web=4" };
  const record = await startUpdate(runs, order);
  const { promise: begun, resolve: report } = Promise.withResolvers<RunView>();
  const update = new FollowedUpdate(runs, record, report);
  const ended = update.follow(NEVER);
  await begun;
  return { record, update, ended };
}

test("a run is seen to its end where another page that follows it has removed its files", async () => {
  const { update, ended } = await followed();
  await runs.clear();
  await writeFile(join(folder, "go"), "");
  await ended;
  expect(update.view).toMatchObject({ state: "done", changed: 1 });
});

test("the end of a run removes nothing of the next one", async () => {
  const { record, ended } = await followed();
  const next = { ...record, processStart: "later", what: "web=5" };
  await runs.write(next);
  await writeFile(join(folder, "go"), "");
  await ended;
  expect(await runs.read()).toEqual(next);
});

test("nothing is kept of a run that has ended", async () => {
  const { ended } = await followed();
  await writeFile(join(folder, "go"), "");
  await ended;
  expect(await runs.read()).toBeUndefined();
});
