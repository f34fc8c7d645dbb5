import { output, secret } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { GivenStack } from "../support/plan.ts";
import { planOf, problemsOf } from "../support/plan.ts";

const DIGEST = "0123456789abcdef".repeat(4);
const pinned = { image: `registry.example.com/shop:1.4.2@sha256:${DIGEST}` };
const told = (given: GivenStack) =>
  problemsOf(given).map(({ location, message }) => `${location}: ${message}`);

describe("what is told of a broken rule: what was found, what is allowed and how to mend it", () => {
  const production = { guards: { production: true } };

  test("too few replicas of web", () => {
    expect(told({ app: pinned, more: production })).toEqual([
      "dash-scale:scale.web.replicas: got 1; expected at least 2 with dash-scale:guards.production, so that one replica may be lost or drained; write replicas: 2",
    ]);
  });
  test("too low a min of web", () => {
    const scale = { web: { max: 9, cpu: 70 } };
    expect(told({ app: pinned, scale, more: production })).toEqual([
      "dash-scale:scale.web.min: got 1; expected at least 2 with dash-scale:guards.production, so that one replica may be lost or drained; write min: 2",
    ]);
  });
  test("an image by tag", () => {
    expect(told({ scale: { web: 2 }, more: production })).toEqual([
      "dash-scale:app.image: registry.example.com/shop:1.4.2 has no digest, so it may be another image tomorrow; a digest is required with dash-scale:guards.production: append @sha256: and the digest, as docker buildx imagetools inspect registry.example.com/shop:1.4.2 prints it",
    ]);
  });
  test("too many pods and too much memory, with what they are made of", () => {
    const scale = { web: { min: 2, max: 6, cpu: 70 }, worker: { replicas: 3, memory: "1Gi" } };
    const guards = { maxPods: 10, maxMemory: "6Gi" };
    // By hand: 6 × 512Mi + 3 × 1Gi + 2 × 64Mi.
    expect(told({ app: { proxy: "haproxy" }, scale, more: { guards } })).toEqual([
      "dash-scale:guards.maxPods: allows 10 pods, and the app comes to 11 (web 6, worker 3, the proxy 2); lower the scale, or raise this",
      "dash-scale:guards.maxMemory: allows 6Gi of memory, and the app comes to 6272Mi (web 3Gi, worker 3Gi, the proxy 128Mi); lower the scale, or raise this",
    ]);
  });
});

test("exactly as much as is allowed is allowed, in whatever unit", () => {
  const guards = { maxPods: 2, maxMemory: "1073741824" };
  expect(told({ more: { guards } })).toEqual([]);
});

test("what a rollout adds for its duration does not count", () => {
  expect(told({ scale: { web: 4 }, more: { guards: { maxPods: 5 } } })).toEqual([]);
});

test("an image that is known only later is let through, with a warning", () => {
  const image = output("registry.example.com/built:7");
  const given = { app: { image }, scale: { web: 2 }, secrets: { SECRET_KEY: secret("x") } };
  expect(planOf(given).warnings).toEqual([]);
  expect(planOf({ ...given, more: { guards: { production: true } } }).warnings).toEqual([
    {
      location: "dash-scale:app.image",
      message:
        "is not known yet, so whether it has a digest, as required with dash-scale:guards.production, was not checked",
    },
  ]);
});
