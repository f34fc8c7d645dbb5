import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ownerOf } from "../../commands/drift/owner.ts";
import { parsePath } from "../../infra/cluster/property-path.ts";
import type { Json, JsonObject } from "../../local/plugins/shared/json.ts";

function managed(...managedFields: JsonObject[]): JsonObject {
  return { metadata: { managedFields }, spec: { replicas: 5, args: ["a", "b"] } };
}
const REPLICAS = { "f:spec": { "f:replicas": {} } };
const by = (manager: string, fieldsV1: JsonObject, more: JsonObject = {}) => ({
  manager,
  operation: "Update",
  fieldsV1,
  ...more,
});

describe("in a real cluster", async () => {
  const text = await readFile(join(import.meta.dirname, "fixtures/live.json"), "utf8");
  const [web, service]: Json[] = JSON.parse(text);
  const us = "pulumi-kubernetes-fcfb8751";
  test.each([
    ["spec.replicas", "kubectl scale"],
    ["spec.template.spec.containers[0].image", "kubectl-set"],
    ["spec.template.spec.containers[0].env[2].value", "kubectl-set"],
    ["spec.template.spec.containers[0].resources.limits.memory", "kubectl-set"],
    ['spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"]', "kubectl-rollout"],
    ["spec.template.spec.containers[0].command[0]", undefined],
    ["spec.template.spec.containers[0].env[1].value", undefined],
  ])("%s is of %s", (path, expected) => {
    expect(ownerOf(web ?? null, parsePath(path), us)?.by).toBe(expected);
  });
  test("a port of a Service, by its number", () => {
    expect(ownerOf(service ?? null, parsePath("spec.ports[0].port"), us)).toEqual({
      by: "kubectl-patch",
      at: expect.stringMatching(/^2026-11-25T01:5\d:\d\dZ$/),
    });
  });
});

describe("the owner of a field", () => {
  const replicas = ["spec", "replicas"];
  test("is not Pulumi, under the name of the creation or one of its own", () => {
    const object = managed(
      by("pulumi-kubernetes", REPLICAS),
      by("pulumi-kubernetes-1a2b", REPLICAS),
    );
    expect(ownerOf(object, replicas, "pulumi-kubernetes-1a2b")).toBeUndefined();
    // Another stack is somebody else.
    expect(ownerOf(object, replicas, "us")?.by).toBe("pulumi-kubernetes-1a2b");
  });
  test("of two is the last", () => {
    const old = by("somebody", REPLICAS, { time: "2026-01-01T00:00:00Z" });
    const last = by("kubectl-edit", REPLICAS, { time: "2026-01-02T00:00:00Z" });
    for (const entries of [
      [old, last],
      [last, old],
    ]) {
      expect(ownerOf(managed(...entries), replicas, "us")?.by).toBe("kubectl-edit");
    }
  });
  test("is the one who names it before the one who names what it is in", () => {
    const all = by("operator", { "f:spec": {} }, { time: "2026-01-02T00:00:00Z" });
    const one = by("kubectl-edit", REPLICAS, { time: "2026-01-01T00:00:00Z" });
    expect(ownerOf(managed(all, one), replicas, "us")?.by).toBe("kubectl-edit");
    expect(ownerOf(managed(all), replicas, "us")?.by).toBe("operator");
  });
  test("of an item in a list that is a set, by its value; in one that is not, of all of it", () => {
    const set = by("a", { "f:spec": { "f:args": { 'v:"b"': {} } } });
    expect(ownerOf(managed(set), ["spec", "args", 1], "us")?.by).toBe("a");
    expect(ownerOf(managed(set), ["spec", "args", 0], "us")).toBeUndefined();
    const whole = by("b", { "f:spec": { "f:args": {} } });
    expect(ownerOf(managed(whole), ["spec", "args", 0], "us")?.by).toBe("b");
  });
  test("is nobody where nothing is noted", () => {
    expect(ownerOf({}, replicas, "us")).toBeUndefined();
    expect(ownerOf(managed(by("a", { "f:status": {} })), replicas, "us")).toBeUndefined();
  });
});
