import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const FIRST = "canary-first-value";
const SECOND = "canary-second-value";

describe("a secret", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: "secrets",
      procfile: "web: gunicorn index:server\n",
      scale: { web: 2 },
    });
    await project.setSecret("TOKEN", FIRST);
  });
  afterAll(() => project.remove());

  const secretNames = async () =>
    (await project.kubectl("--namespace", "secrets", "get", "secrets", "--output", "name"))
      .trim()
      .split("\n");

  test("reaches the pods from a Secret", async () => {
    const { output } = await project.mustUp();
    expect(output).not.toContain("canary");
    const [name = ""] = await secretNames();
    const pods = await project.pods("web");
    expect(pods.map(({ secrets }) => `secret/${secrets.join(" ")}`)).toEqual([name, name]);
    const value = await project.kubectl(
      "--namespace",
      "secrets",
      "get",
      name,
      "--output",
      "jsonpath={.data.TOKEN}",
    );
    expect(Buffer.from(value, "base64").toString()).toBe(FIRST);
  });

  test("is nowhere in plain in the state", async () => {
    const state = await project.state();
    expect(state).not.toContain("canary");
    expect(state).not.toContain(Buffer.from(FIRST).toString("base64"));
  });

  test("that stays the same rolls nothing when the app is scaled", async () => {
    const before = await project.pods("web");
    await project.change({ scale: { web: 3 } });
    expect((await project.up()).changes).toEqual([
      { op: "update", resource: "Deployment secrets-web", paths: ["spec.replicas"] },
    ]);
    expect(await project.pods("web")).toEqual(expect.arrayContaining(before));
  });

  test("that changes rolls the pods to a Secret with the new value, and the old one goes", async () => {
    const before = new Set((await project.pods("web")).map(({ uid }) => uid));
    const [old] = await secretNames();
    await project.setSecret("TOKEN", SECOND);
    const { output } = await project.mustUp();
    expect(output).not.toContain("canary");
    const names = await secretNames();
    expect(names).toHaveLength(1);
    expect(names).not.toEqual([old]);
    const pods = await project.pods("web");
    expect(pods).toHaveLength(3);
    expect(pods.filter(({ uid }) => before.has(uid))).toEqual([]);
    expect(pods.every(({ secrets }) => `secret/${secrets.join(" ")}` === names[0])).toBe(true);
  });
});
