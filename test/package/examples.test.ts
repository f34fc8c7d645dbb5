import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../commands/system/children.ts";
import { ROOT } from "../../infra/root.ts";
import { buildPackage } from "../../package/build.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dash-scale-example-"));
  await cp(join(ROOT, "examples/typescript"), folder, { recursive: true });
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  for (const name of ["@pulumi", "@types"])
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  await buildPackage(join(modules, "dash-scale"));
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("examples/typescript has no mistake that the types of the package know", async () => {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { status, stdout } = await run(process.execPath, [tsc, "--project", "."], { cwd: folder });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});
