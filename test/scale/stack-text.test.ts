import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Change } from "../../commands/scale/change.ts";
import { withChanges } from "../../commands/scale/change.ts";
import { Uneditable } from "../../commands/scale/splice.ts";
import { withChangesIn } from "../../commands/scale/stack-text.ts";

const HEAD = "# top\nconfig:\n  dash-scale:app: {  image: 'a:1' }   # odd\n";
const TAIL = "encryptionsalt: v1:x # tail\n# end\n";

const edited = (text: string, ...changes: Change[]) =>
  withChangesIn(text, changes, { map: "dash-scale:scale", project: "dash-scale" });
const replicas = (key: string, count: number): Change => ({ key, fields: { replicas: count } });
const WEB_4 = replicas("web", 4);
const MEMORY: Change = { key: "web", fields: { memory: "1Gi" } };

interface Case {
  readonly form: string;
  /** What stands below `config`, indented by two. */
  readonly scale: string;
  readonly changes: readonly Change[];
  readonly becomes: string;
}

const TO_AUTOSCALER: Change = {
  key: "web",
  fields: { min: 2, max: 8, cpu: 70 },
  removed: ["replicas"],
};
const TO_FIXED: Change = {
  key: "web",
  fields: { replicas: 4 },
  removed: ["min", "max", "schedule", "cpu"],
};

