import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ProcfileEntry } from "../../components/procfile/procfile.ts";
import { parseProcfile, readProcfile } from "../../components/procfile/procfile.ts";
import { procfile } from "../fuzz/arbitraries/procfile.ts";
import { planOf, problemsOf } from "../support/plan.ts";

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
    const location = error && `Procfile:${error.line}:${error.column}`;
    expect(parseProcfile(input).problems[0]?.location).toBe(location);
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
    { location: "Procfile:1:4", message: 'white space before the colon; write "web:"' },
    {
      location: "Procfile:2:7",
      message:
        'no colon after "worker"; a Procfile line is NAME: COMMAND, with a name of letters, digits, - and _',
    },
    {
      location: "Procfile:3:6",
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
])("%s", (_, text, locations) => {
  expect(parseProcfile(text).problems.map(({ location }) => location)).toEqual(locations);
});

test("a renamed process type is warned of with both names", () => {
  expect(parseProcfile("My_Worker: a").warnings).toEqual([
    {
      location: "Procfile:1:1",
      message:
        '"My_Worker" runs as process type "my-worker": Kubernetes names have lower-case letters, digits and -',
    },
  ]);
});

test("a Procfile that is not there is a problem of the key that names it", () => {
  const { problems } = readProcfile("/nowhere/Procfile");
  expect(problems).toHaveLength(1);
  expect(problems[0]?.location).toBe("dash-scale:app.procfile");
  expect(problems[0]?.message).toContain("ENOENT");
});

test.each([
  ["Latin-1", Buffer.from("web: run\nworker: caf\xE9\n", "latin1"), "Procfile:2:12"],
  ["UTF-16", Buffer.from("\uFEFFweb: run\n", "utf16le"), "Procfile:1:1"],
])("a file that is no UTF-8 is told with the first such byte: %s", (_, bytes, location) => {
  const folder = mkdtempSync(join(tmpdir(), "procfile-"));
  try {
    writeFileSync(join(folder, "Procfile"), bytes);
    expect(readProcfile(join(folder, "Procfile")).problems).toEqual([
      { location, message: "is not UTF-8 from here on; save the file as UTF-8" },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ["a command", `web: ${"é".repeat(61_440)}`, []],
  ["a longer command than Linux starts", `web: ${"é".repeat(61_441)}`, ["Procfile:1:5"]],
  ["a file", `web: run\n${"#\n".repeat(500_000)}`, []],
  ["a larger file than any Procfile", `web: run\n${"#\n".repeat(600_000)}`, ["Procfile:1:1"]],
])("%s", (_, text, locations) => {
  expect(parseProcfile(text).problems.map(({ location }) => location)).toEqual(locations);
});

test("more process types than anybody has are a problem of the first one too many", () => {
  const types = (count: number) =>
    parseProcfile(Array.from({ length: count }, (_, index) => `t${index}: run\n`).join(""));
  expect(types(1000).problems).toEqual([]);
  expect(types(1002).problems).toEqual([
    { location: "Procfile:1001:1", message: "got 1002 process types; expected at most 1000" },
  ]);
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
      for (const { location } of problems) expect(location).toMatch(/^Procfile:\d+:\d+$/);
      for (const { type } of entries) expect(type).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    }),
  );
});

/** A Procfile of these entries. */
function printed(entries: readonly ProcfileEntry[], eol: string): string {
  return entries.map(({ name, command }) => `${name}: ${command}${eol}`).join("");
}

test("what was accepted, printed and read again, comes to the same plan", () => {
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        procfile,
        fc.array(line).map((it) => it.join("\n")),
      ),
      fc.constantFrom("\n", "\r\n"),
      (text, eol) => {
        const { entries } = parseProcfile(text);
        const [first, again] = [text, printed(entries, eol)].map((it) => {
          const given = { procfile: it };
          return problemsOf(given).length === 0 ? planOf(given) : undefined;
        });
        if (!first) return;
        accepted += 1;
        const { settings, ...plan } = first;
        expect(again).toMatchObject({ processes: plan.processes });
        expect({ ...again, settings, warnings: [] }).toEqual({ ...plan, settings, warnings: [] });
      },
    ),
    { numRuns: 400 },
  );
  expect(accepted).toBeGreaterThan(30);
}, 30_000);
