import { readdirSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../infra/root.ts";
import { projectCopy, startedIn } from "../support/command.ts";
import { CASES, expectedOf, printedOf, projectOf } from "./case.ts";

let copy: string;
const folders: string[] = [];
beforeAll(async () => {
  copy = await projectCopy();
});
afterAll(async () => {
  for (const folder of [copy, ...folders]) await rm(folder, { recursive: true, force: true });
});

/** A Pulumi project with the files of a case. */
async function project(name: string): Promise<{ folder: string; files: string[] }> {
  const made = await projectOf(name);
  folders.push(made.folder);
  return made;
}
const dashScale = (cwd: string, ...args: string[]) => startedIn(ROOT, cwd, args).ended;

describe("what each format comes to (npm run update-expected)", () => {
  test.each(readdirSync(CASES))("%s", async (name) => {
    const printed = await printedOf(name);
    expect(printed).toBe(await expectedOf(name));
    // What stands for secrets in the sources.
    expect(printed).not.toMatch(/hunter2/i);
  });
});

describe("import", () => {
  test("writes what --dry-run shows, which check finds no mistake in", async () => {
    const { folder, files } = await project("kubernetes");
    const { status, stdout } = await dashScale(folder, "import", ...files, "--stack", "live");
    expect(status).toBe(0);
    expect(stdout).toContain("Written: stacks/Pulumi.live.yaml, Procfile.");
    const stack = await readFile(join(folder, "stacks/Pulumi.live.yaml"), "utf8");
    const procfile = await readFile(join(folder, "Procfile"), "utf8");
    const expected = await expectedOf("kubernetes");
    expect(expected).toContain(stack.slice(stack.indexOf("  dash-scale:scale:")));
    expect(expected).toContain(`--- Procfile\n${procfile}`);
    expect(`${stack}${procfile}`).not.toContain("hunter2");
    expect(await dashScale(folder, "check", "--stack", "live")).toMatchObject({ status: 0 });
  });

  test("overwrites nothing, and says what to do", async () => {
    const { folder, files } = await project("dokku-scale");
    expect(await dashScale(folder, "import", ...files)).toMatchObject({ status: 0 });
    const before = await readFile(join(folder, "stacks/Pulumi.dev.yaml"), "utf8");
    const { status, stderr } = await dashScale(folder, "import", ...files);
    expect(status).toBe(1);
    expect(stderr).toContain(
      "stacks/Pulumi.dev.yaml: is there already, and nothing is overwritten",
    );
    expect(await readFile(join(folder, "stacks/Pulumi.dev.yaml"), "utf8")).toBe(before);
  });

  test("reads standard input, and takes the image that is given", async () => {
    const { folder } = await project("dokku-scale");
    const { child, ended } = startedIn(ROOT, folder, ["import", "-", "--image", "shop:2"]);
    child.stdin?.end("web=2:Standard-1X worker-default=0:Eco\n");
    const { status, stdout } = await ended;
    expect(stdout).toContain("Read stdin as heroku ps:scale.");
    expect(stdout).not.toContain("YOUR-IMAGE");
    expect(status).toBe(0);
    const stack = await readFile(join(folder, "stacks/Pulumi.dev.yaml"), "utf8");
    expect(stack).toContain("image: shop:2");
    expect(stack).toContain("worker-default: { replicas: 0, memory: 512Mi }");
  });

  test("without a Procfile and without commands, asks for one and writes nothing", async () => {
    const { folder, files } = await project("dokku-scale");
    await rm(join(folder, "Procfile"));
    const { status, stderr } = await dashScale(folder, "import", ...files);
    expect(stderr).toContain("Procfile: is not there, and no command was read");
    expect(status).toBe(1);
    expect((await readdir(folder)).toSorted()).toEqual(["DOKKU_SCALE", "Pulumi.yaml"]);
  });

  test("finds the Procfile above a project that init has made", async () => {
    const { folder, files } = await project("dokku-scale");
    const deploy = join(folder, "deploy");
    await mkdir(deploy);
    await writeFile(join(deploy, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    const paths = files.map((file) => `../${file}`);
    expect(await dashScale(deploy, "import", ...paths)).toMatchObject({ status: 0 });
    const stack = await readFile(join(deploy, "Pulumi.dev.yaml"), "utf8");
    expect(stack).toContain("procfile: ../Procfile");
  });

  test.each([
    [[], "expected a file such as app.json"],
    [["-", "-"], "standard input is read once"],
    [["DOKKU_SCALE", "--stack", "a/b"], "got --stack a/b"],
    [["DOKKU_SCALE", "--image", "A B"], "got --image A B"],
    [["DOKKU_SCALE", "--imag", "shop"], 'Did you mean "--image"?'],
  ])("does not take %j", async (args, message) => {
    const { folder } = await project("dokku-scale");
    const { status, stderr } = await dashScale(folder, "import", ...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

describe("init --from", () => {
  test("writes a project with the Procfile, each environment at its own scale", async () => {
    const { folder } = await project("kubernetes");
    await rm(join(folder, "Pulumi.yaml"));
    const init = startedIn(copy, folder, ["init", "--name", "shop", "--from", "objects.json"]);
    const { status, stdout, stderr } = await init.ended;
    expect(stderr).not.toContain("problem");
    expect(status).toBe(0);
    expect(stdout).toContain("Left out:");
    expect(stdout).toContain("dash-scale:secrets.SECRET_KEY --stack production");
    expect(stdout).not.toContain("hunter2");
    expect(await readFile(join(folder, "Procfile"), "utf8")).toContain("web: gunicorn");
    const stacks = join(folder, "deploy/stacks");
    const production = await readFile(join(stacks, "Pulumi.production.yaml"), "utf8");
    const dev = await readFile(join(stacks, "Pulumi.dev.yaml"), "utf8");
    expect(production).toContain("host: shop.example.com");
    expect(production).toContain("min: 2, max: 8");
    expect(dev).not.toMatch(/^ +host:|max:/m);
    expect(dev).toContain("web: { replicas: 1, memory: 1Gi, cpu: 250m }");
    expect(dev).toContain("worker: 0");
    for (const stack of ["dev", "production"])
      expect(await dashScale(join(folder, "deploy"), "check", "--stack", stack)).toMatchObject({
        status: 0,
      });
  });
});

test("scale takes what heroku ps:scale prints as its words", async () => {
  const { folder, files } = await project("dokku-scale");
  expect(await dashScale(folder, "import", ...files)).toMatchObject({ status: 0 });
  const printed = "web=2:Standard-2X worker-beat=0:Free worker-default=3:Performance-M\n";
  const words = printed.trim().split(" ");
  expect(await dashScale(folder, "scale", ...words)).toMatchObject({ status: 0 });
  const stack = await readFile(join(folder, "stacks/Pulumi.dev.yaml"), "utf8");
  expect(stack).toContain("web: { replicas: 2, memory: 1Gi }");
  expect(stack).toContain("worker-default: { replicas: 3, memory: 2560Mi }");
});