const CASES: readonly Case[] = [
  {
    form: "a block map loses fields, with the comment on their line",
    scale:
      "  dash-scale:scale:\n    # how many\n    web:\n      min: 2 # two\n      # size\n      memory: '1Gi'\n      max: 10\n      cpu: 70\n      schedule:\n        - start: 0 8 * * 1-5\n          replicas: 6 # six\n    worker: 1\n",
    changes: [TO_FIXED],
    becomes:
      "  dash-scale:scale:\n    # how many\n    web:\n      # size\n      memory: '1Gi'\n      replicas: 4\n    worker: 1\n",
  },
  {
    form: "a flow map loses fields, the first, the last and those between",
    scale:
      "  dash-scale:scale:\n    web: { min: 2, memory: 1Gi, max: 10, cpu: 70 , schedule: [] } # all\n",
    changes: [TO_FIXED],
    becomes: "  dash-scale:scale:\n    web: { memory: 1Gi, replicas: 4 } # all\n",
  },
  {
    form: "a flow map on several lines loses a field with its line",
    scale:
      "  dash-scale:scale:\n    web: {\n      replicas: 4, # four\n      memory: 1Gi, # much\n    }\n",
    changes: [TO_AUTOSCALER],
    becomes:
      "  dash-scale:scale:\n    web: {\n      memory: 1Gi, min: 2, max: 8, cpu: 70, # much\n    }\n",
  },
  {
    form: "the short form becomes an autoscaler",
    scale: '  dash-scale:scale:\n    web: "4" # four\n    worker: 1\n',
    changes: [TO_AUTOSCALER],
    becomes: "  dash-scale:scale:\n    web: { min: 2, max: 8, cpu: 70 } # four\n    worker: 1\n",
  },
  {
    form: "an alias is written out where a field of it goes",
    scale: "  x: &w { replicas: 4, memory: 1Gi }\n  dash-scale:scale:\n    web: *w\n",
    changes: [TO_AUTOSCALER],
    becomes:
      "  x: &w { replicas: 4, memory: 1Gi }\n  dash-scale:scale:\n    web: { memory: 1Gi, min: 2, max: 8, cpu: 70 }\n",
  },
  {
    form: "what to aim at is set beside the other target",
    scale:
      "  dash-scale:scale:\n    web:\n      max: 8\n      cpu: 500m\n      target:\n        memory: 80 # percent\n        cpu: '60'\n",
    changes: [{ key: "web", fields: { target: { cpu: 70, memory: 75 }, max: 9 } }],
    becomes:
      "  dash-scale:scale:\n    web:\n      max: 9\n      cpu: 500m\n      target:\n        memory: 75 # percent\n        cpu: '70'\n",
  },
  {
    form: "behind a block list of maps, that of another process type",
    scale:
      "  dash-scale:scale:\n    web:\n      max: 10\n      schedule:\n        - start: 0 8 * * 1-5\n          end: 0 18 * * 1-5\n          replicas: 6 # six\n        # a\n  dash-scale:guards: {}\n",
    changes: [replicas("worker", 2)],
    becomes:
      "  dash-scale:scale:\n    web:\n      max: 10\n      schedule:\n        - start: 0 8 * * 1-5\n          end: 0 18 * * 1-5\n          replicas: 6 # six\n    worker: 2\n        # a\n  dash-scale:guards: {}\n",
  },
  {
    form: "behind a block list of maps, its own",
    scale:
      "  dash-scale:scale:\n    web:\n      max: 10\n      schedule:\n        - - nested\n        - start: 0 8 * * 1-5\n          replicas: 6\n    worker: 1\n",
    changes: [MEMORY],
    becomes:
      "  dash-scale:scale:\n    web:\n      max: 10\n      schedule:\n        - - nested\n        - start: 0 8 * * 1-5\n          replicas: 6\n      memory: 1Gi\n    worker: 1\n",
  },
  {
    form: "the short form stays short",
    scale: "  dash-scale:scale:\n    web: 2 # two\n",
    changes: [WEB_4],
    becomes: "  dash-scale:scale:\n    web: 4 # two\n",
  },
  {
    form: "quotes stay",
    scale: `  dash-scale:scale: { web: "2", worker: '3' }\n`,
    changes: [WEB_4, replicas("worker", 5)],
    becomes: `  dash-scale:scale: { web: "4", worker: '5' }\n`,
  },
  {
    form: "the short form becomes a map where it stands",
    scale: "  dash-scale:scale:\n    web:   2 # two\n    worker: 1\n",
    changes: [MEMORY],
    becomes: "  dash-scale:scale:\n    web:   { replicas: 2, memory: 1Gi } # two\n    worker: 1\n",
  },
  {
    form: "the short form in quotes becomes a map, quotes and all",
    scale: `  dash-scale:scale:\n    web: "2"\n`,
    changes: [{ key: "web", fields: { replicas: 3, memory: "1Gi", cpu: 0.5 } }],
    becomes: `  dash-scale:scale:\n    web: { replicas: "3", memory: 1Gi, cpu: 0.5 }\n`,
  },
  {
    form: "a block map, one field there and one not",
    scale:
      "  dash-scale:scale:\n    web:\n        # a\n        replicas: 2 # b\n        workers: 2 # c\n        # d\n    worker: 1\n",
    changes: [{ key: "web", fields: { replicas: 4, memory: "1Gi" } }],
    becomes:
      "  dash-scale:scale:\n    web:\n        # a\n        replicas: 4 # b\n        workers: 2 # c\n        memory: 1Gi\n        # d\n    worker: 1\n",
  },
  {
    form: "a flow map, one field there and one not",
    scale: "  dash-scale:scale: {web: {replicas: 2,  workers: 3}}\n",
    changes: [{ key: "web", fields: { workers: 4, cpu: "250m" } }],
    becomes: "  dash-scale:scale: {web: {replicas: 2,  workers: 4, cpu: 250m}}\n",
  },
  {
    form: "a flow map on several lines, with a comma at its end",
    scale: "  dash-scale:scale:\n    web: {\n      replicas: 2, # a\n      # b\n    }\n",
    changes: [MEMORY],
    becomes:
      "  dash-scale:scale:\n    web: {\n      replicas: 2, memory: 1Gi, # a\n      # b\n    }\n",
  },
  {
    form: "a type that is not there, in a block map",
    scale: "  dash-scale:scale:\n   web: 2 # a\n   # b\n",
    changes: [replicas("worker", 3)],
    becomes: "  dash-scale:scale:\n   web: 2 # a\n   worker: 3\n   # b\n",
  },
  {
    form: "a type that is not there, behind a map",
    scale: "  dash-scale:scale:\n    web:\n      replicas: 2 # a\n\n",
    changes: [{ key: "worker", fields: { replicas: 3, memory: "1Gi" } }],
    becomes:
      "  dash-scale:scale:\n    web:\n      replicas: 2 # a\n    worker: { replicas: 3, memory: 1Gi }\n\n",
  },
  {
    form: "a type that is not there, in a flow map",
    scale: "  dash-scale:scale: { web: 2 } # a\n",
    changes: [replicas("worker", 3)],
    becomes: "  dash-scale:scale: { web: 2, worker: 3 } # a\n",
  },
  {
    form: "no scale at all",
    scale: "",
    changes: [WEB_4, replicas("worker", 3)],
    becomes: "  dash-scale:scale:\n    web: 4\n    worker: 3\n",
  },
  {
    form: "an empty scale",
    scale: "  dash-scale:scale: {}\n",
    changes: [WEB_4, replicas("worker", 3)],
    becomes: "  dash-scale:scale: { web: 4, worker: 3 }\n",
  },
  {
    form: "a scale with nothing but comments",
    scale: "  dash-scale:scale: # a\n    # web: 2\n",
    changes: [WEB_4],
    becomes: "  dash-scale:scale: # a\n    web: 4\n    # web: 2\n",
  },
  {
    form: "a scale that is null",
    scale: "  dash-scale:scale: ~ # a\n",
    changes: [WEB_4],
    becomes: "  dash-scale:scale: { web: 4 } # a\n",
  },
  {
    form: "a type with nothing but a comment",
    scale: "  dash-scale:scale:\n    web: # a\n    worker: 1\n",
    changes: [WEB_4],
    becomes: "  dash-scale:scale:\n    web: 4 # a\n    worker: 1\n",
  },
  {
    form: "a type that is null, or an empty map",
    scale: "  dash-scale:scale: { web: null, worker: {}, beat }\n",
    changes: [MEMORY, replicas("worker", 3), replicas("beat", 0)],
    becomes: "  dash-scale:scale: { web: { memory: 1Gi }, worker: { replicas: 3 }, beat: 0 }\n",
  },
  {
    form: "a field with nothing in it",
    scale: "  dash-scale:scale:\n    web:\n      replicas:\n      memory: 1Gi\n",
    changes: [WEB_4],
    becomes: "  dash-scale:scale:\n    web:\n      replicas: 4\n      memory: 1Gi\n",
  },
  {
    form: "the key without the project's name, and odd keys",
    scale: `  scale:\n    "web" : 2\n    'worker': 1\n`,
    changes: [WEB_4, replicas("worker", 0)],
    becomes: `  scale:\n    "web" : 4\n    'worker': 0\n`,
  },
  {
    form: "a value folded over lines",
    scale: "  dash-scale:scale:\n    web:\n      memory: >-\n        512Mi\n      cpu: 1\n",
    changes: [MEMORY],
    becomes: "  dash-scale:scale:\n    web:\n      memory: 1Gi\n      cpu: 1\n",
  },
  {
    form: "a number with a tag",
    scale: "  dash-scale:scale:\n    web: !!int 2\n",
    changes: [WEB_4],
    becomes: "  dash-scale:scale:\n    web: !!int 4\n",
  },
  {
    form: "an alias of a number",
    scale: "  dash-scale:scale:\n    worker: &n 2\n    web: *n # a\n",
    changes: [WEB_4],
    becomes: "  dash-scale:scale:\n    worker: &n 2\n    web: 4 # a\n",
  },
  {
    form: "an alias of a map is merged",
    scale:
      "  dash-scale:scale:\n    worker: &big { memory: 1Gi, replicas: 2 }\n    web: *big # a\n",
    changes: [WEB_4],
    becomes:
      "  dash-scale:scale:\n    worker: &big { memory: 1Gi, replicas: 2 }\n    web: { <<: *big, replicas: 4 } # a\n",
  },
  {
    form: "a field from a merge key",
    scale:
      "  dash-scale:scale:\n    worker: &big { memory: 1Gi, replicas: 2 }\n    web:\n      <<: *big # a\n",
    changes: [WEB_4],
    becomes:
      "  dash-scale:scale:\n    worker: &big { memory: 1Gi, replicas: 2 }\n    web:\n      <<: *big # a\n      replicas: 4\n",
  },
  {
    form: "a type from a merge key",
    scale:
      "  other:base: &base { web: { replicas: 2, memory: 1Gi }, worker: 2 }\n  dash-scale:scale:\n    <<: *base\n",
    changes: [WEB_4, replicas("worker", 1)],
    becomes:
      "  other:base: &base { web: { replicas: 2, memory: 1Gi }, worker: 2 }\n  dash-scale:scale:\n    <<: *base\n    web: { replicas: 4, memory: 1Gi }\n    worker: 1\n",
  },
  {
    form: "a scale that is an alias as a whole",
    scale: "  other:base: &base { web: { replicas: 2, memory: 1Gi } }\n  dash-scale:scale: *base\n",
    changes: [WEB_4, replicas("worker", 3)],
    becomes:
      "  other:base: &base { web: { replicas: 2, memory: 1Gi } }\n  dash-scale:scale: { <<: *base, web: { replicas: 4, memory: 1Gi }, worker: 3 }\n",
  },
];

