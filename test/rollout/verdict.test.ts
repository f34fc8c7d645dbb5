import { describe, expect, test } from "vitest";
import type { PodTrouble } from "../../infra/rollout/pod-trouble.ts";
import type { Sighting } from "../../infra/rollout/verdict.ts";
import { failureOf, progressOf } from "../../infra/rollout/verdict.ts";
import { WEB } from "../support/workload.ts";

const SCALE_UP = {
  desired: 4,
  replicas: 4,
  updated: 4,
  available: 2,
  total: 4,
  observed: true,
  paused: false,
  done: false,
  failure: undefined,
  refusal: undefined,
};
const NOW = { withoutProgress: 0, withoutImage: 0, refused: 0 };
const NO_NODE = "0/4 nodes are available: 4 Insufficient memory.";

const pod = (trouble: Partial<PodTrouble>): PodTrouble => ({
  kind: "unready",
  pod: "shop-web-5f-a",
  detail: "[ContainersNotReady] containers with unready status: [app]",
  starts: 0,
  ...trouble,
});
const seen = (...troubles: PodTrouble[]): Sighting => ({
  status: SCALE_UP,
  troubles,
  podsEnding: false,
});
const refused = (podsEnding: boolean): Sighting => ({
  status: { ...SCALE_UP, refusal: 'pods "x" is forbidden: exceeded quota: small' },
  troubles: [],
  podsEnding,
});

const paused = (updated: number): Sighting => ({
  ...seen(),
  status: { ...SCALE_UP, paused: true, updated },
});

describe("a rollout goes on", () => {
  test.each<[string, Sighting, Partial<typeof NOW>]>([
    ["while pods are starting", seen(pod({ kind: "starting" })), {}],
    [
      "while pods wait for a node, which may still come",
      seen(pod({ kind: "unscheduled", detail: NO_NODE })),
      { withoutProgress: 299 },
    ],
    [
      "when an image was missing once, since a registry may fail once",
      seen(pod({ kind: "image" })),
      { withoutImage: 14 },
    ],
    [
      "when a container has ended twice, since what it needs may come up beside it",
      seen(pod({ kind: "crash", starts: 2 })),
      {},
    ],
    ["when a quota was just exceeded", refused(false), { refused: 4 }],
    ["when pods that hold the quota are ending", refused(true), { refused: 100 }],
    ["when it is paused, and its scale changes", paused(1), { withoutProgress: 299 }],
    ["when it was paused just now", paused(0), { withoutProgress: 9 }],
    ["whatever the time, while counts of pods change", seen(pod({})), { withoutProgress: 10 }],
  ])("%s", (_, sighting, lasting) => {
    expect(failureOf(WEB, sighting, { ...NOW, ...lasting })).toBeUndefined();
  });
});

describe("a rollout has failed, with the cluster's words", () => {
  test("when a container has ended three times", () => {
    const detail = "[CrashLoopBackOff] back-off 20s; it ended with exit status 1 (Error): no DB";
    expect(failureOf(WEB, seen(pod({ kind: "crash", starts: 3, detail })), NOW)).toBe(
      `web does not run: 2 of 4 pods available.\n  Pod shop-web-5f-a does not stay up: ${detail}`,
    );
  });
  test("when an image is missing again", () => {
    const detail = "[ImagePullBackOff] Back-off pulling image";
    const both = seen(
      pod({ kind: "image", detail }),
      pod({ kind: "image", detail, pod: "shop-web-5f-b" }),
    );
    expect(failureOf(WEB, both, { ...NOW, withoutImage: 15 })).toBe(
      `web does not run: 2 of 4 pods available.\n  Pod shop-web-5f-a (and 1 other pod) has no image: ${detail}`,
    );
  });
  test("when a quota stays exceeded", () => {
    expect(failureOf(WEB, refused(false), { ...NOW, refused: 5 })).toBe(
      'web does not run: 2 of 4 pods available.\n  Pods are refused: pods "x" is forbidden: exceeded quota: small',
    );
  });
  test("when nothing has changed for the progress deadline", () => {
    const sighting = seen(pod({ kind: "unscheduled", detail: NO_NODE }));
    expect(failureOf(WEB, sighting, { ...NOW, withoutProgress: 300 })).toBe(
      `web does not run: 2 of 4 pods available, no progress for 300 seconds.\n  Pod shop-web-5f-a waits for a node: ${NO_NODE}`,
    );
  });
  test("when no controller takes the change up", () => {
    const status = { ...SCALE_UP, observed: false };
    expect(failureOf(WEB, { ...seen(), status }, { ...NOW, withoutProgress: 300 })).toBe(
      "web does not run: 2 of 4 pods available, no progress for 300 seconds.\n  the cluster's controller manager has not picked up the change",
    );
  });
  test("when somebody has paused it, at once, with the way out", () => {
    expect(failureOf(WEB, paused(0), { ...NOW, withoutProgress: 10 })).toBe(
      "web does not run: 0 of 4 new pods available.\n  Somebody has paused the rollout. To let it go on: kubectl rollout resume deployment shop-web --namespace shop\n  4 pods of the previous version still serve.",
    );
  });
  test.each([
    [
      1,
      "Its autoscaler has left it at 1 replica, below min: 4. Does the autoscaler's controller run?",
    ],
    [
      0,
      "Somebody has scaled it to 0, where an autoscaler leaves it. To wake it: kubectl scale deployment shop-web --namespace shop --replicas 4",
    ],
  ])("when no autoscaler raises it from %i", (replicas, why) => {
    const counts = { replicas, updated: replicas, available: replicas, total: replicas };
    const sighting = { ...seen(), status: { ...SCALE_UP, ...counts } };
    expect(failureOf(WEB, sighting, { ...NOW, withoutProgress: 300 })).toBe(
      `web does not run: ${replicas} of 4 pods available, no progress for 300 seconds.\n  ${why}`,
    );
  });
  test("when the controller has given up, whatever was seen of the pods; the ones before still serve", () => {
    const message = 'ReplicaSet "shop-web-5f" has timed out progressing.';
    const status = { ...SCALE_UP, updated: 1, available: 3, failure: message };
    expect(failureOf(WEB, { ...seen(), status }, NOW)).toBe(
      `web does not run: 0 of 4 new pods available, no progress for 300 seconds.\n  ${message}\n  3 pods of the previous version still serve.`,
    );
  });
});

describe("progress is one line", () => {
  test("of what there is, and what is missing", () => {
    expect(progressOf(WEB, seen(pod({ kind: "unscheduled" }), pod({ kind: "starting" })))).toBe(
      "web: 2 of 4 pods available, 1 waits for a node, 1 is starting",
    );
  });
  test("with the version before", () => {
    const status = { ...SCALE_UP, updated: 1 };
    expect(progressOf(WEB, { ...seen(), status })).toBe(
      "web: 0 of 4 new pods available, 3 of the previous version",
    );
  });
});
