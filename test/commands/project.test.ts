import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProject } from "../../commands/project.ts";
import { ConfigError } from "../../components/config/errors.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dash-scale-project-"));
  await mkdir(join(folder, "deploy/stacks"), { recursive: true });
  await mkdir(join(folder, "plain/below"), { recursive: true });
  await writeFile(join(folder, "deploy/Pulumi.yaml"), "name: shop\nstackConfigDir: stacks\n");
  await writeFile(join(folder, "plain/Pulumi.yml"), "runtime: nodejs\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the project that a command is about", () => {
  test("is the nearest one from the working directory upwards", () => {
    const deploy = join(folder, "deploy");
    const expected = { name: "shop", folder: deploy, stacks: join(deploy, "stacks") };
    expect(findProject(deploy)).toEqual(expected);
    expect(findProject(join(deploy, "stacks"))).toEqual(expected);
  });
  test("has its stack files beside Pulumi.yaml where that names no folder", () => {
    const plain = join(folder, "plain");
    const expected = { name: "plain", folder: plain, stacks: plain };
    expect(findProject(join(plain, "below"))).toEqual(expected);
  });
  test("is asked for where there is none", () => {
    expect(() => findProject(folder)).toThrow(ConfigError);
    expect(() => findProject(folder)).toThrow(
      "Pulumi.yaml: is neither in this folder nor in one above",
    );
  });
});
