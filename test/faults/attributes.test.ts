import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { stateIn } from "../../local/environment.ts";
import { Project } from "../e2e/project.ts";
import { suiteEnvironment } from "../e2e/suite.ts";
import { withVariables } from "./bench.ts";

const STACKS = ".pulumi/stacks/e2e-attributes";

describe("an engine is killed while it writes the attributes of its state", () => {
  let state: string;
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), "dash-scale-state-"));
  });
  afterEach(() => rm(state, { recursive: true, force: true }));

  const projectIn = async (backend: string) =>
    Project.create(
      withVariables(await suiteEnvironment(inject("paths")), { PULUMI_BACKEND_URL: backend }),
      { name: "attributes", procfile: "web: gunicorn index:server\n" },
    );

  test("in a folder: the state is read again without them", async () => {
    const project = await projectIn(`file://${state}`);
    const attributes = join(state, STACKS, "test.json.attrs");
    await truncate(attributes);
    const { status, stderr } = await project.pulumi("stack", "export");
    expect(status).not.toBe(0);
    expect(stderr).toContain("failed to load checkpoint: EOF");
    await rm(attributes);
    expect(JSON.parse(await project.state())).toHaveProperty("deployment");
    await project.remove();
  });

  test("cannot be where there are none", async () => {
    const project = await projectIn(stateIn(state));
    const files = await readdir(state, { recursive: true });
    expect(files).toContain(`${STACKS}/test.json`);
    expect(files.filter((name) => name.endsWith(".attrs"))).toEqual([]);
    await project.remove();
  });
});
