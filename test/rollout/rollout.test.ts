import { expect, test } from "vitest";
import { Rollout } from "../../infra/rollout/rollout.ts";
import type { WorkloadStatus } from "../../infra/rollout/workload-status.ts";
import { WEB } from "../support/workload.ts";

/** Of 6 replicas 2 had no node, and now there should be 4. */
const STATUS: WorkloadStatus = {
  desired: 4,
  replicas: 4,
  updated: 6,
  available: 4,
  total: 6,
  observed: true,
  paused: false,
  done: false,
  failure: undefined,
  refusal: undefined,
};

const sighting = (status: Partial<WorkloadStatus>) => ({
  status: { ...STATUS, ...status },
  troubles: [],
  podsEnding: false,
});

test("what a controller said before it saw the change is not what it says of the change", () => {
  const rollout = new Rollout(WEB);
  expect(rollout.see(sighting({ observed: false }))).toBeUndefined();
  // The Deployment's generation is observed before its conditions are worked out anew.
  expect(rollout.see(sighting({ failure: "timed out progressing" }))).toBeUndefined();
});

test("what it says later is the end", () => {
  const rollout = new Rollout(WEB);
  expect(rollout.see(sighting({}))).toBeUndefined();
  expect(rollout.see(sighting({ failure: "timed out progressing" }))).toContain("timed out");
});
