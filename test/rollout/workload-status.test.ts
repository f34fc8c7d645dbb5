import { describe, expect, test } from "vitest";
import type { Workload } from "../../components/rollout.ts";
import type { JsonObject } from "../../infra/cluster/json.ts";
import { workloadStatus } from "../../infra/rollout/workload-status.ts";
import { WEB } from "../support/workload.ts";

const AUTOSCALED: Workload = { ...WEB, minAvailable: 2 };

function deployment(replicas: number, status: JsonObject, generation = 2): JsonObject {
  return { kind: "Deployment", metadata: { generation }, spec: { replicas }, status };
}
const running = (replicas: number, more: JsonObject = {}): JsonObject => ({
  observedGeneration: 2,
  replicas,
  updatedReplicas: replicas,
  readyReplicas: replicas,
  availableReplicas: replicas,
  ...more,
});

describe("a Deployment is done", () => {
  test.each<[string, JsonObject, Workload]>([
    ["when all replicas are of the newest version and available", running(4), WEB],
    ["when none are wanted and none are there", { observedGeneration: 2 }, { ...WEB }],
    [
      "with a condition from before that nothing came of",
      running(4, {
        conditions: [
          { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", message: "" },
        ],
      }),
      WEB,
    ],
  ])("%s", (_, status, workload) => {
    const replicas = status["replicas"] === undefined ? 0 : 4;
    expect(workloadStatus(deployment(replicas, status), workload).done).toBe(true);
  });
  test("when an autoscaler wants more than runs, as soon as its least number is available", () => {
    const status = running(8, { availableReplicas: 2 });
    expect(workloadStatus(deployment(8, status), AUTOSCALED).done).toBe(true);
    expect(workloadStatus(deployment(8, status), WEB).done).toBe(false);
  });
  test("when an autoscaler takes replicas away", () => {
    expect(workloadStatus(deployment(3, running(4)), AUTOSCALED).done).toBe(true);
  });
});

describe("a Deployment is not done", () => {
  test.each<[string, JsonObject]>([
    // What the provider takes for the end: all is well, but with what was there before the change.
    ["while its controller has not seen the change", running(4, { observedGeneration: 1 })],
    ["without any status yet", {}],
    ["while some are of the version before", running(4, { updatedReplicas: 3 })],
    ["while one of the version before is left", running(4, { replicas: 5 })],
    ["while one is ready, but not for long enough", running(4, { availableReplicas: 3 })],
    [
      "while there are more than wanted",
      { ...running(6), updatedReplicas: 6, availableReplicas: 6 },
    ],
  ])("%s", (_, status) => {
    expect(workloadStatus(deployment(4, status), WEB).done).toBe(false);
  });
  test("while an autoscaler has not raised a new one to its least number", () => {
    const status = workloadStatus(deployment(1, running(1)), AUTOSCALED);
    expect(status).toMatchObject({ done: false, desired: 2, replicas: 1 });
    expect(workloadStatus(deployment(2, running(2)), AUTOSCALED).done).toBe(true);
  });
  test("while an autoscaled one rolls", () => {
    const status = running(4, { updatedReplicas: 2, replicas: 5 });
    expect(workloadStatus(deployment(4, status), AUTOSCALED).done).toBe(false);
  });
});

describe("a StatefulSet", () => {
  const proxy: Workload = { ...WEB, kind: "StatefulSet" };
  const set = (currentRevision: string): JsonObject => ({
    ...deployment(2, running(2, { currentRevision, updateRevision: "b" })),
    kind: "StatefulSet",
  });
  test("is done when its pods are of one revision", () => {
    expect(workloadStatus(set("a"), proxy).done).toBe(false);
    expect(workloadStatus(set("b"), proxy).done).toBe(true);
  });
});

describe("what its controller says", () => {
  const condition = (type: string, reason: string) =>
    running(4, {
      availableReplicas: 3,
      conditions: [
        { type, status: type === "Progressing" ? "False" : "True", reason, message: "why" },
      ],
    });
  test("is the end when the deadline is over", () => {
    const status = condition("Progressing", "ProgressDeadlineExceeded");
    expect(workloadStatus(deployment(4, status), WEB).failure).toBe("why");
  });
  test("is not when that was before the change", () => {
    const status = {
      ...condition("Progressing", "ProgressDeadlineExceeded"),
      observedGeneration: 1,
    };
    expect(workloadStatus(deployment(4, status), WEB).failure).toBeUndefined();
  });
  test("of pods that it may not create is nothing when that was before the change", () => {
    const status = { ...condition("ReplicaFailure", "FailedCreate"), observedGeneration: 1 };
    expect(workloadStatus(deployment(4, status), WEB).refusal).toBeUndefined();
  });
  test("of pods that it may not create is why", () => {
    const status = condition("ReplicaFailure", "FailedCreate");
    expect(workloadStatus(deployment(4, status), WEB).refusal).toBe("why");
  });
});
