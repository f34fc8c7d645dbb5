import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as Assets from "../../commands/page/server/assets.ts";
import { ROOT } from "../../infra/root.ts";
import { buildPackage } from "../../package/build.ts";
import { SURFACE, surfaceOf } from "./surface.ts";

const MAX_BYTES = 1_000_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dash-scale-package-"));
  await buildPackage(folder);
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (program: string, ...args: string[]) =>
  (await promisify(execFile)(program, args, { cwd: folder })).stdout;

describe("the npm package", () => {
  test("is small, and has nothing of the local cluster, the benches and the tests", async () => {
    const [packed]: { files: { path: string; size: number }[]; unpackedSize: number }[] =
      JSON.parse(await run("npm", "pack", "--dry-run", "--json"));
    const paths = packed?.files.map(({ path }) => path) ?? [];
    expect(packed?.unpackedSize).toBeLessThan(MAX_BYTES);
    const first = new Set(paths.map((path) => path.split("/")[0] ?? ""));
    expect([...first].toSorted()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "examples",
      "lib",
      "package.json",
      "plugin",
      "schema.json",
    ]);
    expect((await readdir(join(folder, "lib"))).toSorted()).toEqual([
      "commands",
      "components",
      "infra",
      "package",
    ]);
    // What works on the repository itself has no place in it.
    const inLib = paths.filter((path) => /(^|\/)(root|generate|generated)(\.|\/)/.test(path));
    expect(inLib).toEqual([]);
    expect(paths.filter((path) => /(?<!\.d)\.m?ts$/.test(path))).toEqual([]);
  });

  test("has a page whose scripts import what there is", async () => {
    const { assetAt }: Pick<typeof Assets, "assetAt"> = await import(
      join(folder, "lib/commands/page/server/assets.js")
    );
    const page = await assetAt("/");
    const waiting = [...String(page?.body).matchAll(/src="([^"]+)"/g)].map(
      ([, path]) => path ?? "",
    );
    const scripts = new Set<string>();
    for (const path of waiting) {
      if (scripts.has(path)) continue;
      scripts.add(path);
      const script = await assetAt(path);
      if (!script) throw new Error(`there is no ${path}`);
      const imported = String(script.body).matchAll(/from ?"(\.[^"]+)"/g);
      waiting.push(...[...imported].map(([, it = ""]) => posix.join(posix.dirname(path), it)));
    }
    expect(scripts.size).toBeGreaterThan(10);
  });

  test("has a manifest without mistakes (publint)", async () => {
    const { messages, pkg } = await publint({ pkgDir: folder, strict: true });
    expect(messages.map((it) => formatMessage(it, pkg))).toEqual([]);
  });

  test("has types that every way of importing it finds (attw)", async () => {
    const attw = join(ROOT, "node_modules/@arethetypeswrong/cli/dist/index.js");
    const said = await run(process.execPath, attw, "--pack", ".", "--profile", "esm-only");
    expect(said).toContain('"dash-scale/program"');
  });

  test("leaves the SDKs to the program that uses it, from the version that is tested", async () => {
    const { dependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    expect(manifest.peerDependencies).toEqual({
      "@pulumi/kubernetes": `^${dependencies["@pulumi/kubernetes"]}`,
      "@pulumi/pulumi": `^${dependencies["@pulumi/pulumi"]}`,
    });
    expect({ ...manifest.dependencies, ...manifest.peerDependencies }).toEqual({
      ...dependencies,
      ...manifest.peerDependencies,
    });
  });

  test("has an executable that offers no local cluster", async () => {
    const dashScale = join(folder, "lib/commands/dash-scale.mjs");
    const usage = await run(process.execPath, dashScale, "--help");
    expect(usage).toContain("npx dash-scale check");
    expect(usage).not.toContain("local");
    expect(await run(process.execPath, dashScale, "drift", "--help")).not.toContain("--local");
  });

  test("gives users what the kept copy says: a change of it is one for them (npm run update-expected)", async () => {
    expect(await surfaceOf(folder)).toBe(await readFile(SURFACE, "utf8"));
  });
});
