import { describe, expect, it } from "vitest";
import { parseCommand, usage } from "../../local/arguments.ts";

const parsed = (line: string, env: NodeJS.ProcessEnv = {}) =>
  parseCommand(line.split(" ").filter(Boolean), env);

describe("what is typed", () => {
  it.each([
    ["start", { kind: "start", stack: "dev" }],
    ["start --stack staging", { kind: "start", stack: "staging" }],
    ["start -s staging", { kind: "start", stack: "staging" }],
    ["stop", { kind: "stop", purge: false }],
    ["stop --purge", { kind: "stop", purge: true }],
    ["up", { kind: "pulumi", command: "up", stack: "dev", rest: [] }],
    [
      "up --yes --stack staging --diff",
      { kind: "pulumi", command: "up", stack: "staging", rest: ["--yes", "--diff"] },
    ],
    ["preview --stack=staging", { kind: "pulumi", command: "preview", stack: "staging", rest: [] }],
    ["destroy -s staging", { kind: "pulumi", command: "destroy", stack: "staging", rest: [] }],
    ["destroy -sstaging", { kind: "pulumi", command: "destroy", stack: "staging", rest: [] }],
    ["up --help", { kind: "help", about: "up" }],
    ["start -h", { kind: "help", about: "start" }],
    ["", { kind: "help", about: undefined }],
  ])("npm … %s", async (line, command) => {
    expect(await parsed(line)).toEqual(command);
  });
});

describe("a slip is told, with what is allowed", () => {
  it.each([
    ["strat", 'There is no command "strat". Did you mean "start"?'],
    ["start --stak x", 'There is no flag "--stak". Did you mean "--stack"?'],
    ["stop --stack dev", 'There is no flag "--stack".'],
    ["stop --purge=yes", "does not take an argument"],
    ["start dev", "Unexpected argument 'dev'"],
    ["start --stack", "argument missing"],
    ["up --stack", "--stack wants the name of a stack after it."],
    ["up --stack --yes", "--stack wants the name of a stack after it."],
  ])("npm … %s", async (line, message) => {
    await expect(parsed(line)).rejects.toThrow(message);
    await expect(parsed(line)).rejects.toThrow("Usage:");
  });

  it("when npm has kept a flag to itself, since -- was forgotten", async () => {
    await expect(parsed("start", { npm_config_stack: "staging" })).rejects.toThrow(
      "npm start -- --stack staging",
    );
    await expect(parsed("up staging", { npm_config_stack: "true" })).rejects.toThrow(
      "npm run up -- --stack staging",
    );
    await expect(parsed("stop", { npm_config_purge: "true" })).rejects.toThrow(
      "npm stop -- --purge",
    );
  });
});

it("shows the usage of every command", () => {
  expect(usage()).toMatchInlineSnapshot(`
    "Usage:
      npm start [-- --stack NAME]
      npm stop [-- --purge]
      npm run up [-- [--stack NAME] [flags of pulumi up]]
      npm run preview [-- [--stack NAME] [flags of pulumi preview]]
      npm run destroy [-- [--stack NAME] [flags of pulumi destroy]]

    Each takes --help."
  `);
});
