import { expect, test } from "vitest";
import { reportOf } from "../../bench/page/report.ts";

const MEASURED = {
  served: [300, 400, 900],
  firstNumbers: [90, 110, 120],
  bytes: [41_200, 41_200],
  clicks: [20, 30],
  pods: [110, 120],
  many: { replicas: 5000, seconds: 61.2, longFrames: [51, 64.4], clicks: [40, 45] },
};

test("a goal is met by the median, and each long frame counts", () => {
  const rows = reportOf(MEASURED).split("\n");
  const row = (what: string) => rows.find((it) => it.includes(what))?.split(/ *\| */);
  expect(row("served page")).toEqual([
    "",
    "from the command to the served page",
    "500 ms",
    "400.0 ms",
    "900.0",
    "3",
    "met",
    "",
  ]);
  expect(row("first numbers")?.slice(3, -1)).toEqual(["110.0 ms", "120.0", "3", "missed"]);
  expect(row("transferred")?.slice(2, -1)).toEqual(["60 kB", "41.2 kB", "41.2", "2", "met"]);
  expect(rows.at(-2)).toContain("2, the longest 64 ms");
});

test("that no frame was long is said", () => {
  const report = reportOf({ ...MEASURED, many: { ...MEASURED.many, longFrames: [] } });
  expect(report).toContain("changed then: none (the goal: none)");
});
