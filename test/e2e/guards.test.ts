import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const NAME = "guards";
const DIGEST = `@sha256:${"0123456789abcdef".repeat(4)}`;
const APP = { image: `registry.example.com/shop:1${DIGEST}` };

// One app through its life: each test goes on from where the one before it left off.
describe("a stack for production", () => {
  let project: Project;
  const replicas = async () => (await project.deployments()).map((it) => it.replicas);

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("place")), {
      name: NAME,
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      app: APP,
      scale: { web: 2, worker: 10 },
      more: { guards: { production: true } },
    });
    await project.mustUp();
  });
  afterAll(async () => {
    await project.mustPulumi("state", "unprotect", "--all", "--yes");
    await project.remove();
  });

  test("is not destroyed: its namespace is protected, and nothing else goes either", async () => {
    const before = await project.objects("pods");
    const { status, output } = await project.destroy("--yes");
    expect(status).not.toBe(0);
    expect(output).toContain("cannot be deleted");
    expect(output).toContain("pulumi state unprotect");
    expect(await project.objects("pods")).toEqual(before);
    await project.mustUp("--expect-no-changes");
  });

  test("does not come to less than two replicas of web, nor to an image by tag", async () => {
    await project.change({ app: {}, scale: { web: 1, worker: 10 } });
    for (const { status, output } of [await project.preview(), await project.up()]) {
      expect(status).not.toBe(0);
      expect(output).toContain("2 problems, nothing was changed");
      expect(output).toContain("dash-scale:app.image");
      expect(output).toContain("dash-scale:scale.web.replicas");
    }
    expect(await replicas()).toEqual([2, 10]);
  });
});
