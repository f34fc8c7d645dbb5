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
    project = await Project.create(await suiteEnvironment(inject("paths")), {
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
    const { status, output } = await project.destroy("--skip-preview=false");
    expect(status).not.toBe(0);
    expect(output).toContain("cannot be deleted");
    expect(output).toContain("pulumi state unprotect");
    expect(await project.objects("pods")).toEqual(before);
    await project.mustUp("--expect-no-changes");
  });

  test("does not move to another namespace either", async () => {
    await project.change({ app: { ...APP, namespace: `${NAME}-other` } });
    const { status, output } = await project.preview();
    expect(status).not.toBe(0);
    expect(output).toContain("cannot be deleted");
    await project.change({ app: APP });
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

  test("does not lose more than half of a process type unasked, however often it is tried", async () => {
    await project.change({ app: APP, scale: { web: 2, worker: 2 } });
    for (const { status, output } of [
      await project.preview(),
      await project.up(),
      await project.up(),
    ]) {
      expect(status).not.toBe(0);
      expect(output).toContain("1 problem, nothing was changed");
      expect(output).toContain("10 replicas of worker become 2, less than half");
      expect(output).toContain('pulumi config set --path dash-scale:confirm.worker "10 -> 2"');
    }
    expect(await replicas()).toEqual([2, 10]);
  });

  test("does where that very change is confirmed, as the message says; then the confirmation can go", async () => {
    await project.mustPulumi("config", "set", "--path", "dash-scale:confirm.worker", "10 -> 2");
    expect((await project.preview()).output).not.toContain("can go");
    await project.mustUp();
    expect(await replicas()).toEqual([2, 2]);
    const { status, output } = await project.preview("--expect-no-changes");
    expect(status).toBe(0);
    expect(output).toContain(
      "warning: dash-scale:confirm.worker: 10 -> 2 is not what changes now, so it can go",
    );
  });

  test("does not lose a process type that left the Procfile unasked either", async () => {
    const procfile = "web: gunicorn index:server\n";
    const more = { guards: { production: true }, confirm: { worker: "10 -> 2" } };
    await project.change({ procfile, scale: { web: 2 }, more });
    const { status, output } = await project.up();
    expect(status).not.toBe(0);
    expect(output).toContain(
      'got "10 -> 2", which is another change: 2 replicas of worker become 0',
    );
    expect(await replicas()).toEqual([2, 2]);
    await project.change({ more: { ...more, confirm: { worker: "2 -> 0" } } });
    await project.mustUp();
    expect(await replicas()).toEqual([2]);
  });

  test("is free to where its guards say so", async () => {
    const more = { guards: { production: true, scaleDown: "free" } };
    await project.change({ scale: { web: 6 }, more });
    await project.mustUp();
    await project.change({ scale: { web: 2 } });
    const { output } = await project.mustUp();
    expect(output).not.toContain("dash-scale:confirm");
    expect(await replicas()).toEqual([2]);
  });
});
