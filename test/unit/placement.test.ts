import { describe, expect, test } from "vitest";
import type { Spread } from "../../components/manifest/placement.ts";
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
    expect(surgePods({ singleton: false, pod: { spread } }, replicas)).toBe(pods);
  });
  test("never has fewer ready replicas than asked for, unless each needs a node of its own", () => {
    const strategy = (spread: Spread) => rolloutStrategy({ singleton: false, pod: { spread } });
    expect(strategy("preferred").rollingUpdate).toEqual({ maxSurge: "25%", maxUnavailable: 0 });
    expect(strategy("off").rollingUpdate).toEqual({ maxSurge: "25%", maxUnavailable: 0 });
    expect(strategy("required").rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });
  test("of a singleton ends the old pod first, and adds none", () => {
    const singleton = { singleton: true, pod: { spread: "preferred" } } as const;
    expect(rolloutStrategy(singleton)).toEqual({ type: "Recreate" });
    expect(surgePods(singleton, 1)).toBe(0);
  });
});