describe("an edit changes what was asked for, and not a byte more", () => {
  test.each(CASES)("$form", ({ scale, changes, becomes }) => {
    expect(edited(HEAD + scale + TAIL, ...changes)).toBe(HEAD + becomes + TAIL);
  });
  test.each(CASES)("$form, with CRLF", ({ scale, changes, becomes }) => {
    const crlf = (text: string) => text.replaceAll("\n", "\r\n");
    expect(edited(crlf(HEAD + scale + TAIL), ...changes)).toBe(crlf(HEAD + becomes + TAIL));
  });
  test.each(CASES)(
    "$form, at the end of a file without a newline",
    ({ scale, changes, becomes }) => {
      expect(edited((HEAD + scale).trimEnd(), ...changes)).toBe((HEAD + becomes).trimEnd());
    },
  );
  test("a byte-order mark stays", () => {
    expect(edited(`\uFEFF${HEAD}`, WEB_4)).toBe(`\uFEFF${HEAD}  dash-scale:scale:\n    web: 4\n`);
  });
  test("a file that is JSON stays JSON", () => {
    expect(edited(`{"config":{"dash-scale:scale":{"web":2}}}`, WEB_4)).toBe(
      `{"config":{"dash-scale:scale":{"web":4}}}`,
    );
  });
  test("a file in flow style gets a scale in flow style", () => {
    expect(edited("{config: {a: 1}}\n", WEB_4)).toBe(
      `{config: {a: 1, "dash-scale:scale": { web: 4 }}}\n`,
    );
  });
});

