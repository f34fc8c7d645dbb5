import { describe, expect, it } from "vitest";
import { readiness } from "../../local/plugins/kubernetes/wait/readiness.ts";
import type { Surroundings } from "../../local/plugins/kubernetes/wait/readiness.ts";
import { conditionReasons, podReasons } from "../../local/plugins/kubernetes/wait/reasons.ts";
import type { JsonObject } from "../../local/plugins/shared/json.ts";

const NOTHING: Surroundings = { before: undefined, endpointSlices: [], bindingMode: undefined };

function state(object: JsonObject, around: Partial<Surroundings> = {}): string {
  return readiness(object, { ...NOTHING, ...around }).state;
}

describe("a Deployment", () => {
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    message: "it is so",
  });
  const AVAILABLE = condition("Available", "True", "MinimumReplicasAvailable");
  const COMPLETE = condition("Progressing", "True", "NewReplicaSetAvailable");
  const ROLLING = condition("Progressing", "True", "ReplicaSetUpdated");
  const STALLED = condition("Progressing", "False", "ProgressDeadlineExceeded");
  const deployment = (
    replicas: number,
    readyReplicas: number,
    conditions: JsonObject[],
    revision = "2",
  ): JsonObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { annotations: { "deployment.kubernetes.io/revision": revision } },
    spec: { replicas },
    status: { readyReplicas, conditions },
  });

  it.each<[string, JsonObject, string]>([
    ["all pods are there", deployment(2, 2, [AVAILABLE, COMPLETE]), "ready"],
    ["none are wanted", deployment(0, 0, [AVAILABLE, COMPLETE]), "ready"],
    ["it is the first version", deployment(2, 2, [AVAILABLE, ROLLING], "1"), "ready"],
    ["it rolls", deployment(2, 2, [AVAILABLE, ROLLING]), "pending"],
    ["one pod is not ready", deployment(2, 1, [AVAILABLE, COMPLETE]), "pending"],
    ["too few are available", deployment(2, 2, [COMPLETE]), "pending"],
    ["nothing is known", deployment(1, 0, []), "pending"],
    ["its deadline is over", deployment(2, 1, [AVAILABLE, STALLED]), "pending"],
  ])("when %s", (_, live, expected) => {
    expect(state(live)).toBe(expected);
  });

  it("counts as ready right after a change where it was ready before", () => {
    const before = deployment(1, 1, [AVAILABLE, COMPLETE]);
    const after = deployment(4, 1, [AVAILABLE, COMPLETE]);
    expect(state(after)).toBe("pending");
    expect(state(after, { before })).toBe("ready");
    expect(state(after, { before: deployment(1, 0, [COMPLETE]) })).toBe("pending");
  });

  it("wants one replica where none are given", () => {
    const { spec: _spec, ...rest } = deployment(1, 1, [AVAILABLE, COMPLETE]);
    expect(state(rest)).toBe("ready");
  });
});

describe("other kinds", () => {
  const of = (apiVersion: string, kind: string, rest: JsonObject): JsonObject => ({
    apiVersion,
    kind,
    ...rest,
  });
  const condition = (type: string, status: string, reason = "Because") => ({
    status: { conditions: [{ type, status, reason, message: "it is so" }] },
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
    [
      "a Job that failed too often",
      of("batch/v1", "Job", condition("Failed", "True", "BackoffLimitExceeded")),
      "failed",
    ],
    [
      "a Job that failed otherwise",
      of("batch/v1", "Job", condition("Failed", "True", "PodFailurePolicy")),
      "pending",
    ],
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
  const pod = (conditions: JsonObject[], containerStatuses: JsonObject[] = []): JsonObject => ({
    metadata: { namespace: "shop", name: "web-1" },
    status: { conditions, containerStatuses },
  });
  const SCHEDULED = { type: "PodScheduled", status: "True" };
  const INITIALIZED = { type: "Initialized", status: "True" };
  const UNREADY = {
    type: "Ready",
    status: "False",
    reason: "ContainersNotReady",
    message: "containers with unready status: [web]",
  };

  it("are not the scheduler's", () => {
    const unscheduled = {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message: "0/4 nodes are available",
    };
    expect(podReasons(pod([unscheduled]))).toEqual([]);
  });

  it("are those of its containers", () => {
    const crashing = {
      name: "web",
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } },
      lastState: { terminated: { reason: "Error", exitCode: 1, finishedAt: "then" } },
    };
    const starting = { name: "sidecar", state: { waiting: { reason: "ContainerCreating" } } };
    const found = podReasons(pod([SCHEDULED, INITIALIZED, UNREADY], [crashing, starting]));
    expect(found).toEqual([
      "[Pod shop/web-1]: containers with unready status: [web]\n[CrashLoopBackOff] back-off\n" +
        'container "web" terminated at then (Error: exit code 1)',
    ]);
  });

  it("are none where it is done or runs", () => {
    const succeeded = { ...pod([SCHEDULED, INITIALIZED, UNREADY]) };
    expect(podReasons({ ...succeeded, status: { phase: "Succeeded" } })).toEqual([]);
    expect(podReasons(pod([SCHEDULED, INITIALIZED, { type: "Ready", status: "True" }]))).toEqual(
      [],
    );
  });
});

describe("the reasons for a Deployment", () => {
  it("are that it is not available or does not progress, and not what a quota says", () => {
    const conditions = [
      { type: "Available", status: "False", reason: "Few", message: "too few" },
      { type: "Progressing", status: "True", reason: "Fine", message: "not shown" },
      { type: "ReplicaFailure", status: "True", reason: "Quota", message: "exceeded" },
    ];
    expect(conditionReasons({ kind: "Deployment", status: { conditions } })).toEqual([
      "[Few] too few",
      "Minimum number of live Pods was not attained",
    ]);
    expect(conditionReasons({ kind: "Job", status: { conditions } })).toEqual([]);
  });
});
