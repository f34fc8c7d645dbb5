import { describe, expect, test } from "vitest";
import type { Cost } from "../../components/cost/cost.ts";
import { costOf } from "../../components/cost/cost.ts";
import { liveDeployment, liveNode, livePod } from "../../commands/status/live.ts";
import type { LiveApp } from "../../commands/status/live-app.ts";
import { NOTHING_SEEN } from "../../commands/status/live-app.ts";
import { statusText } from "../../commands/status/print.ts";
import { remarksOn, stackStatus } from "../../commands/status/stack-status.ts";
import type { JsonObject } from "../../infra/cluster/json.ts";
import { planOf } from "../support/plan.ts";

const NOW = Date.parse("2026-11-29T10:00:00Z");
const MINUTE = 60_000;
const ago = (minutes: number) => new Date(NOW - minutes * MINUTE).toISOString();

interface GivenPod {
  readonly type?: string;
  readonly node?: string;
  readonly ready?: boolean;
  readonly waits?: string;
  readonly ended?: { readonly at: string; readonly reason: string };
}

function pod(name: string, { type = "web", node, ready, waits, ended }: GivenPod): JsonObject {
  const scheduled = { type: "PodScheduled", status: "False", message: waits ?? "" };
  return {
    metadata: { name, labels: { "app.kubernetes.io/component": type } },
    spec: {
      ...(node === undefined ? {} : { nodeName: node }),
      containers: [{ resources: { requests: { cpu: "250m", memory: "512Mi" } } }],
    },
    status: {
      conditions: [
        ...(ready === true ? [{ type: "Ready", status: "True" }] : []),
        ...(waits === undefined ? [] : [scheduled]),
      ],
      containerStatuses: [
        {
          state: { running: {} },
          restartCount: ended ? 1 : 0,
          ...(ended
            ? { lastState: { terminated: { finishedAt: ended.at, reason: ended.reason } } }
            : {}),
        },
      ],
    },
  };
}

function deployment(name: string, replicas: number, managedFields: JsonObject[] = []): JsonObject {
  return { metadata: { name, managedFields }, spec: { replicas }, status: {} };
}

const SCALED_BY_HAND = {
  manager: "kubectl",
  subresource: "scale",
  time: "2026-11-29T02:10:00Z",
  fieldsV1: { "f:spec": { "f:replicas": {} } },
};
const BY_PULUMI = {
  manager: "pulumi-kubernetes-3f1c2a",
  time: "2026-11-29T02:10:00Z",
  fieldsV1: { "f:spec": { "f:replicas": {} } },
};

function live(given: {
  pods?: readonly JsonObject[];
  deployments?: readonly JsonObject[];
  use?: LiveApp["use"];
}): LiveApp {
  const {
    pods = [],
    deployments = [],
    use = "the cluster has no metrics (metrics.k8s.io)",
  } = given;
  const nodes = ["b", "a10", "a2"].map((name): JsonObject => {
    const labels = { "topology.kubernetes.io/zone": `zone-${name.charAt(0)}` };
    return { metadata: { name, labels } };
  });
  return {
    ...NOTHING_SEEN,
    use,
    pods: new Map(pods.map(livePod).map((it) => [it.name, it])),
    deployments: new Map(deployments.map(liveDeployment).map((it) => [it.name, it])),
    nodes: new Map(nodes.map(liveNode).map((it) => [it.name, it])),
  };
}

const PLAN = planOf({ scale: { web: 4, worker: 1 } });
const COST: Cost = costOf(PLAN);
const statusOf = (now: LiveApp, cost: Cost | undefined = COST) =>
  stackStatus(PLAN, { live: now, applied: cost ? { cost } : { unknown: "no stack" }, now: NOW });
const web = (now: LiveApp, cost?: Cost) => {
  const [first] = statusOf(now, cost).formation;
  if (!first) throw new Error("there is no web");
  return first;
};

describe("what runs", () => {
  test("is counted by state, each pod once", () => {
    const pods = [
      pod("a", { node: "b", ready: true }),
      pod("b", { node: "b" }),
      pod("c", { waits: "0/4 nodes are available: 4 Insufficient memory." }),
      pod("d", { type: "worker", node: "a2", ready: true }),
    ];
    expect(web(live({ pods }))).toMatchObject({
      wanted: 4,
      applied: 4,
      running: 1,
      pods: { ready: 1, starting: 1, waiting: 1, failing: 0, ending: 0 },
      reasons: [{ reason: "0/4 nodes are available: 4 Insufficient memory.", pods: 1 }],
    });
  });

  test("has restarted where a container ended within the last hour, and not before", () => {
    const pods = [
      pod("a", { ready: true, ended: { at: ago(59), reason: "OOMKilled" } }),
      pod("b", { ready: true, ended: { at: ago(1), reason: "Error" } }),
      pod("c", { ready: true, ended: { at: ago(61), reason: "OOMKilled" } }),
    ];
    const status = web(live({ pods }));
    expect(status.restarted).toEqual({ pods: 2, outOfMemory: 1 });
    expect(remarksOn(status)).toEqual([
      "2 pods have restarted within the last hour, 1 for lack of memory (OOMKilled).",
    ]);
  });

  test("uses a share of what those pods request that were measured", () => {
    const pods = [pod("a", { ready: true }), pod("b", { ready: true }), pod("c", {})];
    const used = { cpu: 50n, memory: 128n * 1024n * 1024n * 1000n };
    const use = new Map([
      ["a", used],
      ["b", used],
    ]);
    expect(web(live({ pods, use })).use).toEqual({
      memory: "256Mi",
      memoryPercent: 25,
      cpu: "100m",
      cpuPercent: 20,
    });
    expect(web(live({ pods })).use).toBeUndefined();
  });
});

