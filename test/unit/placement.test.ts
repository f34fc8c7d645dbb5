import { describe, expect, test } from "vitest";
import {
  dropsMatchLabelKeys,
  rolloutStrategy,
  surgePods,
} from "../../components/manifest/placement.ts";

const term = {};
const withKeys = { matchLabelKeys: ["pod-template-hash"] };

describe("a cluster that drops matchLabelKeys is told by its answer", () => {
  test.each([
    [{ requiredDuringSchedulingIgnoredDuringExecution: [term] }, true],
    [
      { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] },
      true,
    ],
    [{ requiredDuringSchedulingIgnoredDuringExecution: [withKeys] }, false],
    [
      {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: withKeys },
        ],
      },
      false,
    ],
    [{}, false],
    [undefined, false],
  ])("%j: %s", (answer, expected) => {
    expect(dropsMatchLabelKeys(answer)).toBe(expected);
  });
});

describe("a rollout", () => {
  test.each([
    ["preferred", 1, 1],
    ["preferred", 4, 1],
    ["off", 5, 2],
    ["preferred", 0, 0],
    ["required", 4, 0],
  ] as const)("%s, %i replicas: %i more pods for its duration", (spread, replicas, pods) => {
    expect(surgePods(spread, replicas)).toBe(pods);
  });
  test("never has fewer ready replicas than asked for, unless each needs a node of its own", () => {
    expect(rolloutStrategy("preferred").rollingUpdate).toEqual({
      maxSurge: "25%",
      maxUnavailable: 0,
    });
    expect(rolloutStrategy("off").rollingUpdate).toEqual({ maxSurge: "25%", maxUnavailable: 0 });
    expect(rolloutStrategy("required").rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });
});
