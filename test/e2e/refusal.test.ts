import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Given } from "./project.ts";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const GOOD = {
  procfile: "web: gunicorn index:server\nrelease: migrate\n",
  app: {},
  scale: { web: 1 },
};

const SLIPS: readonly (readonly [string, Partial<Given>, readonly string[]])[] = [
  [
    "a process type that is not there",
    { scale: { wbe: 2 } },
    ["dash-scale:scale.wbe", 'Did you mean "web"?'],
  ],
  [
    "an unknown key",
    { scale: { web: { replica: 2 } } },
    ["dash-scale:scale.web.replica", "unknown key"],
  ],
  ["negative replicas", { scale: { web: -1 } }, ["dash-scale:scale.web: got -1"]],
  [
    "half a replica",
    { scale: { web: { replicas: 1.5 } } },
    ["dash-scale:scale.web.replicas: got 1.5"],
  ],
  ["replicas in words", { scale: { web: "four" } }, ['dash-scale:scale.web: got "four"']],
  [
    "too many replicas",
    { scale: { web: 101 } },
    ["dash-scale:scale.web: got 101", "dash-scale:app.maxReplicas"],
  ],
  ["release scaled", { scale: { release: 1 } }, ["dash-scale:scale.release"]],
  [
    "no quantity",
    { scale: { web: { memory: "512MB" } } },
    ['dash-scale:scale.web.memory: got "512MB"'],
  ],
  ["a variable that is not free", { app: { env: { PORT: 1 } } }, ["dash-scale:app.env.PORT"]],
  ["a wrong Procfile", { procfile: "web : gunicorn index:server\n" }, ["Procfile:1:4"]],
  [
    "several at once",
    { procfile: "web: gunicorn index:server\noops\n", scale: { web: { replicas: -1, cpu: "x" } } },
    [
      "3 problems, nothing was changed",
      "Procfile:2:5",
      "dash-scale:scale.web.replicas",
      "dash-scale:scale.web.cpu",
    ],
  ],
];

describe("a slip ends before anything changes", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: "refusal",
      ...GOOD,
    });
    await project.mustUp();
  });
  afterAll(() => project.remove());

  test.each(SLIPS)("%s", async (_, slip, told) => {
    const before = { deployments: await project.deployments(), pods: await project.pods("web") };
    await project.change({ ...GOOD, ...slip });
    const { status, output, changes } = await project.up();
    expect(status).not.toBe(0);
    for (const text of told) expect(output).toContain(text);
    expect(output).not.toMatch(/^\s+at .*\.ts:\d+/m);
    expect(changes.filter(({ op }) => op !== "same")).toEqual([]);
    expect({ deployments: await project.deployments(), pods: await project.pods("web") }).toEqual(
      before,
    );
  });

  test("and when it is mended, nothing has changed", async () => {
    await project.change(GOOD);
    const file = await readFile(project.stackFile, "utf8");
    expect(await project.up("--expect-no-changes")).toMatchObject({ status: 0, changes: [] });
    expect(await readFile(project.stackFile, "utf8")).toBe(file);
  });
});
