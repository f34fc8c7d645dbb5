import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sdk from "@pulumi/kubernetes/package.json" with { type: "json" };
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installStandIns } from "../../local/plugins/install.ts";
import { versions } from "../../local/versions.ts";
import project from "../../package.json" with { type: "json" };

describe("installing the stand-ins", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "it's a folder-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("puts a launcher where the engine looks for each, and nothing else anywhere", async () => {
    const home = join(folder, "home");
    await installStandIns(home);
    await installStandIns(home);
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const names = files.filter((file) => file.isFile()).map(({ name }) => name);
    expect(names.toSorted()).toEqual(["pulumi-language-nodejs", "pulumi-resource-kubernetes"]);
  });

  it("is of the versions that package.json asks for, which are found, downloaded or built", () => {
    expect(versions.pulumiKubernetes).toBe(project.dependencies["@pulumi/kubernetes"]);
    expect(sdk.version).toBe(project.dependencies["@pulumi/kubernetes"]);
  });

  it("writes launchers that start this checkout, whatever its folder is called", async () => {
    const home = join(folder, "home");
    await installStandIns(home);
    const plugin = join(
      home,
      `plugins/resource-kubernetes-v${sdk.version}`,
      "pulumi-resource-kubernetes",
    );
    const { stderr } = await promisify(execFile)("sh", ["-n", plugin]);
    expect(stderr).toBe("");
    const target = join(import.meta.dirname, "../../local/plugins/kubernetes");
    expect(await readFile(plugin, "utf8")).toContain(target);
  });

  it("takes away a download that was broken off", async () => {
    const plugins = join(folder, "home/plugins");
    await mkdir(plugins, { recursive: true });
    await writeFile(join(plugins, `resource-kubernetes-v${sdk.version}.partial`), "");
    await installStandIns(join(folder, "home"));
    const left = (await readdir(plugins)).filter((name) => name.endsWith(".partial"));
    expect(left).toEqual([]);
  });
});
