import { describe, expect, it } from "vitest";
import { firstAnswersBy } from "../../bench/pods/handover.ts";
import { podSeen, readiness, verdict, type PodSeen } from "../../bench/pods/readiness.ts";

/** Of a container that runs at once, ends with status 3, and waits to be started again. */
const LINES = [
  "web-1|False|||  | ",
  "web-1|False|0||  | ",
  "web-1|True|0|2026-11-29T14:00:00Z|  | ",
  "web-1|False|0|||Error 3",
  "web-1|True|1|2026-11-29T14:00:10Z|Error 3| ",
  "web-1|False|1||Error 3| ",
];
const seen = LINES.map((line, index) => podSeen(line, 10 + index * 1.5));

describe("what is seen of a pod", () => {
  it("counts how often its container has ended, also while it waits to be started again", () => {
    expect(seen.map(({ ends }) => ends)).toEqual([0, 0, 0, 1, 1, 2]);
    expect(seen.map(({ ready }) => ready)).toEqual([false, false, true, false, true, false]);
    expect(seen.map(({ exit }) => exit)).toEqual(["", "", "", "Error 3", "Error 3", "Error 3"]);
  });

  it("is ready from one event to another, and at the end up to the end of the watch", () => {
    expect(readiness(seen, 99)).toEqual({
      after: 3,
      spans: [1.5, 1.5],
      stays: false,
      ends: 2,
      exit: "Error 3",
    });
    expect(readiness(seen.slice(0, 5), 20)).toMatchObject({
      spans: [1.5, 4],
      stays: true,
      ends: 1,
    });
    expect(readiness(seen.slice(0, 2), 20)).toMatchObject({ spans: [], stays: false });
    expect(readiness(seen.slice(0, 2), 20).after).toBeUndefined();
  });
});

describe("whether a rollout stops at a pod", () => {
  const ready = (...spans: number[]) => ({ after: 1, spans, stays: false, ends: 1, exit: "" });

  it.each([
    [[], 0, "stops"],
    [[0.1], 0, "goes on"],
    [[0.4], 1, "by chance"],
    [[0.4], 2, "stops"],
    [[1], 2, "by chance"],
    [[0.2, 4.5, 0.3], 5, "by chance"],
    [[5], 5, "goes on"],
    [[3.9], 5, "stops"],
  ] as const)(
    "that was ready for %j seconds, with minReadySeconds %i: %s",
    (spans, seconds, word) => {
      expect(verdict(ready(...spans), seconds)).toBe(word);
    },
  );

  it("goes on where the pod stays", () => {
    expect(verdict({ ...ready(3), stays: true }, 10)).toBe("goes on");
  });
});

describe("a new pod's first answer", () => {
  const event = (pod: string, at: number, isReady: boolean): PodSeen => {
    return { pod, at, ready: isReady, ends: 0, exit: "" };
  };
  const answer = (pod: string, ended: number) => ({ pod, ended, at: 0, seconds: 0.1 });

  it("is counted from when it was ready, and not for a pod that was there before", () => {
    const events = [
      event("old", 0, true),
      event("new", 1, false),
      event("silent", 1, false),
      event("new", 4, true),
      event("silent", 4, true),
    ];
    const answers = [answer("old", 1_000), answer("new", 7_000), answer("new", 5_500)];
    expect(firstAnswersBy(events, answers, 1_000)).toEqual([0.5]);
  });
});