describe("what was applied", () => {
  test("differs from the file where nobody has applied the file yet", () => {
    const applied = costOf(planOf({ scale: { web: 2 } }));
    const status = web(live({ deployments: [deployment("shop-web", 2)] }), applied);
    expect(remarksOn(status)).toEqual(["The file says 4, applied are 2."]);
  });

  test("was changed by hand where somebody else than Pulumi has set the replicas", () => {
    const byHand = live({ deployments: [deployment("shop-web", 7, [SCALED_BY_HAND])] });
    expect(web(byHand).scaledByHand).toEqual({
      from: 4,
      to: 7,
      by: "kubectl scale",
      at: "2026-11-29T02:10:00Z",
    });
    expect(remarksOn(web(byHand))).toEqual([
      "Somebody has scaled it by hand: 4 → 7 (kubectl scale, 2026-11-29 02:10 UTC).",
    ]);
  });

  test("is not drift where Pulumi itself was ended in the middle", () => {
    const ended = live({ deployments: [deployment("shop-web", 7, [BY_PULUMI])] });
    expect(web(ended).scaledByHand).toBeUndefined();
    expect(remarksOn(web(ended))).toEqual([
      "The Deployment asks for 7, applied are 4: an update has not ended.",
    ]);
  });

  test("is unknown, and not 0, without the stack's outputs", () => {
    const { formation, unknown } = stackStatus(PLAN, {
      live: live({}),
      applied: { unknown: "no stack" },
      now: NOW,
    });
    expect(formation.map(({ applied }) => applied)).toEqual([undefined, undefined]);
    expect(unknown).toContainEqual({ what: "what was applied", reason: "no stack" });
  });
});

describe("an autoscaler that cannot tell how many replicas it takes", () => {
  const condition = {
    status: "False",
    reason: "FailedGetResourceMetric",
    message: "no metrics",
    since: NOW - 10 * MINUTE,
    written: undefined,
  };
  const seen = {
    kind: "HorizontalPodAutoscaler",
    name: "shop-web",
    created: 0,
    condition,
  } as const;
  const now = { ...live({}), autoscalers: [{ ...seen, deployment: "shop-web" }] };
  const first = (plan: typeof PLAN) =>
    stackStatus(plan, { live: now, applied: { unknown: "" }, now: NOW }).formation[0];

  test("is reported with the cluster's reason", () => {
    const status = first(planOf({ scale: { web: { max: 4, cpu: 70 } } }));
    const { kind, name } = seen;
    const { reason, message } = condition;
    expect(status?.autoscalerTrouble).toEqual({ kind, name, reason, message });
    expect(status && remarksOn(status)).toEqual([
      "The autoscaler in the cluster cannot tell how many replicas it takes, and leaves them as they are: no metrics (FailedGetResourceMetric).",
    ]);
  });

  test("is nobody's trouble where the stack says how many run", () => {
    expect(first(planOf({ scale: { web: 4 } }))?.autoscalerTrouble).toBeUndefined();
  });
});

test("the terminal shows numbers, nodes by zone and those without one, and reasons once", () => {
  const pods = [
    pod("a", { node: "a10", ready: true }),
    pod("b", { node: "a2", ready: true }),
    pod("c", { waits: "no room" }),
    pod("d", { waits: "no room" }),
    pod("e", { type: "worker", node: "b", ready: true }),
  ];
  expect(statusText("Stack dev", statusOf(live({ pods })))).toBe(`\
Stack dev

type    wanted  applied  running  pods
web          4        4        2  2 ready, 2 waiting for a node
worker       1        1        1  1 ready

zone    node           web  worker
zone-a  a2               1
zone-a  a10              1
zone-b  b                        1
-       (no node yet)    2

web: 2 pods: no room
Unknown: what the pods use: the cluster has no metrics (metrics.k8s.io)
`);
});

test("of a cluster that does not answer nothing is shown as if it were known", () => {
  const gone = { ...NOTHING_SEEN, unreachable: "cannot reach the cluster" };
  expect(statusText("Stack dev", statusOf(gone))).toBe(`\
Stack dev

type    wanted  applied  running
web          4        4        -
worker       1        1        -

The cluster does not answer: cannot reach the cluster
`);
});
