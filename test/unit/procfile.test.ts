import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseProcfile, readProcfile } from "../../components/procfile.ts";

interface Case {
  readonly case: string;
  readonly input: string;
  readonly processes?: Readonly<Record<string, string>>;
  readonly warnings?: number;
  readonly error?: { readonly line: number; readonly column: number };
}

const KEPT = resolve(import.meta.dirname, "../cases/procfile.json");
// Where the design's own list lies beside the checkout, it is that one that must hold.
const DESIGN = resolve(import.meta.dirname, "../../../shared/cases/procfile.json");
const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(existsSync(DESIGN) ? DESIGN : KEPT, "utf8"),
);

describe("the cases that must hold", () => {
  test.each(cases.filter(({ error }) => error))("$case: is refused", ({ input, error }) => {
    const place = error && `Procfile:${error.line}:${error.column}`;
    expect(parseProcfile(input).problems[0]?.place).toBe(place);
  });
  test.each(cases.filter(({ error }) => !error))("$case", ({ input, processes, warnings = 0 }) => {
    const parsed = parseProcfile(input);
    const commands = parsed.entries.map(({ type, command }) => [type, command]);
    expect(parsed.problems).toEqual([]);
    expect(Object.fromEntries(commands)).toEqual(processes);
    expect(parsed.warnings).toHaveLength(warnings);
  });
  test("are all there", () => expect(cases.length).toBeGreaterThanOrEqual(28));
});

test("every wrong line is told, each with its place and how to mend it", () => {
  expect(parseProcfile("web : a\nworker\nbeat:\nok: x\n").problems).toEqual([
    { place: "Procfile:1:4", message: 'white space before the colon; write "web:"' },
    {
      place: "Procfile:2:7",
      message:
        'no colon after "worker"; a Procfile line is NAME: COMMAND, with a name of letters, digits, - and _',
    },
    {
      place: "Procfile:3:6",
      message: "no command; write what the process runs after the colon",
    },
  ]);
});

test.each([
  ["a line that goes on in the next", "web: a \\\n  b", ["Procfile:1:8", "Procfile:2:1"]],
  ["an even number of backslashes at the end", "web: a \\\\", []],
  ["a control character", "web: a\u0007b", ["Procfile:1:7"]],
  ["a carriage return within a line", "web: a\rb", ["Procfile:1:7"]],
  ["a tab in a command", "web: a\tb", []],
  ["a name in another script", "wéb: a", ["Procfile:1:2"]],
  ["only a colon", ": a", ["Procfile:1:1"]],
  ["an indented comment", "  # note\nweb: a", []],
])("%s", (_, text, places) => {
  expect(parseProcfile(text).problems.map(({ place }) => place)).toEqual(places);
});

test("a renamed process type is warned of with both names", () => {
  expect(parseProcfile("My_Worker: a").warnings).toEqual([
    {
      place: "Procfile:1:1",
      message:
        '"My_Worker" runs as process type "my-worker": Kubernetes names have lower-case letters, digits and -',
    },
  ]);
});

test("a Procfile that is not there is a problem of the key that names it", () => {
  const { problems } = readProcfile("/nowhere/Procfile");
  expect(problems).toHaveLength(1);
  expect(problems[0]?.place).toBe("dash-scale:app.procfile");
  expect(problems[0]?.message).toContain("ENOENT");
});

const line = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.stringMatching(/^[a-zA-Z_-]{0,5} ?:? ?[^\n]{0,20}$/),
);

test("any text gives entries or problems with places, never an exception", () => {
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const { entries, problems } = parseProcfile(lines.join("\n"));
      expect(entries.length + problems.length).toBeGreaterThan(0);
      for (const { place } of problems) expect(place).toMatch(/^Procfile:\d+:\d+$/);
      for (const { type } of entries) expect(type).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    }),
  );
});

test("what was accepted, printed and parsed again, is the same", () => {
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const first = parseProcfile(lines.join("\n")).entries;
      fc.pre(first.length > 0);
      const again = parseProcfile(
        first.map(({ type, command }) => `${type}: ${command}`).join("\r\n"),
      );
      expect(again.problems).toEqual([]);
      expect(again.entries.map(({ type, command }) => [type, command])).toEqual(
        first.map(({ type, command }) => [type, command]),
      );
    }),
  );
});
