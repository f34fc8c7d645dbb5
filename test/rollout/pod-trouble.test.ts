import { expect, test } from "vitest";
import type { JsonObject } from "../../infra/cluster/json.ts";
import type { PodTrouble } from "../../infra/rollout/pod-trouble.ts";
import { podTrouble } from "../../infra/rollout/pod-trouble.ts";

const condition = (type: string, status: string, reason = "", message = ""): JsonObject => ({
  type,
  status,
  reason,
  message,
});
const pod = (status: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  metadata: { name: "p", ...metadata },
  spec: { nodeName: "n" },
  status,
});
const app = (state: JsonObject, more: JsonObject = {}): JsonObject => ({
  containerStatuses: [{ name: "app", restartCount: 0, state, ...more }],
});

test.each<[string, JsonObject]>([
  ["ready", pod({ conditions: [condition("Ready", "True")] })],
  ["on its way out", pod({}, { deletionTimestamp: "2026-11-28T22:00:00Z" })],
])("nothing is wrong with a pod that is %s", (_, given) => {
  expect(podTrouble(given)).toBeUndefined();
});

test.each<[string, JsonObject, Partial<PodTrouble>]>([
  [
    "without a node",
    pod({ conditions: [condition("PodScheduled", "False", "Unschedulable", "0/4 nodes")] }),
    { kind: "unscheduled", detail: "0/4 nodes" },
  ],
  [
    "evicted",
    pod({ phase: "Failed", reason: "Evicted", message: "low on disk" }),
    { kind: "ended", detail: "[Evicted] low on disk" },
  ],
  [
    "without an image",
    pod(app({ waiting: { reason: "ErrImagePull", message: "not found" } })),
    { kind: "image", detail: "[ErrImagePull] not found" },
  ],
  [
    "without a key of its Secret",
    pod(app({ waiting: { reason: "CreateContainerConfigError", message: "no key" } })),
    { kind: "config", detail: "[CreateContainerConfigError] no key" },
  ],
  [
    "that crashes, with its last words",
    pod(
      app(
        { waiting: { reason: "CrashLoopBackOff", message: "back-off 20s" } },
        {
          restartCount: 2,
          lastState: { terminated: { exitCode: 1, reason: "Error", message: "no DB\n" } },
        },
      ),
    ),
    {
      kind: "crash",
      detail: "[CrashLoopBackOff] back-off 20s; it ended with exit status 1 (Error): no DB",
      starts: 3,
    },
  ],
  [
    "that has just ended again",
    pod(app({ terminated: { exitCode: 137, reason: "OOMKilled" } }, { restartCount: 1 })),
    { kind: "crash", detail: "it ended with exit status 137 (OOMKilled)", starts: 2 },
  ],
  [
    "that had run for weeks, with restarts long ago, and has ended once",
    pod(
      app(
        { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s" } },
        {
          restartCount: 7,
          lastState: {
            terminated: {
              exitCode: 137,
              startedAt: "2026-11-07T22:00:00Z",
              finishedAt: "2026-11-28T22:00:00Z",
            },
          },
        },
      ),
    ),
    { kind: "crash", starts: 1 },
  ],
  [
    "whose init container crashes",
    pod({ initContainerStatuses: [{ restartCount: 0, state: { terminated: { exitCode: 2 } } }] }),
    { kind: "crash", detail: "it ended with exit status 2", starts: 1 },
  ],
  [
    "whose health check does not pass",
    pod({
      conditions: [condition("Ready", "False", "ContainersNotReady", "unready: [app]")],
      ...app({ running: { startedAt: "2026-11-28T22:00:00Z" } }),
    }),
    { kind: "unready", detail: "[ContainersNotReady] unready: [app]" },
  ],
  [
    "whose container is being made",
    pod(app({ waiting: { reason: "ContainerCreating" } })),
    { kind: "starting" },
  ],
  [
    "that no scheduler has seen",
    { metadata: { name: "p" }, spec: {}, status: {} },
    { kind: "unscheduled", detail: "no scheduler has looked at it yet" },
  ],
])("a pod %s", (_, given, trouble) => {
  expect(podTrouble(given)).toMatchObject({ pod: "p", ...trouble });
});
