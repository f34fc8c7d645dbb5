import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

describe("more replicas than nodes, each on a node of its own", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: "unready",
      procfile: "web: gunicorn index:server\n",
      app: { progressDeadline: 10 },
      scale: { web: { replicas: 4, spread: "required" } },
    });
  });
  afterAll(() => project.remove());

  test("as many as there are nodes fit", async () => {
    await project.mustUp();
    const pods = await project.pods("web");
    expect(new Set(pods.map(({ node }) => node)).size).toBe(4);
  });

  test("one more is refused before anything is changed", async () => {
    const before = await project.pods("web");
    await project.change({ scale: { web: { replicas: 5, spread: "required" } } });
    const { status, output } = await project.up();
    expect(status).not.toBe(0);
    expect(output).toContain("1 of 5 replicas would stay Pending");
    expect(await project.pods("web")).toEqual(before);
  });

  test("one that finds no room fails with the cluster's reason, and the others run", async () => {
    // More than half of a node's local disk, which no other test asks for.
    await project.change({ scale: { web: { replicas: 5, storage: "60Gi" } } });
    const { status, output } = await project.up();
    expect(status).not.toBe(0);
    // The scheduler's own words.
    expect(output).toMatch(/0\/4 nodes are available: .*Insufficient ephemeral-storage/);
    const ready = (await project.pods("web")).filter((pod) => pod.ready);
    expect(ready.length).toBeGreaterThanOrEqual(4);
  });

  test("and with spread as a preference, two share a node", async () => {
    await project.change({ scale: { web: { replicas: 5, spread: "preferred" } } });
    await project.mustUp();
    const pods = await project.pods("web");
    expect(pods.filter(({ ready }) => ready)).toHaveLength(5);
  });
});
