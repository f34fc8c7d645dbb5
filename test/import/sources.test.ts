import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attempted, ConfigError } from "../../components/config/errors.ts";
import { parseProcfile } from "../../components/procfile/procfile.ts";
import { checked } from "../../commands/import/checked.ts";
import { readJson } from "../../commands/import/json.ts";
import { sourceOf } from "../../commands/import/recognise.ts";
import { reportText, secretsText } from "../../commands/import/report.ts";
import { looksSecret, whySecret } from "../../commands/import/secret.ts";
import { lineOfContainer, shellLine } from "../../commands/import/shell-line.ts";
import { typeNames, withoutCommonPrefix } from "../../commands/import/type-names.ts";
import { appOf, planFor, stackOf } from "../../commands/init/draft.ts";
import { environmentOf, stackYaml } from "../../commands/init/files.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import type { Settled } from "../../commands/import/settle.ts";
import { canary } from "../support/canary.ts";

const problemsOf = (text: string) => {
  const result = attempted(() => sourceOf(text, "file"));
  return result instanceof ConfigError
    ? result.problems.map(({ location, message }) => `${location}: ${message}`)
    : [];
};

describe("what is not understood is reported where it is", () => {
  test.each([
    ["", "file:1:1: is empty; expected heroku ps:scale"],
    ["services:\n  web: {}\n", "file:1:1: looks like YAML; print it as JSON"],
    ["web: gunicorn index:server\n", "file:1:1: is text that counts no process types"],
    ["web=1\nworker=two\n", "file:2:1: is not understood; expected TYPE=NUMBER"],
    ["web=1:Eco  worker\n", "file:1:12: is not understood"],
    [
      '{\n  "env": {\n    "A" "b"\n  }\n}',
      "file:3:9: is not JSON: got something else here; expected a colon",
    ],
    ['{"env": {"A": 1}', "file:1:17: is not JSON: the text ends here; expected a comma or }"],
    ['{"env": tru}', "file:1:9: is not JSON: got something else here; expected a value"],
    [
      '{"env": "\\x"}',
      "file:1:9: is not JSON: got something else here; expected a text without a wrong escape",
    ],
    ["{} {}", "file:1:4: is not JSON: got something else here; expected the end of the text"],
    ['[{"type": "web"}, {"quantity": 1}]', "file:1:2: has no quantity"],
    ['[{"type": "web"}, {"quantity": 1}]', "file:1:19: has no name of a process type"],
    [
      '[{"type": "web", "name": "web.1", "state": "up"}]',
      "looks like the dynos of heroku ps --json",
    ],
    ['{"name": "a", "version": "1", "scripts": {"postdeploy": "x"}}', "looks like a package.json"],
    ["[1]", "is a list of something else"],
    ['{"a": 1}', "is a map of something else"],
    [
      "[".repeat(200),
      "file:1:102: is not JSON: got something else here; expected at most 100 levels",
    ],
  ])("%j", (text, message) => {
    expect(problemsOf(text).join("\n")).toContain(message);
  });
});

describe("JSON", () => {
  test("is read as JSON.parse reads it, whatever it is", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(3), (text, indent) => {
        const pretty = JSON.stringify(JSON.parse(text), undefined, indent);
        expect(plainOf(readJson(pretty, "file"))).toEqual(JSON.parse(pretty));
      }),
    );
  });
  test("may have the comments and the commas that Dokku takes", () => {
    const text = '/* a */ { // b\n "a": [1, 2,], "b": "//c", }';
    expect(plainOf(readJson(text, "file"))).toEqual({ a: [1, 2], b: "//c" });
  });
});

function plainOf(json: ReturnType<typeof readJson>): unknown {
  if (json.kind === "scalar") return json.scalar;
  if (json.kind === "list") return json.items.map(plainOf);
  return Object.fromEntries([...json.fields].map(([key, value]) => [key, plainOf(value)]));
}

