import { expect, test } from "vitest";
import { readOptions } from "../../commands/drift/options.ts";

test("the stack is dev, and where its own context leads, unless told otherwise", () => {
  expect(readOptions([], {})).toEqual({ help: false, stack: "dev", local: false, json: false });
  expect(readOptions(["-s", "acme/shop/production", "--local", "--json"], {})).toEqual({
    help: false,
    stack: "acme/shop/production",
    local: true,
    json: true,
  });
});

test.each([
  [["--stack", ""], {}, "wants the name of a stack"],
  [["--stak", "dev"], {}, 'there is no flag --stak. Did you mean "--stack"?'],
  [["production"], {}, "found production, where only flags are; a stack is given with --stack"],
  [["production"], { npm_config_stack: "true" }, "npm run drift -- --stack production"],
  [[], { npm_config_stack: "production" }, "npm run drift -- --stack production"],
  [[], { npm_config_json: "true" }, "npm run drift -- --json"],
])("%j with %j is refused", (args, env, message) => {
  expect(() => readOptions(args, env)).toThrow(message);
});
