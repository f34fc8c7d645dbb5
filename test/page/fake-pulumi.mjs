#!/usr/bin/env node
// Answers as a real Pulumi has once answered. What it says is in the folder in FAKE_PULUMI; an
// update waits there for the file `go`, so that a test says when it goes on, and no clock does.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const folder = process.env["FAKE_PULUMI"] ?? ".";
const args = process.argv.slice(2);
appendFileSync(join(folder, "asked"), `${args.join(" ")}\n`);
/** @param {string} name @param {string} otherwise */
const said = (name, otherwise) => {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, "utf8") : otherwise;
};
const URN =
  "urn:pulumi:dev::dash-scale::dash-scale:index:App$kubernetes:apps/v1:Deployment::shop-web";
const metadata = {
  op: "update",
  urn: URN,
  type: "kubernetes:apps/v1:Deployment",
  old: { inputs: { env: "canary-in-event" } },
};
/** @param {object} event */
const tell = (event) =>
  process.stdout.write(`${JSON.stringify({ timestamp: Date.now() / 1000, ...event })}\n`);

async function update() {
  const lock = said("lock", "");
  if (lock !== "") {
    process.stderr.write(lock);
    return 255;
  }
  const stopping = new AbortController();
  process.on("SIGINT", () => stopping.abort());
  tell({ preludeEvent: { config: { "dash-scale:app": "canary-in-event" } } });
  tell({ resourcePreEvent: { metadata } });
  tell({
    diagnosticEvent: {
      urn: URN,
      message: "4/6 pods are available\n",
      severity: "info",
      ephemeral: true,
    },
  });
  while (!stopping.signal.aborted && !existsSync(join(folder, "go"))) await sleep(20);
  const failure = stopping.signal.aborted ? "the wait was cancelled" : said("failure", "");
  if (failure !== "") {
    tell({ diagnosticEvent: { urn: URN, message: failure, severity: "error" } });
    tell({ resOpFailedEvent: { metadata, status: 0, steps: 0 } });
  } else tell({ resOutputsEvent: { metadata } });
  tell({ summaryEvent: { resourceChanges: { same: 11, update: 1 } } });
  tell({ cancelEvent: {} });
  return failure === "" ? 0 : 255;
}

const EMPTY = JSON.stringify({ steps: [], diagnostics: [] });
if (args[0] === "up") process.exitCode = await update();
else if (args[0] === "preview") process.stdout.write(said("preview.json", EMPTY));
else if (args[1] === "output") process.stdout.write(said("outputs.json", "{}"));
else if (args[1] === "history") process.stdout.write(said("history.json", "[]"));
