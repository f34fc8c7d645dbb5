import { describe, expect, it } from "vitest";
import type { ProcessSeen } from "../../bench/rollouts/judge.ts";
import { failureProblems, successProblems } from "../../bench/rollouts/judge.ts";

const ENDED = { status: 0, output: "", seconds: 8 };
const IMAGE = "registry.example.com/app:2";
const WEB: ProcessSeen = {
  type: "web",
  desired: 2,
  observed: true,
  updated: 2,
  available: 2,
  total: 2,
  images: [IMAGE, IMAGE],
};

describe("an image that cannot run", () => {
  const failed = {
    status: 255,
    output: "Pod web-1 has no image: [ImagePullBackOff] …",
    seconds: 18,
  };

  it("is as promised where the update fails soon, with the reason", () => {
    expect(failureProblems(failed, "ImagePullBackOff")).toEqual([]);
  });

  it("is not where the update is green, late, or gives another reason", () => {
    expect(failureProblems({ ...failed, status: 0 }, "ImagePullBackOff")).toHaveLength(1);
    expect(failureProblems({ ...failed, seconds: 30.1 }, "ImagePullBackOff")).toHaveLength(1);
    expect(failureProblems(failed, "CrashLoopBackOff")).toHaveLength(1);
  });
});

describe("an image that runs", () => {
  const problems = (seen: Partial<ProcessSeen>) =>
    successProblems(ENDED, [{ ...WEB, ...seen }], { image: IMAGE, replicas: { web: 2 } });

  it("is as promised where all that is declared runs, and nothing else", () => {
    expect(problems({})).toEqual([]);
  });

  it.each([
    ["the status is that of the version before", { observed: false }],
    ["a replica is not available yet", { available: 1 }],
    ["a replica is of the version before", { updated: 1 }],
    ["one more is left", { total: 3 }],
    ["the change did not arrive", { desired: 1 }],
    ["a pod of the version before is left", { images: [IMAGE, "registry.example.com/app:1"] }],
    ["a pod is missing", { images: [IMAGE] }],
  ])("is not where %s", (_, seen) => {
    expect(problems(seen)).toHaveLength(1);
  });

  it("is not where the update fails, or the Deployment is missing", () => {
    const expected = { image: IMAGE, replicas: { web: 2 } };
    expect(successProblems({ ...ENDED, status: 255 }, [WEB], expected)).toHaveLength(1);
    expect(successProblems(ENDED, [], expected)).toEqual(["web has no Deployment"]);
  });
});
