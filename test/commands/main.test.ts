import { mkdir, rm, symlink, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../components/config/errors.ts";
import { explanation } from "../../commands/explain.ts";
import { projectCopy, started } from "../support/command.ts";

let folder: string;
beforeAll(async () => {
  folder = await projectCopy();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const dashScale = (...args: string[]) => started(folder, args).ended;

describe("dash-scale", () => {
  test("lists its verbs", async () => {
    const { status, stdout, stderr } = await dashScale();
    expect(stdout.match(/^ {2}npx dash-scale \w+/gm)).toEqual(
      [
        "init",
        "import",
        "check",
        "render",
        "scale",
        "page",
        "status",
        "history",
        "drift",
        "local",
      ].map((verb) => `  npx dash-scale ${verb}`),
    );
    expect([status, stderr]).toEqual([0, ""]);
    expect((await dashScale("--help")).stdout).toBe(stdout);
  });
  test("local lists what it can do", async () => {
    const { status, stdout } = await dashScale("local");
    expect(stdout.match(/^ {2}npx dash-scale local \w+/gm)).toEqual(
      ["start", "stop", "up", "preview", "destroy"].map((verb) => `  npx dash-scale local ${verb}`),
    );
    expect(status).toBe(0);
  });
  test.each([
    ["init", "--pipeline NAME"],
    ["check", "--stack-file PATH"],
    ["render", "--stack-file PATH"],
    ["scale", "--stack-file PATH"],
    ["drift", "--stack-file PATH"],
    ["local start", "--stack NAME"],
    ["local stop", "--purge"],
    ["local up", "any other option goes to pulumi up"],
    ["local preview", "any other option goes to pulumi preview"],
    ["local destroy", "any other option goes to pulumi destroy"],
  ])("%s --help says how to use it", async (line, text) => {
    const { status, stdout } = await dashScale(...line.split(" "), "--help");
    expect(stdout).toContain(`npx dash-scale ${line}`);
    expect(stdout).toContain(text);
    expect(status).toBe(0);
    expect((await dashScale(...line.split(" "), "-h")).stdout).toBe(stdout);
  });
  test.each([
    ["scal", 'unknown command scal. Did you mean "scale"?', "npx dash-scale --help"],
    ["constructor", "unknown command constructor.", "npx dash-scale --help"],
    ["--stack dev", "unknown option --stack.", "npx dash-scale --help"],
    ["local strat", 'unknown command strat. Did you mean "start"?', "npx dash-scale local --help"],
    ["local up --stack", "--stack needs the name of a stack", "npx dash-scale local up --help"],
    ["render production", "got production; expected options only", "npx dash-scale render --help"],
    ["check --strct", 'Did you mean "--strict"?', "npx dash-scale check --help"],
    ["check --hepl", 'Did you mean "--help"?', "npx dash-scale check --help"],
  ])("%s is refused with status 2", async (line, message, help) => {
    const { status, stdout, stderr } = await dashScale(...line.split(" "));
    expect(stderr).toContain(message);
    expect(stderr).toContain(`How to use it: ${help}\n`);
    expect([status, stdout]).toEqual([2, ""]);
  });
});

describe("where dash-scale is a package", () => {
  let installed: string;
  beforeAll(async () => {
    installed = await projectCopy();
    await rm(join(installed, "local"), { recursive: true });
    // Of all packages this one: the Pulumi SDK takes longer to load than a command takes for all
    // its work.
    await unlink(join(installed, "node_modules"));
    await mkdir(join(installed, "node_modules"));
    const yaml = resolve(import.meta.dirname, "../../node_modules/yaml");
    await symlink(yaml, join(installed, "node_modules/yaml"));
  });
  afterAll(() => rm(installed, { recursive: true, force: true }));

  test("there is no local cluster, and no word of one", async () => {
    const { stdout } = await started(installed, []).ended;
    expect(stdout).not.toContain("local");
    const drift = await started(installed, ["drift", "--local"]).ended;
    expect(drift.stderr).toContain("there is no local cluster here");
    expect(drift.status).toBe(1);
    const scale = await started(installed, ["scale", "web=3", "--dry-run"]).ended;
    expect(scale.stdout + scale.stderr).not.toContain("local");
  });
  test.each([["scale"], ["scale", "web=3"], ["check"]])("%s needs no SDK", async (...args) => {
    expect(await started(installed, args).ended).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("what ends a command", () => {
  const call = { command: "npx dash-scale x", json: true, usageStatus: 2 };
  test("unexpectedly shows its stack, and asks for a report", () => {
    const { status, stderr, stdout } = explanation(new TypeError("boom"), call);
    expect(stderr).toMatch(/^TypeError: boom\n {4}at .*main\.test\.ts/);
    expect(stderr).toContain("This is a bug in dash-scale. Please report it");
    expect([status, stdout]).toEqual([1, undefined]);
    expect(explanation("thrown", call).stderr).toMatch(/^thrown\n/);
  });
  test("as a mistake in the config shows no stack, and is JSON for a script", () => {
    const problems = [{ location: "Procfile:1:1", message: "is empty" }];
    const { status, stderr, stdout = "" } = explanation(new ConfigError(problems), call);
    expect(stderr).toBe("1 problem, nothing was changed:\n  Procfile:1:1: is empty\n");
    expect([status, JSON.parse(stdout)]).toEqual([1, { problems }]);
  });
});
