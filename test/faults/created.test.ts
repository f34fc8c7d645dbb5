import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { stateIn } from "../../local/environment.ts";
import { recoverFromKilledRun } from "../../local/pulumi/killed-run.ts";
import { reporter } from "../../local/system/progress.ts";
import type { Running } from "../e2e/running.ts";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Bench, withVariables } from "./bench.ts";
import { kill, PROVIDER } from "./processes.ts";
import { changes } from "./proxy.ts";

/** Lets one `up` take over what is there under the names of what it creates. */
const ADOPT = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };

describe("in the first up of a stack, with a Deployment created that nobody has been told of,", () => {
  let bench: Bench;
  /** A state backend of its own. */
  let state: string;

  beforeEach(async () => {
    const environment = await suiteEnvironment(inject("place"));
    state = await mkdtemp(join(tmpdir(), "dash-scale-state-"));
    const own = {
      ...withVariables(environment, { PULUMI_BACKEND_URL: stateIn(state) }),
      place: { ...environment.place, state },
    };
    bench = await Bench.create(own, {
      name: "created",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      scale: { web: 1, worker: 1 },
    });
  });
  afterEach(async () => {
    await bench.remove();
    await rm(state, { recursive: true, force: true });
  });

  /** Starts the up, does that to it, and gives how it went. */
  const disturbed = async (disturb: (up: Running) => unknown) => {
    const held = bench.proxy.hold("answer", changes("created-worker"));
    const up = bench.project.begin();
    await bench.reached(held, up);
    await disturb(up);
    return up.ended;
  };

  test("the engine is killed: docs/operate/reliability.md, After a killed first up", async () => {
    const { project } = bench;
    await disturbed((up) => up.kill("SIGKILL"));
    await project.mustPulumi("cancel", "--yes");
    const before = await bench.standing();
    expect(before.pending).toContain("creating Deployment created-worker");

    const refused = await project.up();
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain("interrupted while creating");
    expect(refused.output).toContain("exists");

    await project.mustUpWith(ADOPT);
    await project.mustPulumi("refresh", "--yes", "--clear-pending-creates");
    expect(await bench.leftovers()).toEqual([]);
    // It is the one of before: none was made beside it or in its place.
    expect((await bench.standing()).cluster).toEqual(expect.arrayContaining([...before.cluster]));
  });

  test("the provider is killed: the same, with nothing pending", async () => {
    const { project } = bench;
    const { status } = await disturbed(({ pid }) => kill(pid, PROVIDER));
    expect(status).not.toBe(0);
    const before = await bench.standing();
    expect(before).toMatchObject({ pending: [], locks: [] });

    const refused = await project.up();
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain("exists");

    await project.mustUpWith(ADOPT);
    expect(await bench.leftovers()).toEqual([]);
    expect((await bench.standing()).cluster).toEqual(expect.arrayContaining([...before.cluster]));
  });

  test("the engine is killed: local up takes over what is there by itself", async () => {
    const { project, environment } = bench;
    await disturbed((up) => up.kill("SIGKILL"));
    const before = await bench.standing();
    expect(before.pending).toContain("creating Deployment created-worker");
    const said: string[] = [];
    const report = { ...reporter(), say: (line: string) => void said.push(line) };
    const here = {
      ...environment,
      pulumi: (args: readonly string[]) => environment.pulumi(args, { cwd: project.folder }),
    };
    const variables = await recoverFromKilledRun(here, "test", report);
    expect(said).toHaveLength(1);
    await project.mustUpWith(variables);
    expect(await bench.leftovers()).toEqual([]);
    expect((await bench.standing()).cluster).toEqual(expect.arrayContaining([...before.cluster]));
    expect(await recoverFromKilledRun(here, "test", report)).toEqual({});
  });
});
