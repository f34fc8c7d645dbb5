import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { projectFiles } from "../../commands/init/files.ts";
import { planOf } from "../../commands/plan.ts";
import { ROOT } from "../../infra/root.ts";
import { projectCopy, startedIn } from "../support/command.ts";

const PROCFILE = `web: gunicorn index:server --workers 2
worker: celery -A tasks worker
beat: celery -A tasks beat
release: python migrate.py
`;

let copy: string;
let folder: string;
beforeAll(async () => {
  copy = await projectCopy();
  folder = await mkdtemp(join(tmpdir(), "dash-scale-init-"));
});
afterAll(async () => {
  await rm(copy, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

/** An app's repository, in a folder of this name. */
async function repository(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const app = join(folder, name);
  await mkdir(app, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(app, path), text);
  return app;
}

const dashScale = (cwd: string, ...args: string[]) => startedIn(copy, cwd, args).ended;

describe("init", () => {
  test("writes a project whose stacks `check` finds no mistake in, and says what it saw", async () => {
    const app = await repository("My Shop", { Procfile: PROCFILE, "requirements.txt": "dash\n" });
    const { status, stdout } = await dashScale(app, "init");
    expect(stdout).toContain(`\
type     seen as                                               command
web      a Dash app, gunicorn, port 8000, 2 workers, 1 thread  gunicorn index:server --workers 2
worker   a worker: gets no requests                            celery -A tasks worker
beat     a scheduler: one replica at most                      celery -A tasks beat
release  runs before each new version                          python migrate.py
`);
    expect(stdout).toContain("\n  cd deploy && npm install\n");
    expect(status).toBe(0);
    const deploy = join(app, "deploy");
    expect((await readdir(deploy, { recursive: true })).toSorted()).toEqual([
      ".gitignore",
      "Pulumi.yaml",
      "index.js",
      "package.json",
      "stacks",
      "stacks/Pulumi.dev.yaml",
      "stacks/Pulumi.production.yaml",
    ]);
    for (const stack of ["dev", "production"])
      expect(await dashScale(deploy, "check", "--stack", stack)).toMatchObject({ status: 0 });
    const rendered = await dashScale(deploy, "render");
    expect(rendered.stdout).toContain("namespace: my-shop-dev");
  });

  test("overwrites nothing: one file that is there, and none is written", async () => {
    const app = await repository("taken", { Procfile: PROCFILE, "package.json": "{}" });
    const { status, stderr } = await dashScale(app, "init", "--here");
    expect(stderr).toBe(`\
1 problem, nothing was changed:
  package.json: is there already, and nothing is overwritten; change it by hand, or remove it
`);
    expect(status).toBe(1);
    expect((await readdir(app)).toSorted()).toEqual(["Procfile", "package.json"]);
  });

  test("leaves the app's own .gitignore as it is", async () => {
    const app = await repository("own", { Procfile: PROCFILE, ".gitignore": "secrets\n" });
    const { status, stdout } = await dashScale(app, "init", "--here", "--image", "shop:1");
    expect(status).toBe(0);
    expect(stdout).toContain("Add node_modules/ to .gitignore");
    expect(stdout).not.toContain("YOUR-IMAGE");
    expect(await readFile(join(app, ".gitignore"), "utf8")).toBe("secrets\n");
    expect(await readFile(join(app, "stacks/Pulumi.dev.yaml"), "utf8")).toContain("image: shop:1");
    expect(await dashScale(app, "check")).toMatchObject({ status: 0 });
  });

  test("writes nothing with --dry-run, and nothing for a Procfile with mistakes", async () => {
    const app = await repository("dry", { Procfile: PROCFILE });
    const { stdout } = await dashScale(app, "init", "--dry-run");
    expect(stdout).toContain("--- deploy/stacks/Pulumi.dev.yaml\n");
    expect(stdout).toContain("Dry run: nothing was written.");
    await writeFile(join(app, "Procfile"), "web gunicorn index:server\n");
    const { status, stderr } = await dashScale(app, "init");
    expect(stderr).toContain("Procfile:1:4: no colon");
    expect(status).toBe(1);
    expect(await readdir(app)).toEqual(["Procfile"]);
  });

  test("turns the proxy on only where it is known how many requests a replica serves at once", async () => {
    const counted = await repository("counted", { Procfile: PROCFILE });
    const stack = (app: string) => readFile(join(app, "deploy/stacks/Pulumi.dev.yaml"), "utf8");
    expect(await dashScale(counted, "init")).toMatchObject({ status: 0 });
    expect(await stack(counted)).toContain("\n    proxy: haproxy\n");
    const unknown = await repository("unknown", { Procfile: "web: node server.js\n" });
    expect(await dashScale(unknown, "init")).toMatchObject({ status: 0 });
    expect(await stack(unknown)).toContain("\n    # proxy: haproxy\n");
  });

  test.each([
    ["github", ".github/workflows/deploy.yml"],
    ["gitlab", ".gitlab-ci.yml"],
  ])("writes a pipeline for %s that runs in the project's folder", async (name, path) => {
    const app = await repository(`piped-${name}`, { Procfile: PROCFILE });
    expect(await dashScale(app, "init", "--pipeline", name)).toMatchObject({ status: 0 });
    const text = await readFile(join(app, path), "utf8");
    expect(text).not.toMatch(/copy to|(?<!deploy\/)package-lock\.json|(?<!dash-scale\/)examples/);
    const pipeline = parse(text);
    const inFolder = {
      github: pipeline.defaults?.run["working-directory"] === "deploy",
      gitlab: [".node", ".pulumi"].every((job) => pipeline[job]?.before_script[0] === "cd deploy"),
    };
    expect(Object.values(inFolder)).toContain(true);
  });

  test("asks for a Procfile where there is none", async () => {
    const app = await repository("none", {});
    const { status, stderr } = await dashScale(app, "init");
    expect(stderr).toContain("Procfile: is not in this folder");
    expect(status).toBe(1);
  });
});

describe("what init writes", () => {
  const schema: object = JSON.parse(readFileSync(resolve(ROOT, "stacks/schema.json"), "utf8"));
  const validate = new Ajv({ allowUnionTypes: true, strictTypes: false }).compile(schema);
  const types = ["web", "on", "123", "null", "my-worker"];
  const files = projectFiles({
    name: "null",
    label: "null",
    description: "A: shop",
    image: undefined,
    procfile: "Procfile",
    processes: types.map((type) => ({ type, singleton: type === "on" })),
    isCounted: false,
    needs: { engines: {}, dependencies: { "dash-scale": "^1.0.0" } },
  });

  test.each(["dev", "production"])(
    "%s is good by the editors' schema, and by the check",
    (stack) => {
      const text = files[`stacks/Pulumi.${stack}.yaml`] ?? "";
      validate(parse(text));
      expect(validate.errors).toBeNull();
      const project = { name: "null", folder };
      const procfile = types.map((type) => `${type}: python ${type}.py\n`).join("");
      const inline = text.replace(
        "procfile: Procfile",
        `procfile: { text: ${JSON.stringify(procfile)} }`,
      );
      const plan = planOf({ text: inline, file: join(folder, `Pulumi.${stack}.yaml`), project });
      expect(plan.processes.map(({ type }) => type)).toEqual(types);
    },
  );

  test("is YAML and JSON that says what was meant, whatever things are called", () => {
    expect(parse(files["Pulumi.yaml"] ?? "", { version: "1.1" })).toMatchObject({
      name: "null",
      description: "A: shop",
      stackConfigDir: "stacks",
    });
    expect(JSON.parse(files["package.json"] ?? "")).toMatchObject({ type: "module" });
  });
});