describe("what cannot be edited safely is refused", () => {
  const refused = (scale: string, change: Change) => {
    try {
      return edited(HEAD + scale + TAIL, change);
    } catch (error) {
      if (!(error instanceof Uneditable)) throw error;
      const line = (HEAD + scale).slice(0, error.offset).split("\n").length;
      return `line ${line}: ${error.message}`;
    }
  };
  const SHARED = "a change here would change more than that, by an anchor or a merge key";
  test.each([
    ["an anchored number", "    web: &n 2\n    worker: *n\n", `line 5: ${SHARED}`],
    ["an anchored map", "    web: &m { replicas: 2 }\n    worker: *m\n", `line 5: ${SHARED}`],
    [
      "a map that is merged elsewhere",
      "    web: &m\n      replicas: 2\n    worker: { <<: *m }\n",
      `line 5: ${SHARED}`,
    ],
    ["an anchored nothing", "    web: &m\n    worker: *m\n", `line 5: ${SHARED}`],
  ])("%s", (_, types, message) => {
    expect(refused(`  dash-scale:scale:\n${types}`, WEB_4)).toBe(message);
  });
  test("a scale that is there twice, with the project's name and without", () => {
    expect(refused("  scale: { web: 2 }\n  dash-scale:scale: { web: 2 }\n", WEB_4)).toBe(
      "line 5: this is here twice",
    );
  });
});

test.each(
  readdirSync(resolve(import.meta.dirname, "../../stacks")).filter((it) => it.endsWith(".yaml")),
)("stacks/%s: one line changes", (name) => {
  const text = readFileSync(join(import.meta.dirname, "../../stacks", name), "utf8");
  const lines = text.split("\n");
  const changed = edited(text, replicas("web", 7)).split("\n");
  expect(changed).toHaveLength(lines.length);
  expect(changed.filter((line, index) => line !== lines[index])).toEqual([
    expect.stringMatching(/\b7\b/),
  ]);
});

/** Stack files from fragments: each form of the short, the long and the odd. */
const comment = fc.constantFrom("", " # c", "   # web: 9", " #: x");
const blank = fc.constantFrom("", "\n", "    # web: 9\n", "  # worker: {\n", "# x\n\n");
const number = fc.integer({ min: 0, max: 99 });
const short = fc
  .tuple(number, fc.constantFrom("", '"', "'"), comment)
  .map(([count, quote, after]) => ` ${quote}${count}${quote}${after}\n`);
