import { ROOT } from "../../../infra/root.ts";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { stackValues } from "./config.ts";
import { large, mostly, slipped, strange } from "./texts.ts";

/** The stack files that are kept in this repository. */
export const KEPT = ["stacks", "test/manifest/stacks"].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => readFileSync(join(ROOT, folder, name), "utf8")),
);

/** A config as YAML, in any of the ways in which YAML may be written. */
const written = fc
  .tuple(
    stackValues,
    fc.record({
      indent: fc.constantFrom(1, 2, 4),
      indentSeq: fc.boolean(),
      collectionStyle: fc.constantFrom("any" as const, "flow" as const),
      defaultStringType: fc.constantFrom(
        "PLAIN" as const,
        "QUOTE_SINGLE" as const,
        "QUOTE_DOUBLE" as const,
      ),
      lineWidth: fc.constantFrom(0, 20, 80),
      aliasDuplicateObjects: fc.boolean(),
    }),
    fc.constantFrom("\n", "\n", "\r\n"),
    fc.constantFrom("", "", "---\n", "# comment\n", "%YAML 1.2\n---\n", "\uFEFF"),
  )
  .map(
    ([values, style, eol, start]) =>
      start + stringify({ config: values }, style).replaceAll("\n", eol),
  );

/** What YAML readers understand differently, or do not bear. */
const yamlish = fc.oneof(
  strange,
  fc.constantFrom(
    ".inf",
    "-.INF",
    ".nan",
    "1e999",
    "0x1F",
    "017",
    "0o17",
    "0b11",
    "1_000",
    "+1",
    "2001-12-14t21:59:43.10-05:00",
    "2001-01-01",
    "no",
    "yes",
    "~",
    "null",
    "!!binary aGk=",
    "!!set {a}",
    "!!float 1",
    "!foo bar",
    "!!omap [a: 1]",
    "&a",
    "*a",
    "<<: *a",
    "? a",
    "? [a, b]",
    "{",
    "[",
    "|",
    ">-",
    "'",
    '"',
    ": ",
    "- ",
    "\n",
    "\n---\n",
    "\n...\n",
    "#",
    " #",
    "\t",
    "@",
    "`",
    "%",
    "<<: {web: 3}",
  ),
);

/** Aliases that come to more than what is written. */
const aliases = fc
  .tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom("app", "scale", "lol"),
  )
  .map(([depth, width, key]) => {
    const level = (index: number) =>
      `  l${index}: &l${index} [${Array.from({ length: width }, () => (index === 0 ? "lol" : `*l${index - 1}`)).join(", ")}]\n`;
    const levels = Array.from({ length: depth }, (_, index) => level(index)).join("");
    return `config:\n${levels}  dash-scale:${key}: *l${depth - 1}\n`;
  });
const shared = fc
  .tuple(
    fc.integer({ min: 0, max: 120 }),
    fc.constantFrom("web: *s", "web: { <<: *s, memory: 1Gi }", "<<: *s", "web: *t"),
  )
  .map(
    ([replicas, use]) =>
      `config:\n  dash-scale:app: { procfile: test/manifest/Procfile, image: a }\n  other: &s { replicas: ${replicas} }\n  dash-scale:scale:\n    ${use}\n`,
  );
const deep = fc
  .tuple(
    fc.constantFrom("[", "{a: ", "- ", "? ", "? - ", "&a ", "!a ", "{? ", "a:\n ", "[[{"),
    fc.integer({ min: 1, max: 3000 }),
  )
  .map(
    ([open, times]) =>
      `config:\n  dash-scale:scale: ${/^[-?]/.test(open) ? "\n    " : ""}${open.repeat(times)}`,
  );

export const stack: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: written },
  { weight: 12, arbitrary: slipped(fc.constantFrom(...KEPT), yamlish) },
  { weight: 8, arbitrary: slipped(written, yamlish) },
  { weight: 2, arbitrary: mostly(shared, slipped(shared, yamlish), 2) },
  { weight: 1, arbitrary: aliases },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 300 }) },
);

const GOOD = "config:\n  dash-scale:app: { procfile: test/manifest/Procfile, image: a }\n";
export const largeStack: fc.Arbitrary<string> = large(
  [
    "# comment\n",
    "\n",
    "x: {a: 1}\n  ",
    "- a\n  ",
    "a",
    '"a" ',
    "[",
    "&a ",
    "!a ",
    "*a ",
    "a: |\n  ",
    "? ",
    "é",
    "{",
  ],
  (many) => `${GOOD}  aws:tags: ${many}\n`,
);
