import { describe, expect, it } from "vitest";
import { drifted, isLive } from "../../local/plugins/kubernetes/drift.ts";

const inputs = {
  metadata: { name: "web", labels: { app: "web" } },
  spec: { replicas: 2, cpu: "1000m", args: ["a", "b"] },
};
const live = {
  metadata: { name: "web", labels: { app: "web" }, uid: "1" },
  spec: { replicas: 2, cpu: "1", args: ["a", "b"], strategy: "RollingUpdate" },
};

describe("drift", () => {
  it("is none when only the cluster's own fields and ways of writing differ", () => {
    expect(drifted(inputs, live, live)).toEqual(inputs);
  });

  it("is none for what others added", () => {
    const labelled = {
      ...live,
      metadata: { ...live.metadata, labels: { app: "web", theirs: "1" } },
    };
    const { uid: _uid, ...metadata } = labelled.metadata;
    expect(drifted(inputs, { ...labelled, metadata }, labelled)).toEqual(inputs);
  });

  it("takes over a value that applying would change", () => {
    const scaled = { ...live, spec: { ...live.spec, replicas: 5 } };
    expect(drifted(inputs, live, scaled)).toEqual({
      ...inputs,
      spec: { ...inputs.spec, replicas: 5 },
    });
  });

  it("leaves out a field that someone removed", () => {
    const { labels: _labels, ...metadata } = live.metadata;
    expect(drifted(inputs, live, { ...live, metadata })).toEqual({
      ...inputs,
      metadata: { name: "web" },
    });
  });

  it("takes over a list whose length changed as a whole", () => {
    const longer = { ...live, spec: { ...live.spec, args: ["a", "b", "c"] } };
    expect(drifted(inputs, live, longer)["spec"]).toEqual({
      ...inputs.spec,
      args: ["a", "b", "c"],
    });
  });

  it("leaves out items that others have put behind ours, also where one of ours changed", () => {
    const list = { args: [{ name: "a", value: "1" }] };
    const theirs = { name: "b", value: "2" };
    const applied = { args: [...list.args, theirs] };
    const now = { args: [{ name: "a", value: "x" }, theirs] };
    expect(drifted(list, applied, now)).toEqual({ args: [{ name: "a", value: "x" }] });
  });

  it("takes over one item of a list", () => {
    const changed = { ...live, spec: { ...live.spec, args: ["a", "x"] } };
    expect(drifted(inputs, live, changed)["spec"]).toEqual({ ...inputs.spec, args: ["a", "x"] });
  });
});

describe("whether the inputs are live", () => {
  it.each([
    ["the same and more", { a: 1 }, { a: 1, b: 2 }, true],
    ["a missing field", { a: 1 }, { b: 2 }, false],
    ["zero for nothing", { a: 0 }, {}, false],
    ["written differently", { cpu: "1000m" }, { cpu: "1" }, false],
    ["items that have more", { a: [{ b: 1 }] }, { a: [{ b: 1, c: 2 }] }, true],
    ["another number of items", { a: [1] }, { a: [1, 2] }, false],
    ["nothing there", { a: { b: 1 } }, undefined, false],
  ])("%s", (_, wanted, found, expected) => {
    expect(isLive(wanted, found)).toBe(expected);
  });
});
