import { describe, expect, it } from "vitest";
import { changes, notIgnored } from "../../local/plugins/kubernetes/changes.ts";
import { difference } from "../../local/plugins/kubernetes/diff.ts";
import { contains, formatPath, parsePath } from "../../infra/cluster/property-path.ts";
import type { JsonObject } from "../../local/plugins/shared/json.ts";

function diffPaths(before: JsonObject, after: JsonObject): string[] {
  return changes(before, after).map(({ kind, path }) => `${kind} ${formatPath(path)}`);
}

describe("changes", () => {
  it.each([
    ["nothing changed, in another order", { a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 }, []],
    ["a value", { spec: { replicas: 2 } }, { spec: { replicas: 4 } }, ["update spec.replicas"]],
    [
      "zero is a value",
      { spec: { replicas: 1 } },
      { spec: { replicas: 0 } },
      ["update spec.replicas"],
    ],
    ["a new object is one addition", {}, { spec: { a: { b: 1 } } }, ["add spec"]],
    ["a removed field", { a: { b: 1, c: 2 } }, { a: { c: 2 } }, ["delete a.b"]],
    ["an item of a list", { a: [1, 2] }, { a: [1, 3] }, ["update a[1]"]],
    ["a longer list", { a: [1] }, { a: [1, 2] }, ["add a[1]"]],
    ["a shorter list", { a: [1, 2] }, { a: [1] }, ["delete a[1]"]],
    ["another type", { a: [1] }, { a: { b: 1 } }, ["update a"]],
    ["a key with dots", { "a.b/c": "1" }, { "a.b/c": "2" }, ['update ["a.b/c"]']],
    [
      "several, sorted",
      { metadata: { labels: { z: "1", "x.io/y": "1" } } },
      { metadata: { labels: { z: "2", "x.io/y": "2" } } },
      ['update metadata.labels["x.io/y"]', "update metadata.labels.z"],
    ],
  ])("finds %s", (_, before, after, expected) => {
    expect(diffPaths(before, after)).toEqual(expected);
  });
});

describe("ignoreChanges", () => {
  it.each([
    ["spec.replicas", "spec.replicas", true],
    ["spec", "spec.replicas", true],
    ["spec.replicas", "spec", false],
    ["spec.rep", "spec.replicas", false],
    ["spec.template.spec.containers[*].image", "spec.template.spec.containers[1].image", true],
    ["spec.template.spec.containers[0].image", "spec.template.spec.containers[1].image", false],
    ['metadata.annotations["a.b/c"]', 'metadata.annotations["a.b/c"]', true],
    ["metadata.annotations.*", 'metadata.annotations["a.b/c"]', true],
    ["*", "spec.replicas", true],
  ])("%s holds %s: %s", (outer, inner, expected) => {
    expect(contains(parsePath(outer), parsePath(inner))).toBe(expected);
  });

  it("leaves the other changes", () => {
    const found = changes({ a: 1, b: { c: 1 } }, { a: 2, b: { c: 2 } });
    const left = notIgnored(found, [parsePath("b.c")]);
    expect(left.map(({ path }) => formatPath(path))).toEqual(["a"]);
  });

  it.each(["a[", 'a["b', "a[x]", "a."])("refuses %s, which is no path", (path) => {
    expect(() => parsePath(path)).toThrow("failed to parse property path");
  });

  it.each(["a.b[0].c", 'a["b.c"][2]', '["a\\"b."].c', "metadata.labels.app-name"])(
    "writes %s as it read it",
    (path) => {
      expect(formatPath(parsePath(path))).toBe(path);
    },
  );
});

describe("replacement", () => {
  const name = { name: "web", namespace: "shop" };
  const deployment = (spec: JsonObject, metadata: JsonObject = name): JsonObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec,
  });
  const secret = (key: string, extra: JsonObject = {}): JsonObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: name,
    stringData: { key },
    ...extra,
  });
  const inPlace = { mutability: { secrets: true, configMaps: true } };
  const byDefault = { mutability: { secrets: false, configMaps: false } };

  const replaces = (before: JsonObject, after: JsonObject, session = byDefault) => {
    const found = difference(before, after, [], session);
    return { paths: found.replacing.map(({ path }) => formatPath(path)), first: found.deleteFirst };
  };

  it("is not needed to scale", () => {
    const result = replaces(deployment({ replicas: 2 }), deployment({ replicas: 4 }));
    expect(result).toEqual({ paths: [], first: false });
  });

  it("is needed for another selector, and the old object goes first", () => {
    const before = deployment({ selector: { matchLabels: { app: "a" } } });
    const after = deployment({ selector: { matchLabels: { app: "b" } } });
    expect(replaces(before, after)).toEqual({
      paths: ["spec.selector.matchLabels.app"],
      first: true,
    });
  });

  it("is needed where a whole object with the field comes", () => {
    const { spec: _spec, ...before } = deployment({});
    const after = deployment({ selector: { matchLabels: { app: "b" } } });
    expect(replaces(before, after).paths).toEqual(["spec"]);
  });

  it("is needed for another name, and then the new object comes first", () => {
    const after = deployment({}, { name: "api", namespace: "shop" });
    expect(replaces(deployment({}), after)).toEqual({ paths: ["metadata.name"], first: false });
  });

  it("is needed for a Secret's contents unless the stack says otherwise", () => {
    expect(replaces(secret("1"), secret("2")).paths).toEqual(["stringData.key"]);
    expect(replaces(secret("1"), secret("2"), inPlace).paths).toEqual([]);
  });

  it("is always needed for the contents of an immutable Secret", () => {
    const before = secret("1", { immutable: true });
    const after = secret("2", { immutable: true });
    expect(replaces(before, after, inPlace).paths).toEqual(["stringData.key"]);
  });

  it("creates an autonamed object before it deletes the old one", () => {
    const autonamed = { ...name, annotations: { "pulumi.com/autonamed": "true" } };
    const before = { ...secret("1", { immutable: true }), metadata: autonamed };
    const after = { ...secret("2", { immutable: true }), metadata: autonamed };
    expect(replaces(before, after)).toEqual({ paths: ["stringData.key"], first: false });
  });

  it("is needed for a container's image of a Pod, but not of a Deployment", () => {
    const spec = (image: string) => ({ containers: [{ name: "a", image }] });
    const pod = (image: string): JsonObject => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: name,
      spec: spec(image),
    });
    expect(replaces(pod("a:1"), pod("a:2")).paths).toEqual(["spec.containers[0].image"]);
    const before = deployment({ template: { spec: spec("a:1") } });
    expect(replaces(before, deployment({ template: { spec: spec("a:2") } })).paths).toEqual([]);
  });
});
