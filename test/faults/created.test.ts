import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { suiteEnvironment } from "../e2e/suite.ts";
import { Bench } from "./bench.ts";
import { kill, PROVIDER } from "./processes.ts";
import { changes } from "./proxy.ts";

/** Lets one `up` take over what is there under the names of what it creates. */
const ADOPT = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };

describe("in the first up of a stack, with a Deployment created that nobody has been told of,", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.create(await suiteEnvironment(inject("place")), {
      name: "created",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      scale: { web: 1, worker: 1 },
    });
  });
  afterEach(() => bench.remove());

  test("the engine is killed: docs/reliability.md, After a killed engine", async () => {
    const { project, proxy } = bench;
    const held = proxy.hold("answer", changes("created-worker"));
    const up = project.begin();
    await bench.reached(held, up);
    up.kill("SIGKILL");
    await up.ended;
    await project.mustPulumi("cancel", "--yes");
    const before = await bench.standing();
    expect(before.pending).toEqual(["creating Deployment created-worker"]);

    const refused = await project.up();
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain("interrupted while creating");
    expect(refused.output).toContain("exists");

    await project.mustUpWith(ADOPT);
    await project.mustPulumi("refresh", "--yes", "--clear-pending-creates");
    await bench.mustHaveConverged();
    // It is the one of before: none was made beside it or in its place.
    expect((await bench.standing()).cluster).toEqual(expect.arrayContaining([...before.cluster]));
  });

  test("the provider is killed: the same, with nothing pending", async () => {
    const { project, proxy } = bench;
    const held = proxy.hold("answer", changes("created-worker"));
    const up = project.begin();
    await bench.reached(held, up);
    await kill(up.pid, PROVIDER);
    expect((await up.ended).status).not.toBe(0);
    const before = await bench.standing();
    expect(before).toMatchObject({ pending: [], locks: [] });

    const refused = await project.up();
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain("exists");

    await project.mustUpWith(ADOPT);
    await bench.mustHaveConverged();
    expect((await bench.standing()).cluster).toEqual(expect.arrayContaining([...before.cluster]));
  });
});
