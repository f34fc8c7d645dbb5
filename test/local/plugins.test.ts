import { access, chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { pathsIn, type LocalPaths } from "../../local/paths.ts";
import { providePlugins } from "../../local/pulumi/plugins.ts";
import type { Search } from "../../local/tools/find.ts";
import { onPath } from "../../local/tools/on-path.ts";
import { archive, ReleaseServer } from "./release-server.ts";

const plugin = "resource-kubernetes-v4.34.2/pulumi-resource-kubernetes";

let folder: string;
let paths: LocalPaths;
let pulumi: string;
let server: ReleaseServer;
let said: string[];
let search: Search;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plugins-"));
  paths = pathsIn(join(folder, "place"));
  pulumi = join(folder, "tools", "pulumi-x", "pulumi");
  await mkdir(paths.folder, { recursive: true });
  // A Pulumi that writes down what it is asked to do.
  await executable(pulumi, `#!/bin/sh\necho "$PULUMI_HOME $*" >> "${folder}/asked"\n`);
  const path = join(folder, "path");
  await mkdir(path);
  await symlink((await onPath("sh")) ?? "", join(path, "sh"));
  vi.stubEnv("PATH", path);
  vi.stubEnv("HOME", folder);
  vi.stubEnv("PULUMI_HOME", join(folder, "users-own"));
  vi.stubEnv("DASH_SCALE_PLUGINS", "");
  server = await ReleaseServer.start();
  said = [];
  const activity = { at: () => undefined, elapsed: () => "0 s", end: () => undefined };
  search = {
    folder: join(folder, "tools"),
    report: { say: (line) => void said.push(line), begin: () => activity },
    signal: new AbortController().signal,
    hosts: server.hosts,
  };
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.stop();
  await rm(folder, { recursive: true });
});

async function executable(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  await chmod(file, 0o755);
}

const addLanguageHost = () =>
  executable(join(dirname(pulumi), "pulumi-language-nodejs"), "#!/bin/sh\n");

async function publishPlugin(): Promise<void> {
  const os = process.platform === "darwin" ? "darwin" : "linux";
  const arch = process.arch === "arm64" ? "arm64" : "amd64";
  vi.stubEnv("PATH", `${process.env["PATH"] ?? ""}:/usr/bin:/bin`);
  const content = await archive({ "pulumi-resource-kubernetes": "#!/bin/sh\n" });
  server.serve(
    `/releases/plugins/pulumi-resource-kubernetes-v4.34.2-${os}-${arch}.tar.gz`,
    content,
  );
}

const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

it("downloads the official plugin and has Pulumi install it, into our own folder", async () => {
  await addLanguageHost();
  await publishPlugin();
  expect(await providePlugins(paths, pulumi, search)).toBe("official");
  const kept = join(
    folder,
    "tools",
    "pulumi-kubernetes-4.34.2",
    "pulumi-resource-kubernetes.tar.gz",
  );
  expect(await readFile(join(folder, "asked"), "utf8")).toBe(
    `${paths.pulumiHomes.official} plugin install resource kubernetes 4.34.2 --file ${kept} --reinstall\n`,
  );
});

it("uses the very plugin that the user has already, and downloads nothing", async () => {
  await addLanguageHost();
  await executable(join(folder, "users-own", "plugins", plugin), "#!/bin/sh\n");
  expect(await providePlugins(paths, pulumi, search)).toBe("official");
  expect(await isThere(join(paths.pulumiHomes.official, "plugins", plugin))).toBe(true);
  expect(server.asked).toEqual([]);
});

it("falls back to the stand-ins without a language host, and says so in one line", async () => {
  expect(await providePlugins(paths, pulumi, search)).toBe("stand-in");
  expect(await isThere(join(paths.pulumiHomes["stand-in"], "plugins", plugin))).toBe(true);
  expect(await isThere(paths.pulumiHomes.official)).toBe(false);
  expect(said).toEqual([
    "Pulumi runs with the stand-in plugins of local/plugins: Pulumi's Node.js language host (pulumi-language-nodejs) is not here",
  ]);
});

it("falls back to the stand-ins when the plugin cannot be had", async () => {
  await addLanguageHost();
  expect(await providePlugins(paths, pulumi, search)).toBe("stand-in");
  expect(said.at(-1)).toMatch(
    /^Pulumi runs with the stand-in plugins .*: Pulumi's Kubernetes plugin cannot be had: http.* answered 404 Not Found$/,
  );
});

it("does not take a stand-in of before for the official plugin", async () => {
  expect(await providePlugins(paths, pulumi, search)).toBe("stand-in");
  await addLanguageHost();
  await publishPlugin();
  expect(await providePlugins(paths, pulumi, search)).toBe("official");
  expect(await readFile(join(folder, "asked"), "utf8")).toContain("plugin install");
});

it("takes the one that DASH_SCALE_PLUGINS asks for", async () => {
  await addLanguageHost();
  vi.stubEnv("DASH_SCALE_PLUGINS", "stand-in");
  expect(await providePlugins(paths, pulumi, search)).toBe("stand-in");
  vi.stubEnv("DASH_SCALE_PLUGINS", "official");
  await expect(providePlugins(paths, pulumi, search)).rejects.toThrow(
    "DASH_SCALE_PLUGINS=official, but there are no official plugins",
  );
  vi.stubEnv("DASH_SCALE_PLUGINS", "mine");
  await expect(providePlugins(paths, pulumi, search)).rejects.toThrow(
    'DASH_SCALE_PLUGINS is "mine": only "official" and "stand-in" are allowed',
  );
});
