import { ROOT } from "../../infra/root.ts";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { secret } from "@pulumi/pulumi";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ConfigError } from "../../components/config/errors.ts";
import type { StackCase } from "../cases/stacks.ts";
import { STACK_CASES } from "../cases/stacks.ts";
import { planOf, problemsOf } from "../support/plan.ts";

const schema: object = JSON.parse(readFileSync(resolve(ROOT, "stacks/schema.json"), "utf8"));
const validate = new Ajv({ allowUnionTypes: true, strictTypes: false }).compile(schema);

/**
 * What the program sees of `{ secure: … }`: the engine has decrypted it, and says that it is
 * secret.
 */
function asSeenByTheProgram(secrets: unknown): unknown {
  if (typeof secrets !== "object" || secrets === null) return secrets;
  return Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [
      name,
      typeof value === "string" ? value : secret("canary"),
    ]),
  );
}

function fileOf({ app, scale, processes, secrets, more = {} }: StackCase): unknown {
  const valid = { image: "registry.example.com/shop:1.4.2" };
  const config: Record<string, unknown> = {
    "kubernetes:context": "dev",
    "dash-scale:app": typeof app === "object" || app === undefined ? { ...valid, ...app } : app,
  };
  for (const [key, value] of Object.entries({ scale, processes, secrets, ...more })) {
    if (value !== undefined) config[`dash-scale:${key}`] = value;
  }
  return { config };
}

const PROCFILE = "web: gunicorn index:server\nworker: celery -A app worker\nrelease: migrate\n";

test.each(STACK_CASES)("the program: $case", (given) => {
  const { procfile = PROCFILE } = given;
  const secrets = asSeenByTheProgram(given.secrets);
  const problems = problemsOf({ ...given, procfile, secrets });
  expect(problems.map(({ location }) => location)).toEqual(given.locations);
});

test.each(STACK_CASES.filter(({ beyondSchema }) => !beyondSchema))(
  "the editor's schema: $case",
  (given) => expect(validate(fileOf(given))).toBe(given.locations.length === 0),
);

test("no value of a secret is ever in a message", () => {
  const told = STACK_CASES.flatMap((given) =>
    problemsOf({ ...given, secrets: asSeenByTheProgram(given.secrets) }),
  );
  expect(JSON.stringify(told)).not.toContain("canary");
});

test.each(readdirSync(resolve(ROOT, "stacks")).filter((name) => name.endsWith(".yaml")))(
  "%s is good by the schema, and names it for the editor",
  (name) => {
    const text = readFileSync(resolve(ROOT, "stacks", name), "utf8");
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/schema\.json\n/);
    validate(parse(text));
    expect(validate.errors).toBeNull();
  },
);

describe("what is told", () => {
  const told = (given: Parameters<typeof problemsOf>[0]) =>
    problemsOf(given).map(({ message }) => message);

  test("the value, what is expected, and an example", () => {
    expect(told({ scale: { web: { replicas: "four" } } })).toEqual([
      'got "four"; expected a whole number from 0 to 100, such as 2; dash-scale:app.maxReplicas is 100',
    ]);
  });
  test("the process types there are, and the nearest one", () => {
    expect(told({ scale: { wrker: 2 } })).toEqual([
      'the Procfile has no process type "wrker"; it has "web" or "worker". Did you mean "worker"?',
    ]);
  });
  test("the keys there are, and the nearest one", () => {
    expect(told({ scale: { web: { replica: 2 } } })).toEqual([
      'unknown key. Did you mean "replicas"? Expected "replicas", "workers", "threads", "memory", "cpu", "storage", "spread", "min", "max", "target", "queue" or "schedule"',
    ]);
  });
  test("the name that a key has now, however far from the one of before", () => {
    const app = { front: "queue", queueImage: "haproxy:3.2" };
    const hints = told({ app }).map((message) => / Did you mean [^ ]+/.exec(message)?.[0]);
    expect(hints).toEqual([' Did you mean "proxy"?', ' Did you mean "proxyImage"?']);
  });
  test("a Procfile with slips does not make its process types unknown", () => {
    const problems = problemsOf({
      procfile: "web: gunicorn a:b\nworker : x\n",
      scale: { worker: 2 },
    });
    expect(problems.map(({ location }) => location)).toEqual(["Procfile:2:7"]);
  });
  test("Procfile and config together, in one error", () => {
    const given = {
      procfile: "web: gunicorn a:b\noops\n",
      app: { launcher: "x" },
      scale: { web: -1 },
    };
    expect(() => planOf(given)).toThrow(ConfigError);
    expect(problemsOf(given).map(({ location }) => location)).toEqual([
      "dash-scale:app.launcher",
      "Procfile:2:5",
      "dash-scale:scale.web",
    ]);
  });
  test("a quote that is never closed, where it is", () => {
    expect(problemsOf({ procfile: "web: run 'a\n" })).toEqual([
      {
        location: "Procfile:1:10",
        message: "a ' is never closed, so the shell would refuse the line; close it",
      },
    ]);
  });
  test("an object name that is too long", () => {
    const problems = problemsOf({ procfile: `${"w".repeat(60)}: a\n` });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.location).toBe("Procfile:1:1");
    expect(problems[0]?.message).toContain("of 65 characters; expected at most 63");
  });
  test("two spellings of one process type", () => {
    const problems = problemsOf({
      procfile: "my_worker: a\n",
      scale: { my_worker: 2, "my-worker": 3 },
    });
    expect(problems.map(({ location }) => location)).toEqual(["dash-scale:scale.my-worker"]);
  });
});
