import { describe, expect, it } from "vitest";
import { readiness } from "../../local/plugins/kubernetes/wait/readiness.ts";
import type { Surroundings } from "../../local/plugins/kubernetes/wait/readiness.ts";
import {
  conditionReasons,
  grouped,
  podReasons,
} from "../../local/plugins/kubernetes/wait/reasons.ts";
import { heldBy, skipsWaiting, timeoutOf } from "../../local/plugins/kubernetes/wait/wait.ts";
import type { JsonObject } from "../../local/plugins/shared/json.ts";

const NOTHING: Surroundings = { before: undefined, endpointSlices: [], bindingMode: undefined };
const GENERATION = { metadata: { generation: 2 } };

function state(object: JsonObject, around: Partial<Surroundings> = {}): string {
  return readiness(object, { ...NOTHING, ...around }).state;
}

describe("a Deployment", () => {
  const deployment = (replicas: number, status: JsonObject): JsonObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    ...GENERATION,
    spec: { replicas },
    status: { observedGeneration: 2, ...status },
  });
  const counts = (replicas: number, updatedReplicas: number, availableReplicas: number) => ({
    replicas,
    updatedReplicas,
    availableReplicas,
  });
  const stalled = (when: string) => ({
    conditions: [
      {
        type: "Progressing",
        status: "False",
        reason: "ProgressDeadlineExceeded",
        message: "has timed out",
        lastUpdateTime: when,
      },
    ],
  });

  it.each([
    ["all pods are there", 2, counts(2, 2, 2), "ready"],
    ["none are wanted and none there", 0, {}, "ready"],
    ["none are wanted and one is left", 0, counts(1, 1, 1), "pending"],
    ["one is not available", 2, counts(2, 2, 1), "pending"],
    ["one is of the old version", 2, counts(2, 1, 2), "pending"],
    ["an old one is still to stop", 2, counts(3, 2, 3), "pending"],
    ["an old one that no longer answers is still to stop", 2, counts(3, 2, 2), "pending"],
    ["too many of the new version are there", 2, counts(4, 4, 4), "pending"],
    ["its controller has not seen it", 2, { ...counts(2, 2, 2), observedGeneration: 1 }, "pending"],
    ["nothing is known", 1, {}, "pending"],
    ["its deadline is over", 2, { ...counts(2, 2, 1), ...stalled("now") }, "failed"],
    [
      "its deadline was over but all came up",
      2,
      { ...counts(2, 2, 2), ...stalled("now") },
      "ready",
    ],
  ])("when %s", (_, replicas, status, expected) => {
    expect(state(deployment(replicas, status))).toBe(expected);
  });

  it("is not failed by a stall that was there before", () => {
    const status = { ...counts(2, 2, 1), ...stalled("then") };
    const before = deployment(6, status);
    expect(state(deployment(2, status), { before })).toBe("pending");
    const again = { ...counts(2, 2, 1), ...stalled("now") };
    expect(state(deployment(2, again), { before })).toBe("failed");
  });

  it("wants one replica where none are given", () => {
    const { spec: _spec, ...rest } = deployment(1, counts(1, 1, 1));
    expect(state(rest)).toBe("ready");
  });
});

