import { describe, expect, it } from "vitest";
import { fixed, table } from "../../bench/markdown.ts";
import { quantile, spread } from "../../bench/statistics.ts";

describe("the spread of measured values", () => {
  it("is told whatever their order", () => {
    expect(spread([4, 1, 10])).toEqual({ count: 3, minimum: 1, median: 4, mean: 5, maximum: 10 });
  });

  it("has the mean of the middle two as median where their number is even", () => {
    expect(spread([2, 8, 4, 6]).median).toBe(5);
    expect(spread([7]).median).toBe(7);
  });

  it("has quantiles among the values there are", () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 51, 100, 100]);
  });

  it("is an error where nothing was measured", () => {
    expect(() => spread([])).toThrow("no values");
  });
});

describe("a table", () => {
  it("lines up, as the formatter has it, with numbers to the right", () => {
    expect(
      table(
        ["exposure", "replicas"],
        [
          ["queue", 4],
          ["a plain Service", 10],
        ],
      ),
    ).toBe(
      [
        "| exposure        | replicas |",
        "| --------------- | -------: |",
        "| queue           |        4 |",
        "| a plain Service |       10 |",
      ].join("\n"),
    );
  });

  it("shows a ratio to nothing as a dash", () => {
    expect([fixed(3.999), fixed(1 / 3, 1), fixed(Number.NaN), fixed(1 / 0)]).toEqual([
      "4.00",
      "0.3",
      "-",
      "-",
    ]);
  });
});
