import { ROOT } from "../../infra/root.ts";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { VERBS } from "../../commands/verbs.ts";
import { versions } from "../../local/versions.ts";

const PIPELINES = ["github.yml", "gitlab-ci.yml"] as const;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly if?: string;
  readonly permissions?: unknown;
  readonly environment?: string;
  readonly concurrency?: unknown;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: object;
  readonly permissions: unknown;
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<"check" | "preview" | "deploy", Job>>;
}

const textOf = (name: string) => readFile(resolve(ROOT, "examples/pipeline", name), "utf8");

describe.each(PIPELINES)("%s", (name) => {
  test("runs commands and stacks that there are", async () => {
    const text = await textOf(name);
    const ran = [...text.matchAll(/npx dash-scale (\w+)/g)].map(([, verb = ""]) => verb);
    const stacks = [...text.matchAll(/--stack (\w+)/g)].map(([, stack = ""]) => stack);
    expect(ran.length).toBeGreaterThan(0);
    expect(stacks.length).toBeGreaterThan(2);
    for (const verb of ran) expect(VERBS.verbs).toHaveProperty(verb);
    expect(text).not.toContain("npm run");
    for (const stack of stacks)
      expect(existsSync(resolve(ROOT, `stacks/Pulumi.${stack}.yaml`))).toBe(true);
  });

  test("installs without scripts, and previews and ups as docs/start/pipeline.md says, without a prompt", async () => {
    const text = await textOf(name);
    const page = await readFile(resolve(ROOT, "docs/start/pipeline.md"), "utf8");
    const section = /^## The three commands\n+((?: {4}.*\n)+)/m.exec(page)?.[1] ?? "";
    const commands = [...section.matchAll(/^ {4}(\S.*?)(?: {2,}#.*)?$/gm)].map(
      ([, command = ""]) => command,
    );
    expect(commands).toHaveLength(3);
    for (const command of commands) expect(text).toContain(command);
    expect(text.match(/npm ci(?! --ignore-scripts)/)).toBeNull();
    for (const [command] of text.matchAll(/pulumi (?:preview|up) .*/g)) {
      expect(command).toContain("--non-interactive");
    }
  });

  test("uses the version of Pulumi that is tested here", async () => {
    expect(await textOf(name)).toContain(`PULUMI_VERSION: ${versions.pulumi}\n`);
  });

  test("puts no secret on a command line, and keeps the kubeconfig to itself", async () => {
    expect(await textOf(name)).not.toMatch(/(?:run|script): .*\$\{\{ *secrets/);
  });
});

describe("github.yml", async () => {
  const { on, permissions, jobs }: Workflow = parse(await textOf("github.yml"));
  const { check, preview, deploy } = jobs;
  const actions = Object.values(jobs).flatMap(({ steps }) => steps.filter(({ uses }) => uses));

  test("pins every action by its commit", async () => {
    expect(actions.length).toBeGreaterThan(5);
    for (const { uses = "" } of actions) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    for (const line of (await textOf("github.yml"))
      .split("\n")
      .filter((it) => it.includes("uses:"))) {
      expect(line).toMatch(/# v\d+\.\d+\.\d+/);
    }
  });
  test("may do no more than read the repository, and leaves no credentials behind", () => {
    expect(permissions).toEqual({});
    for (const job of [check, preview, deploy])
      expect(job.permissions).toEqual({ contents: "read" });
    for (const { with: given } of actions.filter(({ uses }) =>
      uses?.startsWith("actions/checkout"),
    )) {
      expect(given).toEqual({ "persist-credentials": false });
    }
  });
  test("gives forks no secrets", () => {
    expect(Object.keys(on)).toEqual(["pull_request", "push"]);
    expect(preview.if).toContain("head.repo.full_name == github.repository");
    expect(JSON.stringify(check)).not.toContain("secrets.");
    expect(check.environment).toBeUndefined();
  });
  test("deploys one at a time, never ended half-way, and nothing without an end", () => {
    expect(deploy.concurrency).toEqual({ group: "deploy-production", "cancel-in-progress": false });
    for (const job of Object.values(jobs)) expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
  });
});

test("gitlab-ci.yml deploys one at a time, and gives forks no secrets", async () => {
  const pipeline = parse(await textOf("gitlab-ci.yml"));
  expect(pipeline.deploy).toMatchObject({
    environment: "production",
    resource_group: "production",
  });
  expect(pipeline.deploy.rules).toEqual([{ if: "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" }]);
  expect(pipeline.preview.rules[0].if).toContain(
    "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID",
  );
  expect(pipeline.default.interruptible).toBe(false);
});
