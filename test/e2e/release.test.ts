import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const IMAGE = "registry.example.com/shop";
const NO_ROOM = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "no-room", namespace: "release" },
  spec: { hard: { "count/jobs.batch": "100", pods: "2" } },
};

describe("a release phase", () => {
  let project: Project;
  const appOf = (image: string) => ({ app: { image: `${IMAGE}:${image}`, releaseTimeout: 10 } });

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: "release",
      procfile:
        "release: python migrate.py\nweb: gunicorn index:server\nworker: celery -A tasks worker\n",
      ...appOf("1"),
    });
  });
  afterAll(() => project.remove());

  test("is a Job that is done before any process starts", async () => {
    const { order } = await project.mustUp();
    const position = (resource: string) => order.indexOf(resource);
    expect(position("Job release-release")).toBeGreaterThan(-1);
    expect(position("Job release-release")).toBeLessThan(position("Deployment release-worker"));
    expect(position("Deployment release-worker")).toBeLessThan(position("Deployment release-web"));
    expect(
      await project.kubectl(
        "get",
        "job",
        "release-release",
        "--namespace",
        "release",
        "--output",
        "jsonpath={.status.succeeded}",
      ),
    ).toBe("1");
  });

  test("does not run again for a mere change of scale", async () => {
    const before = await project.objects("jobs");
    await project.change({ scale: { web: 1, worker: 2 } });
    await project.mustUp();
    expect(await project.objects("jobs")).toEqual(before);
    await project.change({ scale: { web: 1, worker: 1 } });
    await project.mustUp();
    expect(await project.objects("jobs")).toEqual(before);
  });

  test("runs once for a new image, before the processes get it", async () => {
    const before = await project.objects("jobs");
    await project.change(appOf("2"));
    const { order } = await project.mustUp();
    const after = await project.objects("jobs");
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    expect(order.lastIndexOf("Job release-release")).toBeLessThan(
      order.indexOf("Deployment release-worker"),
    );
    expect((await project.mustUp("--expect-no-changes")).changes).toEqual([]);
    expect(await project.objects("jobs")).toEqual(after);
  });

  test("that fails leaves the processes as they are, with the cluster's reason", async () => {
    await expect.poll(async () => (await project.objects("pods")).length).toBeLessThanOrEqual(3);
    const before = [
      await project.deployments(),
      await project.pods("web"),
      await project.pods("worker"),
    ];
    await project.apply(NO_ROOM);
    await project.change(appOf("3"));
    const { status, output } = await project.up();
    expect(status).not.toBe(0);
    // The Job controller's own words.
    expect(output).toContain("DeadlineExceeded");
    expect([
      await project.deployments(),
      await project.pods("web"),
      await project.pods("worker"),
    ]).toEqual(before);
  });

  test("is tried again by the next up", async () => {
    const failed = await project.objects("jobs");
    await project.kubectl("--namespace", "release", "delete", "resourcequota", "no-room");
    await project.mustUp();
    expect(await project.objects("jobs")).not.toEqual(failed);
    const images = [...(await project.pods("web")), ...(await project.pods("worker"))].map(
      ({ image }) => image,
    );
    expect(new Set(images)).toEqual(new Set([`${IMAGE}:3`]));
  });
});
