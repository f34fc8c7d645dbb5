import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readOptions } from "../../commands/drift/options.ts";

test("the stack is dev, and where its own context points to, unless told otherwise", () => {
  const unless = { stack: "dev", stackFile: undefined, local: false, json: false };
  expect(readOptions([])).toEqual(unless);
  expect(readOptions(["-s", "acme/shop/production", "--local", "--json"])).toEqual({
    stack: "acme/shop/production",
    stackFile: undefined,
    local: true,
    json: true,
  });
  expect(readOptions(["--stack-file", "a.yaml"])).toEqual({
    ...unless,
    stackFile: resolve("a.yaml"),
  });
});

test.each([
  [["--stack", ""], "needs the name of a stack"],
  [["--stak", "dev"], 'unknown option --stak. Did you mean "--stack"?'],
  [["production"], "got production; expected options only. A stack is given with --stack"],
  [["--local", "--stack-file", "a.yaml"], "--local needs a stack"],
])("%j is refused", (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
