import { describe, expect, it } from "vitest";
import { forces, takeover, withoutIgnored } from "../../local/plugins/kubernetes/ownership.ts";
import { parsePath } from "../../infra/cluster/property-path.ts";
import type { JsonObject } from "../../local/plugins/shared/json.ts";

const REPLICAS = { "f:spec": { "f:replicas": {} } };
const IMAGE = { "f:spec": { "f:template": {} } };

function entry(manager: string, operation: string, fieldsV1: JsonObject, subresource = "") {
  return { manager, operation, fieldsV1, ...(subresource !== "" && { subresource }) };
}

function live(...managedFields: JsonObject[]): JsonObject {
  return { metadata: { managedFields }, spec: { replicas: 5 } };
}

describe("taking over fields", () => {
  it("makes what we created, and what was edited with kubectl, ours", () => {
    const object = live(
      entry("pulumi-kubernetes", "Update", IMAGE),
      entry("kubectl-edit", "Update", REPLICAS),
      entry("kube-controller-manager", "Update", { "f:status": {} }, "status"),
    );
    const ours = { "f:spec": { "f:template": {}, "f:replicas": {} } };
    expect(takeover(object, "us")).toEqual([
      {
        op: "replace",
        path: "/metadata/managedFields",
        value: [
          entry("kube-controller-manager", "Update", { "f:status": {} }, "status"),
          entry("us", "Apply", ours),
        ],
      },
    ]);
  });

  it("adds to what is ours already", () => {
    const object = live(entry("us", "Apply", IMAGE), entry("kubectl", "Update", REPLICAS));
    const value = [entry("us", "Apply", { "f:spec": { "f:template": {}, "f:replicas": {} } })];
    expect(takeover(object, "us")).toEqual([
      { op: "replace", path: "/metadata/managedFields", value },
    ]);
  });

  it("does nothing where all is ours or another's", () => {
    const scaled = entry("kubectl", "Update", REPLICAS, "scale");
    expect(takeover(live(entry("us", "Apply", IMAGE), scaled), "us")).toEqual([]);
  });
});

describe("force", () => {
  const others = live(entry("us", "Apply", IMAGE), entry("kubectl", "Update", REPLICAS, "scale"));
  const byDefault = { force: false, preview: false };
  const annotated = { metadata: { annotations: { "pulumi.com/patchForce": "true" } } };
  it.each<[string, Parameters<typeof forces>, boolean]>([
    ["not by itself, so that a conflict shows", [{}, others, byDefault], false],
    ["where the object asks for it", [annotated, others, byDefault], true],
    ["where the provider is set so", [{}, others, { force: true, preview: false }], true],
    ["where nobody owns anything", [{}, live(), byDefault], true],
    ["not of what may be there already", [{}, undefined, byDefault], false],
    [
      "of what may be there already, where the object asks",
      [annotated, undefined, byDefault],
      true,
    ],
  ])("%s", (_, given, expected) => {
    expect(forces(...given)).toBe(expected);
  });

  it("is used in a preview for what an update would take over first", () => {
    const created = live(entry("pulumi-kubernetes", "Update", IMAGE));
    expect(forces({}, created, { force: false, preview: true })).toBe(true);
    expect(forces({}, created, { force: false, preview: false })).toBe(false);
  });
});

describe("ignoreChanges", () => {
  const ignored = [parsePath("spec.replicas")];
  const inputs = { spec: { replicas: 2, template: {} } };

  it("leaves a field to whoever owns it", () => {
    const object = live(entry("hpa", "Update", REPLICAS, "scale"));
    expect(withoutIgnored(inputs, object, ignored, "us")).toEqual({ spec: { template: {} } });
  });

  it("keeps the live value of a field that is ours: left out, it would be removed", () => {
    const object = live(entry("us", "Apply", REPLICAS), entry("hpa", "Update", REPLICAS, "scale"));
    const kept = { spec: { replicas: 5, template: {} } };
    expect(withoutIgnored(inputs, object, ignored, "us")).toEqual(kept);
  });
});
