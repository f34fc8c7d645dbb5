import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readOptions } from "../../commands/scale/options.ts";

test("the stack is dev unless told otherwise", () => {
  expect(readOptions([])).toEqual({
    stack: "dev",
    stackFile: undefined,
    dryRun: false,
    confirm: false,
    up: false,
    yes: false,
    json: false,
    undo: false,
    local: false,
    words: [],
  });
  expect(readOptions(["web=4", "-s", "production", "worker-1"])).toMatchObject({
    stack: "production",
    words: ["web=4", "worker-1"],
  });
});

test("a path is meant from where it was typed", () => {
  expect(readOptions(["--stack-file", "a.yaml"]).stackFile).toBe(resolve("a.yaml"));
});

test.each([
  [["--stack", "a", "--stack-file", "b"], "not both"],
  [["--stack", ""], "needs the name of a stack"],
  [["--stack"], "argument missing"],
  [["web=4", "--up", "--json"], "not JSON"],
  [["web=4", "--yes"], "--yes is for --up"],
  [["web=4", "--undo"], "got web=4; expected options only"],
  [["web=4", "--local"], "--local is for --undo"],
  [["web=4", "--up", "--stack-file", "b"], "--up needs a stack"],
])("%j is refused", (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