describe("a line of a Procfile", () => {
  const none = new Set<string>();
  test.each([
    [["gunicorn", "index:server"], "gunicorn index:server"],
    [["sh", "-c", "a && b"], "a && b"],
    [["bash", "-c", "a && b"], "bash -c 'a && b'"],
    [["echo", "it's $HOME"], "echo 'it'\\''s $HOME'"],
    [["A=b", "c=d"], "'A=b' c=d"],
    [["sh", "-c", "a\nb"], undefined],
    [[], undefined],
  ])("of %j", (words, line) => {
    expect(shellLine(words)).toBe(line);
    expect(lineOfContainer(words, none)).toBe(line);
  });
  test("has variables where Kubernetes puts them in", () => {
    const words = ["run", "$(A)", "x $(A)", "$(B)", "$$(A)"];
    expect(lineOfContainer(words, new Set(["A"]))).toBe(
      `run ''"\${A}"'' 'x '"\${A}"'' '$(B)' '$(A)'`,
    );
  });
});

describe("names of process types", () => {
  test("the one that is exposed is web, unless one is called so", () => {
    const named = (...names: string[]) =>
      names.map((name) => ({ name, isExposed: name === "dash" }));
    expect(typeNames(named("dash", "my.worker"))).toEqual(["web", "my-worker"]);
    expect(typeNames(named("dash", "web"))).toEqual(["dash", "web"]);
    expect(typeNames(named("a_b", "a.b", "__"))).toEqual(["a-b", undefined, undefined]);
  });
  test("what all begin with is left out", () => {
    expect(withoutCommonPrefix(["shop-web", "shop-worker"])).toEqual(["web", "worker"]);
    expect(withoutCommonPrefix(["shop", "shop-worker"])).toEqual(["shop", "shop-worker"]);
    expect(withoutCommonPrefix(["shop-web"])).toEqual(["shop-web"]);
  });
});

test.each([
  ["SECRET_KEY", "x", true],
  ["GITHUB_TOKEN", undefined, true],
  ["DATABASE_URL", "postgres://shop:pw@db/shop", true],
  ["DATABASE_URL", "postgres://db/shop", false],
  ["URL", "https://example.com/?token=abc", true],
  ["ID", "5f3c2a1b-0000-4000-8000-123456789abc", true],
  ["HASH", "d41d8cd98f00b204e9800998ecf8427e", true],
  ["LOG_LEVEL", "info", false],
  ["MODULE", "shop.settings.production", false],
  ["PATHS", "/app/data:/app/cache/of/2024", false],
])("%s=%s looks secret: %s", (name, value, expected) => {
  expect(whySecret(name, value) !== undefined).toBe(expected);
});

test("a command that names a variable for a password is not secret, and one that has the password is", () => {
  expect(looksSecret('redis-cli --password "$PASSWORD"')).toBe(false);
  expect(looksSecret("redis-cli --password abc")).toBe(true);
});

/** Maps and lists as the formats have them, with anything anywhere, and a secret where one may be. */
const token = canary();
const url = `redis://:${token}@cache:6379`;
const KEYS =
  "formation env cron healthchecks services command environment web worker quantity size type items kind metadata name spec template containers value image path schedule process_type SECRET_KEY DATABASE_URL entrypoint ports target deploy replicas apiVersion scripts dokku release autoscaling triggers __proto__".split(
    " ",
  );
const { anything } = fc.letrec<{ anything: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<unknown>(
      1,
      0,
      -1,
      null,
      true,
      "Deployment",
      "List",
      "web",
      "sh",
      "-c",
      "0 3 * * *",
      "a b\nc",
      url,
    ),
    fc.string(),
  ),
  anything: fc.oneof(
    { maxDepth: 6, depthSize: "medium" },
    tie("leaf"),
    fc.array(tie("anything"), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie("anything")), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));
