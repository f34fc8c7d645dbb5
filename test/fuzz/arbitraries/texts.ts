import fc from "fast-check";

/** Text as people all over the world write it, and as no person would. */
export const strange = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\t",
    "\u0000",
    "\u001B[31m",
    "\u0085",
    "\u00A0",
    "\u2028",
    "\u202Eabc",
    "\uFEFF",
    "\uFFFD",
    "مرحبا",
    "网络",
    "ウェブ",
    "İ",
    "ß",
    "é",
    "e\u0301",
    "👩‍👩‍👧",
    "🏳️‍🌈",
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "null",
    "..",
    "$(rm -rf /)",
    "%s%n",
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc
    .tuple(fc.constantFrom("a", "-", ".", "é", "0"), fc.integer({ min: 50, max: 400 }))
    .map(repeated),
);

/** Mostly the first, now and then the second. */
export function mostly<T, U>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<U>, one = 40) {
  return fc.oneof({ weight: one - 1, arbitrary: usual }, { weight: 1, arbitrary: other });
}

/** A text after a few slips: characters lost, doubled, swapped, put in; lines too. */
export function slipped(
  text: fc.Arbitrary<string>,
  inserted: fc.Arbitrary<string> = strange,
): fc.Arbitrary<string> {
  const slip = fc.tuple(
    fc.constantFrom(
      "insert",
      "delete",
      "double",
      "replace",
      "delete line",
      "double line",
      "indent",
    ),
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    inserted,
  );
  return (
    fc
      .tuple(text, slips(slip))
      .map(([whole, all]) =>
        all.reduce((it, [what, where, piece]) => made(it, what, where, piece), whole),
      )
      // Half of a character is nothing that a file can hold.
      .map((it) => it.toWellFormed())
  );
}

/** None as often as any. */
const slips = <T>(slip: fc.Arbitrary<T>) =>
  fc.oneof(fc.constant([]), fc.array(slip, { minLength: 1, maxLength: 3 }));

function made(text: string, what: string, where: number, piece: string): string {
  const at = Math.floor(where * text.length);
  if (!what.endsWith("line") && what !== "indent") {
    const [before, after] = [text.slice(0, at), text.slice(at)];
    const rest = after.slice(1);
    if (what === "insert") return before + piece + after;
    if (what === "delete") return before + rest;
    return before + (what === "double" ? after.charAt(0) + after : piece + rest);
  }
  const lines = text.split("\n");
  const index = Math.floor(where * lines.length);
  const line = lines[index] ?? "";
  const instead = { "delete line": [], "double line": [line, line], indent: [` ${line}`] }[what];
  return lines.toSpliced(index, 1, ...(instead ?? [])).join("\n");
}

/** One piece of text many times over, up to 10 MB of it. */
export function large(
  pieces: readonly string[],
  whole: (many: string) => string,
): fc.Arbitrary<string> {
  // As many of 10 KB as of 10 MB.
  const size = fc.double({ min: 3, max: 7, noNaN: true }).map((power) => Math.floor(10 ** power));
  return fc
    .tuple(fc.constantFrom(...pieces), size)
    .map(([piece, characters]) => whole(repeated([piece, Math.ceil(characters / piece.length)])));
}

function repeated([piece, times]: [string, number]): string {
  return piece.repeat(times);
}
