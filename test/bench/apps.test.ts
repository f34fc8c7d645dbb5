import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { APPS } from "../../bench/apps/catalogue.ts";
import type { LoadResult } from "../../bench/apps/client.ts";
import { endings, eventOf } from "../../bench/apps/endings.ts";
import { APPS_FOLDER } from "../../bench/apps/images.ts";
import { saidIn } from "../../bench/apps/said.ts";
import { verdict, type Facts } from "../../bench/apps/verdict.ts";
import { pinnedVersions } from "../../bench/nodes/layers.ts";

const LOAD: LoadResult = {
  requests: 100,
  again: 0,
  failed: 0,
  failures: {},
  milliseconds: { median: 5, worst: 9 },
};
const LOST: LoadResult = { ...LOAD, failed: 1, failures: { "status 502, new connection": 1 } };
const FINE: Facts = {
  said: [],
  failure: undefined,
  readySeconds: 20,
  undone: [],
  load: LOAD,
  endings: [{ component: "web", seconds: 6.5, grace: 45 }],
  mebibytes: 60,
};

describe("the verdict on an app", () => {
  it.each([
    ["is good when nothing was amiss", {}, undefined, "works"],
    ["is bad when it is not deployed", { failure: "no" }, undefined, "fails"],
    ["is bad when it never answers", { readySeconds: undefined }, undefined, "fails"],
    ["is bad when it is ready too late", { readySeconds: 121 }, undefined, "fails"],
    ["is bad when a task is not done", { undone: ["task (status 500)"] }, undefined, "fails"],
    ["is bad when something else was said", { failure: "no", said: ["dear"] }, /read/, "fails"],
    ["is as said when that was said", { failure: "no", said: ["read-only"] }, /read/, "as said"],
  ] as const)("%s", (_, facts, cannot, kind) => {
    expect(verdict({ ...FINE, ...facts }, cannot).kind).toBe(kind);
  });

  it("is bad when one request failed, and says how many", () => {
    const why = ["1 requests failed (status 502, new connection)"];
    expect(verdict({ ...FINE, load: LOST })).toEqual({ kind: "fails", why });
  });

  it("is bad when no pod was seen to end, since nothing is known of it then", () => {
    expect(verdict({ ...FINE, endings: [] }).kind).toBe("fails");
  });

  it("is as said only where the preview spoke of SIGTERM, when a pod has to be killed", () => {
    const killed = { ...FINE, endings: [{ component: "web", seconds: 45.2, grace: 45 }] };
    const why = ["web is killed at its end"];
    expect(verdict(killed)).toEqual({ kind: "fails", why });
    const said = ["Procfile:1:6: it keeps SIGTERM for itself"];
    expect(verdict({ ...killed, said })).toEqual({ kind: "as said", why });
    // What was said of the end says nothing of the beginning, nor of other answers.
    expect(verdict({ ...killed, said, failure: "no" }).kind).toBe("fails");
    const cutOff = { ...LOST, failures: { "ECONNRESET, kept connection": 1 } };
    expect(verdict({ ...killed, said, load: cutOff }).kind).toBe("as said");
    expect(verdict({ ...killed, said, load: LOST }).kind).toBe("fails");
  });
});

it("counts from when a pod's end was announced until the pod is gone", () => {
  const lines = [
    "ADDED|shop-web-1|web|",
    "MODIFIED|shop-web-1|web|45",
    "MODIFIED|shop-web-2|web|45",
    "MODIFIED|shop-web-1|web|0",
    "DELETED|shop-web-1|web|0",
  ];
  const events = lines.map((line, index) => eventOf(line, index * 2));
  expect(endings(events)).toEqual([{ component: "web", seconds: 6, grace: 45 }]);
});

it("reads each warning, error and note of a preview once", () => {
  const output = `Diagnostics:
  dash-scale:index:App (shop):
    warning: Procfile:1:6: is not a Dash app

    warning: Procfile:1:6: is not a Dash app
  pulumi:pulumi:Stack (dash-scale-bench):
    error: 1 problem; nothing was changed

    dash-scale:scale: worker runs as one replica
    web   1   500m
Resources:
    + 12 to create
`;
  expect(saidIn(output)).toEqual([
    "Procfile:1:6: is not a Dash app",
    "1 problem; nothing was changed",
    "dash-scale:scale: worker runs as one replica",
  ]);
});

describe("the catalogue", () => {
  it("has a name for each row", () => {
    expect(new Set(APPS.map(({ name }) => name)).size).toBe(APPS.length);
  });

  it.each(APPS)("has a Procfile with web for $name", ({ folder, procfile = "Procfile" }) => {
    expect(readFileSync(join(APPS_FOLDER, folder, procfile), "utf8")).toMatch(/^web: \S/m);
  });
});

it("takes the versions from pinned requirements, with extras or without", () => {
  expect(pinnedVersions("dash[fastapi]==4.4.1\nuvicorn==0.54.0\n# dash==1\nflask>=3\n")).toEqual({
    dash: "4.4.1",
    uvicorn: "0.54.0",
  });
});