const leaking = ["celery", "-b", url];
const maps = fc.dictionary(fc.constantFrom(...KEYS), anything);
/** Each of the formats as far as it is recognised, with secrets, and with anything in its parts. */
const sources = fc.tuple(maps, maps, fc.nat(3)).map(([above, more, format]): unknown => {
  const env = { ...more, SECRET_KEY: token, A: url, B: { value: url } };
  const cron = [{ command: leaking.join(" "), schedule: "0 3 * * *", ...more }];
  const container = {
    ...more,
    image: "shop:1",
    command: leaking,
    env: [{ name: "A_TOKEN", value: token }, more],
  };
  const template = { spec: { ...above, containers: [container, more] } };
  const web = { ...more, image: "shop:1", command: ["gunicorn", "a:b"], environment: env };
  return [
    { ...above, formation: { web: { quantity: 1 }, worker: more }, env, cron },
    { ...above, services: { web, worker: { ...web, command: leaking }, beat: more } },
    {
      apiVersion: "v1",
      kind: "List",
      items: [
        { kind: "Deployment", metadata: { name: "web" }, spec: { ...above, template } },
        more,
      ],
    },
    [
      { type: "web", quantity: 1, command: "gunicorn a:b" },
      { type: "worker", quantity: 1, command: leaking.join(" ") },
    ],
  ][format];
});

/** The check of an app whose Procfile is about to be written. */
function planOfNew(settled: Settled): AppPlan {
  const app = appOf(settled, undefined);
  const project = { name: "shop", folder: "/nowhere" };
  const target = { project, file: "Pulumi.dev.yaml", environment: environmentOf("dev") };
  const stack = stackOf(app, { label: "shop", image: undefined, procfile: "Procfile" }, target);
  return planFor(app, stack, target);
}

/** All that is printed and written of a source. */
function outputOf(text: string, hasProcfile: boolean): string {
  const lines = "web: gunicorn index:server\nworker: python worker.py\n";
  const existing = hasProcfile ? parseProcfile(lines).entries : undefined;
  const source = sourceOf(text, "file");
  const { settled, result } = checked([source], existing, (it) => {
    const app = appOf(it, existing);
    const environment = environmentOf("dev");
    const project = { name: "shop", folder: "/nowhere" };
    const target = { project, file: "Pulumi.dev.yaml", environment };
    const procfile = JSON.stringify({ text: lines });
    const stack = stackOf(app, { label: "shop", image: undefined, procfile }, target);
    planFor(app, stack, target);
    return `${stackYaml(stack, environment)}${it.procfile}`;
  });
  return [result, reportText([source], settled), secretsText(settled, ["dev"])].join("\n");
}

test("a command of several lines, or of a type that none may be called, writes no line of its own", () => {
  const task = { command: "python a.py\nevil: x", schedule: "0 3 * * *" };
  const cron = sourceOf(JSON.stringify({ cron: [task] }), "file");
  const formation = sourceOf(
    JSON.stringify([
      { type: "web", quantity: 1, command: "gunicorn a:b\nevil: x" },
      { type: "a: b\nevil", quantity: 1, command: "c" },
      { type: "worker", quantity: 1, command: "python worker.py" },
    ]),
    "file",
  );
  const { settled } = checked([cron, formation], undefined, () => undefined);
  expect(settled.procfile).toBe("worker: python worker.py\n");
});

test("what the check refuses of a task of cron is left out, and the check is over", () => {
  const cron = [
    { command: "python a.py 'b", schedule: "0 3 * * *" },
    { command: "python c.py", schedule: "often" },
  ];
  const text = JSON.stringify({ formation: { web: { quantity: 1 } }, cron });
  expect(outputOf(text, true)).toContain("Left out:");
  const withWeb = JSON.stringify([{ type: "web", quantity: 1, command: "gunicorn a:b" }]);
  const { settled } = checked([sourceOf(text, "a"), sourceOf(withWeb, "b")], undefined, (it) =>
    planOfNew(it),
  );
  expect(settled.procfile).toBe("web: gunicorn a:b\n");
  expect(reportText([], settled)).toContain("a:1:45");
});

test("whatever a source says, it is taken or refused, and no secret of it is shown or written", () => {
  const counts = { accepted: 0, refused: 0 };
  const property = fc.property(sources, fc.boolean(), (source, hasProcfile) => {
    const output = attempted(() => outputOf(JSON.stringify(source), hasProcfile));
    counts[output instanceof ConfigError ? "refused" : "accepted"] += 1;
    expect(output instanceof ConfigError ? output.message : output).not.toContain(token);
    // What the check refuses is left out; only an app without any command is refused.
    expect(output instanceof ConfigError && hasProcfile).toBe(false);
  });
  fc.assert(property, { numRuns: 300 });
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(10);
});
