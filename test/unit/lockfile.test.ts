import { ROOT } from "../../infra/root.ts";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * Packages with a script that npm would run, and why nothing is lost where it does not (.npmrc:
 * ignore-scripts).
 */
const SCRIPTS_NOT_NEEDED: Readonly<Record<string, string>> = {
  "@pulumi/kubernetes":
    "asks Pulumi to fetch its plugin, which Pulumi does itself at the first preview",
  esbuild: "puts its program in the place of a script that finds it, too",
  protobufjs: "warns of a loose version in package.json",
};

interface Entry {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe("package-lock.json", async () => {
  const text = await readFile(resolve(ROOT, "package-lock.json"), "utf8");
  const {
    lockfileVersion,
    packages,
  }: { lockfileVersion: number; packages: Record<string, Entry> } = JSON.parse(text);
  const { "": root, ...entries } = packages;
  const nameOf = (path: string) => path.replace(/^.*node_modules\//, "");

  test("says of every package which one it is, to the byte", () => {
    expect(lockfileVersion).toBe(3);
    expect(Object.keys(entries).length).toBeGreaterThan(100);
    const vague = Object.entries(entries).filter(
      ([, { version, integrity = "" }]) =>
        !/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version) ||
        !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity),
    );
    expect(vague).toEqual([]);
  });

  test("names no registry: npm asks the one that is configured, and the sums tell whether it may be believed", () => {
    expect(text).not.toContain(".tgz");
    expect(Object.values(entries).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  test("has all that package.json asks for", async () => {
    const asked: Entry = JSON.parse(await readFile(resolve(ROOT, "package.json"), "utf8"));
    for (const kind of ["dependencies", "devDependencies", "optionalDependencies"] as const) {
      expect(root?.[kind]).toEqual(asked[kind]);
      for (const name of Object.keys(asked[kind] ?? {})) {
        expect(entries).toHaveProperty([`node_modules/${name}`]);
      }
    }
  });

  test("has no package whose script is needed, so that npm runs none", async () => {
    const scripted = Object.entries(entries).filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = scripted.map(([path]) => nameOf(path));
    expect(names.toSorted()).toEqual(Object.keys(SCRIPTS_NOT_NEEDED).toSorted());
    expect(await readFile(resolve(ROOT, ".npmrc"), "utf8")).toMatch(/^ignore-scripts=true$/m);
  });
});
