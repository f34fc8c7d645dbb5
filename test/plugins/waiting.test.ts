import { describe, expect, it } from "vitest";
import { watchedFor } from "../../local/plugins/kubernetes/wait/informers.ts";
import {
  awaitedField,
  isSatisfied,
  refuseUnsupportedWait,
} from "../../local/plugins/kubernetes/wait/wait-for.ts";
import { heldBy, skipsWaiting, timeoutOf } from "../../local/plugins/kubernetes/wait/wait.ts";
import type { JsonObject } from "../../local/plugins/shared/json.ts";

describe("a field that is waited for", () => {
  const waiting = (expression: string): JsonObject => ({
    metadata: { annotations: { "pulumi.com/waitFor": expression } },
  });

  it.each([
    ["jsonpath={.metadata.name}", ["metadata", "name"]],
    ["jsonpath={ $.status.loadBalancer }", ["status", "loadBalancer"]],
    ["", undefined],
  ])("%s", (expression, expected) => {
    expect(awaitedField(waiting(expression))).toEqual(expected);
  });

  it.each([
    "jsonpath={.status.phase}=Running",
    'jsonpath={.status.conditions[?(@.type=="Ready")]}',
    "jsonpath={.items[*].a}",
    "jsonpath=.status.phase",
    "condition=Ready",
    '["jsonpath={.a}"]',
  ])("is not %s, which is refused", (expression) => {
    expect(() => refuseUnsupportedWait(waiting(expression))).toThrow("is not supported");
  });

  it.each<[string, JsonObject, boolean]>([
    ["new", { metadata: { name: "web", generation: 1 } }, true],
    ["seen", { metadata: { name: "web", generation: 2 }, status: { observedGeneration: 2 } }, true],
    [
      "not seen since it changed",
      { metadata: { name: "web", generation: 2 }, status: { observedGeneration: 1 } },
      false,
    ],
    ["without it", { metadata: { generation: 1 } }, false],
  ])("in an object that is %s", (_, live, expected) => {
    expect(isSatisfied(live, ["metadata", "name"])).toBe(expected);
  });
});

describe("what is watched during a wait", () => {
  it.each<[string, string, JsonObject, string[]]>([
    ["apps/v1", "Deployment", {}, ["Deployment", "ReplicaSet", "Pod", "PersistentVolumeClaim"]],
    ["batch/v1", "Job", {}, ["Job", "Pod"]],
    ["v1", "Service", {}, ["Service", "Endpoints"]],
    ["v1", "ConfigMap", {}, []],
    ["v1", "PersistentVolumeClaim", {}, []],
    [
      "apps/v1",
      "Deployment",
      { "pulumi.com/waitFor": "jsonpath={.metadata.name}" },
      ["Deployment"],
    ],
  ])("%s %s %j", (apiVersion, kind, annotations, expected) => {
    const kinds = watchedFor({ apiVersion, kind, metadata: { annotations } });
    expect(kinds.map(([, name]) => name)).toEqual(expected);
  });
});

describe("how long to wait", () => {
  const annotated = { metadata: { annotations: { "pulumi.com/timeoutSeconds": "30" } } };
  it.each<[string, number, JsonObject, number]>([
    ["ten minutes", 0, {}, 600],
    ["the resource's timeout", 20, annotated, 20],
    ["its annotation", 0, annotated, 30],
    [
      "not what is no number",
      0,
      { metadata: { annotations: { "pulumi.com/timeoutSeconds": "x" } } },
      600,
    ],
  ])("%s", (_, custom, inputs, expected) => {
    expect(timeoutOf(custom, inputs)).toBe(expected);
  });

  it("is not at all where the resource says so", () => {
    const skip = (value: string) => ({
      metadata: { annotations: { "pulumi.com/skipAwait": value } },
    });
    expect(skipsWaiting(skip("true"))).toBe(true);
    expect(skipsWaiting(skip("false"))).toBe(false);
    expect(skipsWaiting({})).toBe(false);
  });
});

describe("what holds a deleted object", () => {
  it("is its finalizers, and what a namespace says is left in it", () => {
    const conditions = [
      { type: "NamespaceContentRemaining", status: "True", message: "pods. has 1 resource" },
      { type: "NamespaceDeletionDiscoveryFailure", status: "False", message: "fine" },
    ];
    const namespace = {
      kind: "Namespace",
      spec: { finalizers: ["kubernetes"] },
      status: { conditions },
    };
    expect(heldBy(namespace)).toBe(" (finalizers: kubernetes; pods. has 1 resource)");
    expect(heldBy({ kind: "Pod", metadata: {} })).toBe("");
  });
});