const nothing = comment.map((after) => `${after}\n`);
const fieldLine = fc.constantFrom(
  "replicas: 2",
  "workers: '3'",
  "memory: 1Gi",
  'cpu: "0.5"',
  "threads:",
);
const fieldLines = fc.uniqueArray(fieldLine, { minLength: 1, selector: (it) => it.split(":")[0] });
const flow = fc.tuple(fieldLines, fc.boolean(), comment).map(([fields, tight, after]) => {
  const inner = fields.join(tight ? "," : " , ");
  return tight ? ` {${inner}}${after}\n` : ` {  ${inner}  }${after}\n`;
});
const block = fc
  .tuple(fieldLines, fc.constantFrom("      ", "       "), comment, blank)
  .map(
    ([fields, indent, after, between]) =>
      `${after}\n${fields.map((field) => `${indent}${field}${after}\n`).join(between)}`,
  );
const type = fc.oneof(short, nothing, flow, block);
const types = fc
  .dictionary(fc.constantFrom("web", "worker", "beat"), fc.tuple(blank, type), {
    minKeys: 1,
    noNullPrototype: true,
  })
  .map((all) =>
    Object.entries(all)
      .map(([name, [before, value]]) => `${before}    ${name}:${value}`)
      .join(""),
  );
const scale = fc.oneof(
  types.map((all) => `  dash-scale:scale:\n${all}`),
  fc.constantFrom("", "  dash-scale:scale: {}\n", "  dash-scale:scale:\n", "  scale: {web: 2}\n"),
);
const stackFile = fc
  .tuple(
    blank,
    scale,
    blank,
    fc.constantFrom("", TAIL),
    fc.constantFrom("\n", "\r\n"),
    fc.boolean(),
  )
  .map(([before, middle, after, tail, eol, ends]) => {
    const text = (HEAD + before + middle + after + tail).replaceAll("\n", eol);
    return ends ? text : text.trimEnd();
  });
const change = fc.record({
  key: fc.constantFrom("web", "worker", "beat", "my_Worker"),
  fields: fc.dictionary(
    fc.constantFrom("replicas", "workers", "memory", "cpu", "spread"),
    fc.oneof(number, fc.constantFrom("1Gi", "250m", "off", "0.50", "+1Gi", "1e3")),
    { minKeys: 1, noNullPrototype: true },
  ),
});
const changeSet = fc.uniqueArray(change, {
  minLength: 1,
  maxLength: 3,
  selector: ({ key }) => key,
});

function read(text: string): { config: Record<string, unknown> } {
  return parse(text, { merge: true });
}

const texts = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, item: unknown) =>
    typeof item === "number" ? String(item) : item,
  );

/** The last line of a file without a newline gets one when something is added below it. */
const linesOf = (text: string) =>
  text
    .replace(/\r?\n$/, "")
    .split(/(?<=\n)/)
    .map((line) =>
      line.endsWith("\n") ? line : `${line}${text.includes("\r\n") ? "\r\n" : "\n"}`,
    );

/** The longest list of lines that both have, in order. */
function common(a: readonly string[], b: readonly string[]): string[] {
  let row: string[][] = b.map(() => []);
  for (const line of a) {
    const next: string[][] = [];
    for (const [index, other] of b.entries()) {
      const [above, left, corner] = [row[index] ?? [], next[index - 1] ?? [], row[index - 1] ?? []];
      const longer = above.length >= left.length ? above : left;
      next.push(line === other ? [...corner, line] : longer);
    }
    row = next;
  }
  return row.at(-1) ?? [];
}

test("whatever the file and the changes: only what was asked for differs, and no other line", () => {
  fc.assert(
    fc.property(stackFile, changeSet, (text, changes) => {
      const after = edited(text, ...changes);
      const { config, ...rest } = read(text);
      const key = "scale" in config ? "scale" : "dash-scale:scale";
      const wanted = { ...config, [key]: withChanges(config[key], changes) };
      expect(texts(read(after))).toEqual(texts({ config: wanted, ...rest }));

      const asked = changes.flatMap((it) => [`${it.key}:`, ...Object.keys(it.fields), "scale:"]);
      const isAsked = (line: string) => asked.some((word) => line.includes(word));
      const [old, now] = [linesOf(text), linesOf(after)];
      expect(common(old, now)).toEqual(
        expect.arrayContaining(old.filter((line) => !isAsked(line))),
      );
      const fields = changes.reduce((sum, it) => sum + Object.keys(it.fields).length, 0);
      expect(old.length - common(old, now).length).toBeLessThanOrEqual(fields);
    }),
    { numRuns: 400 },
  );
});
