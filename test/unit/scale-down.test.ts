import { describe, expect, test } from "vitest";
import type { Cost } from "../../components/cost/cost.ts";
import { costOf } from "../../components/cost/cost.ts";
import {
  staleConfirmations,
  scaleDowns,
  missingConfirmations,
} from "../../components/guards/scale-down.ts";
import { planOf } from "../support/plan.ts";

const procfile = "web: gunicorn a:b\nworker: celery -A app worker\n";
const auto = (min: number, max: number) => ({
  min,
  max,
  queue: { redis: "redis:6379", list: "celery" },
});
/** What an app comes to with this scale of its workers. */
const at = (worker: unknown): Cost => costOf(planOf({ procfile, scale: { worker } }));
/** And without them. */
const without = costOf(planOf({ procfile: "web: gunicorn a:b\n" }));
const changes = (before: Cost | undefined, after: Cost) =>
  scaleDowns(before, after).map(({ type, change }) => `${type}: ${change}`);

describe("more than half of the replicas go", () => {
  test.each<[unknown, unknown, string[]]>([
    [10, 2, ["worker: 10 -> 2"]],
    [10, 4, ["worker: 10 -> 4"]],
    [10, 5, []],
    [10, 10, []],
    [2, 10, []],
    [2, 1, []],
    [3, 1, ["worker: 3 -> 1"]],
    [1, 0, ["worker: 1 -> 0"]],
    [0, 0, []],
    [0, 3, []],
    // An autoscaler: by what runs at least, and by what may run at most.
    [auto(4, 20), auto(1, 20), ["worker: 4-20 -> 1-20"]],
    [auto(4, 20), auto(2, 20), []],
    [auto(4, 20), auto(4, 9), ["worker: 4-20 -> 4-9"]],
    [auto(4, 20), auto(2, 10), []],
    [auto(1, 20), auto(0, 20), ["worker: 1-20 -> 0-20"]],
    [auto(0, 20), auto(0, 40), []],
    [10, auto(2, 20), ["worker: 10 -> 2-20"]],
    [10, auto(5, 20), []],
    [auto(2, 20), 4, ["worker: 2-20 -> 4"]],
    [auto(2, 20), 10, []],
  ])("%j → %j", (before, after, expected) => {
    expect(changes(at(before), at(after))).toEqual(expected);
  });
  test("of a process type that left the Procfile, unless it had none", () => {
    expect(changes(at(3), without)).toEqual(["worker: 3 -> 0"]);
    expect(changes(at(auto(1, 5)), without)).toEqual(["worker: 1-5 -> 0"]);
    expect(changes(at(0), without)).toEqual([]);
  });
  test("never at the first up, and not where a process type is new", () => {
    expect(changes(undefined, at(0))).toEqual([]);
    expect(changes(without, at(0))).toEqual([]);
  });
});

describe("a confirmation", () => {
  const downs = scaleDowns(at(10), at(2));
  const given = (text?: string) => {
    const more = text === undefined ? {} : { confirm: { Worker: text } };
    return planOf({ procfile, more }).guards.confirmations;
  };

  test("is asked for in words that can be copied", () => {
    expect(missingConfirmations(downs, given())).toEqual([
      {
        location: "dash-scale:confirm.worker",
        message:
          'is missing: 10 replicas of worker become 2, less than half. If that is meant, confirm it: pulumi config set --path dash-scale:confirm.worker "10 -> 2"',
      },
    ]);
  });
  test("says of one that left the Procfile why it goes", () => {
    expect(missingConfirmations(scaleDowns(at(3), without), given())[0]?.message).toContain(
      "3 replicas of worker become 0, since the Procfile no longer has it, less than half.",
    );
  });
  test.each(["10 -> 2", "10->2", " 010  →  2 "])("of exactly this change is enough: %j", (text) => {
    expect(missingConfirmations(downs, given(text))).toEqual([]);
    expect(staleConfirmations(downs, given(text))).toEqual([]);
  });
  test.each(["10 -> 3", "9 -> 2", "10 -> 0", "2 -> 10", "10-10 -> 2"])(
    "of another one is not, whether it goes less far or further: %j",
    (text) => {
      expect(missingConfirmations(downs, given(text))[0]?.message).toContain(
        `got ${JSON.stringify(text)}, which is another change: 10 replicas of worker become 2`,
      );
    },
  );
  test("of what does not happen now can go", () => {
    for (const now of [
      scaleDowns(at(2), at(2)),
      scaleDowns(at(10), at(10)),
      scaleDowns(at(10), at(5)),
    ])
      expect(staleConfirmations(now, given("10 -> 2"))).toEqual([
        {
          location: "dash-scale:confirm.worker",
          message:
            "10 -> 2 is not what changes now, so it can go: pulumi config rm --path dash-scale:confirm.worker",
        },
      ]);
  });
});

test("is asked for in production, and wherever the guards say so", () => {
  const app = { image: `shop@sha256:${"0".repeat(64)}` };
  const asked = (guards?: unknown) =>
    planOf({ app, scale: { web: 2 }, ...(guards === undefined ? {} : { more: { guards } }) }).guards
      .confirms;
  expect(asked()).toBe(false);
  expect(asked({ maxPods: 60 })).toBe(false);
  expect(asked({ production: true })).toBe(true);
  expect(asked({ production: true, scaleDown: "free" })).toBe(false);
  expect(asked({ scaleDown: "confirm" })).toBe(true);
});
