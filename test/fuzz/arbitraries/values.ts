import fc from "fast-check";
import { mostly, strange } from "./texts.ts";

/** What stands where something else was meant. */
export const wrong = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    "no",
    "off",
    "true",
    0,
    -1,
    1.5,
    1e21,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    "4",
    "0x4",
    " 4",
    "1e3",
    "2001-01-01",
    [],
    {},
    [[]],
    { secure: "v1:a:b" },
    { "": "" },
  ),
  strange,
  fc.jsonValue({ maxDepth: 3 }),
);
export const or = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> => mostly(usual, wrong, 150);
export const label = fc.oneof(
  fc.constantFrom("shop", "four-callbacks", "a", "team-shop"),
  fc.stringMatching(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/),
  mostly(fc.constant("shop"), fc.stringMatching(/^[a-z]([a-z0-9-]{45,62}[a-z0-9])$/), 5),
);
export const text = fc.oneof(fc.constantFrom("info", "a b", "$5", "$(HOME)", "1.10"), strange);
export const number = (min: number, max: number) => {
  const inRange = fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max));
  return or(fc.oneof(inRange, inRange.map(String)));
};
/** Maps, now and then with a key that nobody knows, or something else than a map. */
export const withUnknownKey = (maps: fc.Arbitrary<Readonly<Record<string, unknown>>>) =>
  or(
    fc
      .tuple(maps, mostly(fc.constant({}), unknownKey, 60))
      .map(([known, unknown]) => ({ ...known, ...unknown })),
  );
const unknownKey = fc.dictionary(strange, wrong, { maxKeys: 1 });
export const names = (values: fc.Arbitrary<unknown>) => or(fc.array(or(values), { maxLength: 3 }));
