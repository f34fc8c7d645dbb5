import { describe, expect, test } from "vitest";
import { readYaml, valueOf } from "../../commands/yaml.ts";
import { ConfigError } from "../../components/config/errors.ts";

function problemsOf(text: string): string[] {
  try {
    readYaml(text, "a.yaml");
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ location, message }) => `${location}: ${message}`);
  }
}

const config = (value: string, key = "dash-scale:scale") => `config:\n  ${key}: ${value}\n`;

describe("what Pulumi would refuse or read otherwise is told with its place", () => {
  test.each([
    ["{ web: 1, web: 2 }", '3:31: "web" is here twice'],
    ['{ 1: a, "1": b }', '3:29: "1" is here twice'],
    ["{ <<: *a, <<: *a }", '3:31: "<<" is here twice'],
    ["{ <<: 3 }", "3:23: << merges a map, or a list of maps"],
    ["{ <<: [*a, 3] }", "3:23: << merges a map, or a list of maps"],
    ["*nowhere", "3:21: there is no anchor &nowhere before this"],
    ["&b [*b]", "3:25: &b contains itself"],
    ["{ [a]: b }", "3:23: a key must be text"],
    ["{ ~: b }", "3:23: a key must be text"],
    [".inf", "3:21: .inf is not a number that a config can hold"],
    ["1e999", "3:21: 1e999 is not a number that a config can hold"],
    ["017", "3:21: 017 is a different number to Pulumi than it looks"],
    ["-0b11", "3:21: -0b11 is a different number"],
    ["1_000", "3:21: 1_000 is a different number"],
    ["1_000.5", "3:21: 1_000.5 is a different number"],
    ["-0x1F", "3:21: -0x1F is a different number"],
    ["2026-11-25", "3:21: 2026-11-25 is a time to Pulumi"],
    ["2026-11-25T10:00:00Z", "3:21: 2026-11-25T10:00:00Z is a time to Pulumi"],
    ["!!set { web }", "3:27: tag:yaml.org,2002:set means nothing in a stack file"],
    ["!!binary aGk=", "3:30: tag:yaml.org,2002:binary means nothing"],
  ])("%s", (value, told) => {
    const text = `config:\n  other:a: &a { b: 1 }\n  dash-scale:scale: ${value}\n`;
    expect(problemsOf(text)).toEqual([expect.stringContaining(`a.yaml:${told}`)]);
  });

  test("not where it is somebody else's", () => {
    expect(problemsOf(config("012345", "aws:accountId"))).toEqual([]);
    expect(problemsOf(config("2026-11-25", "aws:since"))).toEqual([]);
    expect(problemsOf(`${config("1")}other: 2026-11-25\n`)).toEqual([]);
  });
  test.each(["'017'", "!!str 017", "0", "0x1F", "0o17", "10", "-5", "0.5", "1e3", "08:30", "v1_0"])(
    "nor what is plain: %s",
    (value) => expect(problemsOf(config(value))).toEqual([]),
  );
  test("all at once, up to 20", () => {
    const many = "x: { a: 1, a: 2 }\n";
    expect(problemsOf(config("{ a: .inf, b: *b }"))).toHaveLength(2);
    expect(problemsOf(Array.from({ length: 30 }, (_, i) => `k${i}${many}`).join(""))).toHaveLength(
      20,
    );
  });
});

describe("aliases", () => {
  test("may be as many as anybody needs", () => {
    const text = `a: &a { memory: 1Gi }\nb: [${"*a, ".repeat(500)}]\n`;
    expect(valueOf(readYaml(text, "a.yaml").document)).toMatchObject({ a: { memory: "1Gi" } });
  });
  test("may not come to more than can be read", () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) =>
        `l${i}: &l${i} [${Array(9)
          .fill(i === 0 ? "x" : `*l${i - 1}`)
          .join(", ")}]\n`,
    );
    expect(problemsOf(levels.join(""))).toEqual([expect.stringContaining("too much")]);
  });
});

test("nesting has an end", () => {
  const nested = (depth: number) => `a: ${"[".repeat(depth)}x${"]".repeat(depth)}\n`;
  expect(problemsOf(nested(49))).toEqual([]);
  expect(problemsOf(nested(60))).toEqual([expect.stringContaining("nested too deeply")]);
  expect(problemsOf(nested(20_000))[0]).toContain("nested too deeply");
});

test("a directive of YAML 1.1 makes no flags of no and yes, as with Pulumi", () => {
  const { document } = readYaml("%YAML 1.1\n---\na: no\nb: yes\nc: 1:30\n", "a.yaml");
  expect(valueOf(document)).toEqual({ a: "no", b: "yes", c: "1:30" });
});

test("a file that is too large is not read", () => {
  expect(problemsOf("# comment\n".repeat(30_000))).toEqual([
    "a.yaml:1:1: got a file of 293 KiB; expected at most 256 KiB",
  ]);
});
