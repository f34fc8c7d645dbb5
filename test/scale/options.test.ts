import { describe, expect, test } from "vitest";
import { readOptions } from "../../commands/scale/options.ts";

test("the stack is dev unless told otherwise", () => {
  expect(readOptions([], {})).toEqual({
    help: false,
    stack: "dev",
    stackFile: undefined,
    dryRun: false,
    confirm: false,
    up: false,
    yes: false,
    json: false,
    words: [],
  });
  expect(readOptions(["web=4", "-s", "production", "worker-1"], {})).toMatchObject({
    stack: "production",
    words: ["web=4", "worker-1"],
  });
});

test("a path is meant from where it was typed", () => {
  expect(readOptions(["--stack-file", "a.yaml"], { INIT_CWD: "/there" }).stackFile).toBe(
    "/there/a.yaml",
  );
});

describe("a flag that npm has kept to itself is refused: without it, this would be something else", () => {
  test.each([
    ["npm_config_dry_run", "true", "--dry-run"],
    ["npm_config_stack", "production", "--stack production"],
    ["npm_config_stack", "true", "--stack NAME"],
    ["npm_config_stack_file", "a.yaml", "--stack-file a.yaml"],
    ["npm_config_up", "true", "--up"],
    ["npm_config_json", "true", "--json"],
    ["npm_config_confirm", "true", "--confirm"],
  ])("%s", (name, value, flag) => {
    expect(() => readOptions(["web=4"], { [name]: value })).toThrow(
      `Put -- before it: npm run scale -- web=4 ${flag}`,
    );
  });
  test("its value, which npm leaves among the words, is told from them", () => {
    expect(() => readOptions(["web-1", "production"], { npm_config_stack: "true" })).toThrow(
      "npm run scale -- web-1 --stack production",
    );
  });
  test("but not where it was given in its place, too", () => {
    expect(readOptions(["web=4", "--json"], { npm_config_json: "true" }).json).toBe(true);
    expect(readOptions(["web=4"], { npm_config_dry_run: "false" }).dryRun).toBe(false);
  });
});

test.each([
  [["--stack", "a", "--stack-file", "b"], "not both"],
  [["--stack", ""], "wants the name of a stack"],
  [["--stack"], "argument missing"],
  [["web=4", "--up", "--json"], "no JSON"],
  [["web=4", "--yes"], "--yes is for --up"],
  [["web=4", "--up", "--stack-file", "b"], "--up needs a stack"],
])("%j is refused", (args, message) => {
  expect(() => readOptions(args, {})).toThrow(message);
});
