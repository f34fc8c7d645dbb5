import { describe, expect, test } from "vitest";
import { readPulumi, readStart, readStop } from "../../local/verbs.ts";

const words = (line: string) => line.split(" ").filter(Boolean);

describe("what is typed", () => {
  test.each([
    ["", "dev"],
    ["--stack staging", "staging"],
    ["-s staging", "staging"],
  ])("local start %s", (line, stack) => {
    expect(readStart(words(line))).toBe(stack);
  });
  test.each([
    ["", false],
    ["--purge", true],
  ])("local stop %s", (line, purge) => {
    expect(readStop(words(line))).toBe(purge);
  });
  test.each([
    ["", { stack: "dev", rest: [] }],
    ["--yes --stack staging --diff", { stack: "staging", rest: ["--yes", "--diff"] }],
    ["--stack=staging", { stack: "staging", rest: [] }],
    ["-s staging", { stack: "staging", rest: [] }],
    ["-sstaging", { stack: "staging", rest: [] }],
  ])("local up %s", (line, options) => {
    expect(readPulumi(words(line))).toEqual(options);
  });
});

describe("what is not understood is reported", () => {
  test.each([
    ["--stak x", 'unknown option --stak. Did you mean "--stack"?'],
    ["dev", "got dev; expected options only. A stack is given with --stack"],
    ["--stack", "argument missing"],
  ])("local start %s", (line, message) => {
    expect(() => readStart(words(line))).toThrow(message);
  });
  test.each([
    ["--stack dev", "unknown option --stack."],
    ["--purge=yes", "does not take an argument"],
  ])("local stop %s", (line, message) => {
    expect(() => readStop(words(line))).toThrow(message);
  });
  test.each([
    ["--stack", "--stack needs the name of a stack after it"],
    ["--stack --yes", "--stack needs the name of a stack after it"],
  ])("local up %s", (line, message) => {
    expect(() => readPulumi(words(line))).toThrow(message);
  });
});