describe("other kinds", () => {
  const of = (apiVersion: string, kind: string, rest: JsonObject): JsonObject => ({
    apiVersion,
    kind,
    ...rest,
  });
  const condition = (type: string, status: string) => ({
    status: { conditions: [{ type, status, reason: "Because", message: "it is so" }] },
  });
  const address = { status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } } };

  it.each<[string, JsonObject, string]>([
    ["a ConfigMap", of("v1", "ConfigMap", {}), "ready"],
    ["a custom resource", of("example.com/v1", "Thing", {}), "ready"],
    ["a new Namespace", of("v1", "Namespace", {}), "pending"],
    ["a Namespace in use", of("v1", "Namespace", { status: { phase: "Active" } }), "ready"],
    ["a Namespace going", of("v1", "Namespace", { status: { phase: "Terminating" } }), "pending"],
    ["a Job that runs", of("batch/v1", "Job", { status: { active: 1 } }), "pending"],
    ["a Job that is done", of("batch/v1", "Job", condition("Complete", "True")), "ready"],
    ["a Job that failed", of("batch/v1", "Job", condition("Failed", "True")), "failed"],
    ["a suspended Job", of("batch/v1", "Job", { spec: { suspend: true } }), "ready"],
    ["a Pod that is ready", of("v1", "Pod", condition("Ready", "True")), "ready"],
    ["a Pod that is not", of("v1", "Pod", condition("Ready", "False")), "pending"],
    ["a Pod that failed", of("v1", "Pod", { status: { phase: "Failed" } }), "failed"],
    ["a Pod that is done", of("v1", "Pod", { status: { phase: "Succeeded" } }), "ready"],
    ["a plain Service", of("v1", "Service", { spec: { selector: { a: "b" } } }), "ready"],
    ["an LB without address", of("v1", "Service", { spec: { type: "LoadBalancer" } }), "pending"],
    [
      "an LB with one",
      of("v1", "Service", { spec: { type: "LoadBalancer" }, ...address }),
      "ready",
    ],
    ["an Ingress without address", of("networking.k8s.io/v1", "Ingress", {}), "pending"],
    ["an Ingress with one", of("networking.k8s.io/v1", "Ingress", address), "ready"],
    ["a bound claim", of("v1", "PersistentVolumeClaim", { status: { phase: "Bound" } }), "ready"],
    ["a pending claim", of("v1", "PersistentVolumeClaim", {}), "pending"],
    [
      "a StatefulSet that rolls",
      of("apps/v1", "StatefulSet", {
        spec: { replicas: 1 },
        status: { readyReplicas: 1, replicas: 1, currentRevision: "a", updateRevision: "b" },
      }),
      "pending",
    ],
    [
      "a DaemonSet with all its pods",
      of("apps/v1", "DaemonSet", {
        status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 },
      }),
      "ready",
    ],
    [
      "a quota that is not counted yet",
      of("v1", "ResourceQuota", { spec: { hard: { pods: "1" } } }),
      "pending",
    ],
  ])("%s", (_, object, expected) => {
    expect(state(object)).toBe(expected);
  });

  it("waits for a Service's pods that are not ready, but not for those that go", () => {
    const service = of("v1", "Service", { spec: { selector: { a: "b" } } });
    const slice = (conditions: JsonObject): JsonObject => ({ endpoints: [{ conditions }] });
    expect(state(service, { endpointSlices: [slice({ ready: false })] })).toBe("pending");
    const going = slice({ ready: false, terminating: true });
    expect(state(service, { endpointSlices: [going] })).toBe("ready");
    expect(state(service, { endpointSlices: [slice({ ready: true })] })).toBe("ready");
  });

  it("does not wait for a claim that waits for its first pod", () => {
    const claim = of("v1", "PersistentVolumeClaim", { status: { phase: "Pending" } });
    expect(state(claim, { bindingMode: "WaitForFirstConsumer" })).toBe("ready");
    expect(state(claim, { bindingMode: "Immediate" })).toBe("pending");
  });
});

describe("the reasons for a pod", () => {
  it("are the scheduler's when it found no node", () => {
    const conditions = [
      { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/4 nodes" },
      { type: "Ready", status: "False", reason: "X", message: "not shown" },
    ];
    expect(podReasons({ status: { conditions } })).toEqual(["[Unschedulable] 0/4 nodes"]);
  });

  it("are those of its containers, with how often and how they ended", () => {
    const containerStatuses = [
      {
        name: "web",
        restartCount: 3,
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } },
        lastState: { terminated: { exitCode: 1 } },
      },
      { name: "sidecar", restartCount: 0, state: { waiting: { reason: "ContainerCreating" } } },
    ];
    expect(podReasons({ status: { containerStatuses } })).toEqual([
      "[CrashLoopBackOff] container web: back-off, exit code 1, 3 restarts",
    ]);
  });

  it("are its condition's where nothing else is known", () => {
    const conditions = [{ type: "Ready", status: "False", reason: "Why", message: "because" }];
    expect(podReasons({ status: { conditions } })).toEqual(["[Why] because"]);
  });

  it("are told once for many pods", () => {
    const found = [
      { why: "[Unschedulable] no node", pod: "a" },
      { why: "[FailedScheduling] no node", pod: "a" },
      { why: "[Unschedulable] no node", pod: "b" },
      { why: "[BackOff] other", pod: "c" },
    ];
    expect(grouped(found)).toEqual([
      "2 pods, as a: [Unschedulable] no node",
      "pod c: [BackOff] other",
    ]);
  });
});

describe("the reasons for a controller", () => {
  it("are its bad conditions, whichever way round they say it", () => {
    const conditions = [
      { type: "Available", status: "False", reason: "Few", message: "too few" },
      { type: "Progressing", status: "True", reason: "Fine", message: "not shown" },
      { type: "ReplicaFailure", status: "True", reason: "Quota", message: "exceeded" },
    ];
    const expected = ["[Few] too few", "[Quota] exceeded"];
    expect(conditionReasons({ status: { conditions } })).toEqual(expected);
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
