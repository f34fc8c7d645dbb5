import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { LocalEnvironment } from "../../local/environment.ts";
import { run } from "../../commands/system/children.ts";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const DIGEST = "0123456789abcdef".repeat(4);
const PAGE = resolve(import.meta.dirname, "../../docs/operate/day-two.md");

/** The commands under a heading of the page, each block a script of its own. */
async function blocksUnder(heading: string): Promise<string[]> {
  const page = await readFile(PAGE, "utf8");
  const [, after = ""] = page.split(new RegExp(`^#+ ${heading}\\n`, "m"));
  const [section = ""] = after.split(/^#/m);
  return [...section.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) =>
    block.replaceAll(/^ {4}/gm, ""),
  );
}

// One app through its life: each test goes on from where the one before it left off.
describe("docs/operate/day-two.md", { timeout: 300_000 }, () => {
  let project: Project;
  let environment: LocalEnvironment;

  const otherBackend = () => `file://${join(project.folder, "other-state")}`;

  /** Runs a block as it stands there, but for the stack and the bucket. */
  const follow = async (block: string) => {
    const script = block
      .replaceAll("production", "test")
      .replaceAll("s3://pulumi-state", otherBackend())
      .replaceAll("DIGEST", DIGEST)
      .replaceAll("npx dash-scale ", "node commands/dash-scale.mjs ");
    const path = [environment.programs.kubectl.replace(/\/[^/]+$/, ""), environment.env["PATH"]];
    const env = { ...environment.env, PATH: path.join(":"), PULUMI_SKIP_CONFIRMATIONS: "true" };
    const result = await run("bash", ["-euo", "pipefail", "-c", script], {
      cwd: project.folder,
      env,
    });
    expect({ block, ...result }).toMatchObject({ status: 0 });
    return result.stdout;
  };
  const images = async () => new Set((await project.pods("web")).map(({ image }) => image));

  beforeAll(async () => {
    environment = await suiteEnvironment(inject("place"));
    project = await Project.create(environment, {
      name: "operations",
      procfile: "web: gunicorn index:server\n",
      app: { image: "registry.example.com/shop:1" },
      scale: { web: 2 },
    });
    await project.setSecret("TOKEN", "canary");
    await mkdir(join(project.folder, "other-state"));
    await project.mustUp();
  });
  afterAll(() => project.remove());

  test("To the previous image", async () => {
    await project.change({ app: { image: "registry.example.com/shop:2" } });
    await project.mustUp();
    expect(await images()).toEqual(new Set(["registry.example.com/shop:2"]));
    const [commands = ""] = await blocksUnder("To the previous image");
    await follow(commands);
    expect(await images()).toEqual(new Set([`registry.example.com/shop:1@sha256:${DIGEST}`]));
  });

  test("To the previous scale", async () => {
    await project.change({ app: { image: "registry.example.com/shop:1" }, scale: { web: 4 } });
    await project.mustUp();
    const before = await project.pods("web");
    const [commands = "", history = ""] = await blocksUnder("To the previous scale");
    await follow(commands);
    const after = await project.pods("web");
    expect(after).toHaveLength(2);
    expect(before).toEqual(expect.arrayContaining(after));
    expect(await follow(history)).toContain("UpdateKind: update");
  });

  test("To a state from before", async () => {
    const [keep = "", takeBack = ""] = await blocksUnder("To a state from before");
    await follow(keep);
    await project.change({ scale: { web: 3 } });
    await project.mustUp();
    const before = await project.pods("web");
    await follow(takeBack);
    expect(await project.pods("web")).toEqual(before);
    await project.mustUp("--refresh", "--expect-no-changes");
  });

  test("Kubernetes", async () => {
    const blocks = await blocksUnder("Kubernetes");
    expect(blocks).toHaveLength(2);
    for (const block of blocks) await follow(block);
  });

  test.each(["Pulumi, and its provider", "This program"])("%s", async (heading) => {
    const [commands = ""] = await blocksUnder(heading);
    // What installs and tests the checkout is what runs this test.
    const preview = commands.replaceAll(/^npm .*\n/gm, "");
    expect(await follow(preview)).toMatch(/\d+ unchanged/);
  });

  test("To another backend", async () => {
    const before = await project.pods("web");
    const [commands = "", forget = ""] = await blocksUnder("To another backend");
    await follow(commands);
    expect(await project.pods("web")).toEqual(before);
    // Of the new one: what this project leaves behind is removed by the old one.
    await follow(forget.replace("OLD", otherBackend()));
    expect(await project.pods("web")).toEqual(before);
    expect(await readFile(project.stackFile, "utf8")).toContain("dash-scale:app");
    const left = { ...environment.env, PULUMI_BACKEND_URL: otherBackend() };
    const { stdout } = await run("pulumi", ["stack", "ls", "--all"], { env: left });
    expect(stdout).not.toContain("test");
  });
});
