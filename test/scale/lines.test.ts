import fc from "fast-check";
import { expect, test } from "vitest";
import { changedLines, changedLinesText } from "../../commands/scale/lines.ts";

test("a line that goes is shown as gone", () => {
  const lines = changedLines("a\nmin: 2\nmax: 9\nb\n", "a\nreplicas: 4\nb\n");
  expect(lines).toEqual([
    { line: 2, before: "min: 2", after: "replicas: 4" },
    { line: 3, before: "max: 9" },
  ]);
  expect(changedLinesText(lines)).toBe("   2 - min: 2\n     + replicas: 4\n   3 - max: 9");
});

test("a line that comes has its number", () => {
  expect(changedLinesText(changedLines("a\nb\n", "a\nx\nb\n"))).toBe("   2 + x");
});

const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 });

test("whatever the texts: the lines that differ turn one into the other", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = changedLines(before.join("\n"), after.join("\n"));
      const gone = lines.flatMap((line) => line.before ?? []);
      const come = lines.flatMap((line) => line.after ?? []);
      // What stayed is the same on both sides.
      const sorted = (all: readonly string[]) => all.toSorted().join("|");
      const olds = before.length === 0 ? [""] : before;
      const news = after.length === 0 ? [""] : after;
      expect(sorted([...olds, ...come])).toBe(sorted([...news, ...gone]));
    }),
  );
});
