import { mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { thisPlatform, type ToolSet } from "../../local/tools/catalogue.ts";
import { findTools } from "../../local/tools/find.ts";
import { onPath } from "../../local/tools/on-path.ts";
import { scannerSets } from "../../local/tools/scanners.ts";
import { officialHosts } from "../../local/versions.ts";
import { archive, program, ReleaseServer, sha256 } from "../local/release-server.ts";

const sets: readonly ToolSet[] = Object.values(scannerSets);

let folder: string;
let server: ReleaseServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sets-"));
  // What unpacking and the programs need; neither scanners nor Go.
  for (const needed of ["sh", "tar", "gzip"]) {
    await symlink((await onPath(needed)) ?? "", join(folder, needed));
  }
  vi.stubEnv("PATH", folder);
  server = await ReleaseServer.start();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.stop();
  await rm(folder, { recursive: true });
});

test("scanners are downloaded from where their projects publish them", () => {
  const urls = sets.flatMap((set) => set.releases({ os: "linux", arch: "amd64" }, officialHosts));
  expect(urls.map(({ url, checksum }) => [url, checksum?.url])).toEqual([
    [
      "https://github.com/yannh/kubeconform/releases/download/v0.8.0/kubeconform-linux-amd64.tar.gz",
      "https://github.com/yannh/kubeconform/releases/download/v0.8.0/CHECKSUMS",
    ],
    [
      "https://github.com/zegl/kube-score/releases/download/v1.20.0/kube-score_1.20.0_linux_amd64",
      "https://github.com/zegl/kube-score/releases/download/v1.20.0/checksums.txt",
    ],
    [
      "https://github.com/aquasecurity/trivy/releases/download/v0.65.0/trivy_0.65.0_Linux-64bit.tar.gz",
      "https://github.com/aquasecurity/trivy/releases/download/v0.65.0/trivy_0.65.0_checksums.txt",
    ],
  ]);
});

test.for(sets)("$name is of the version that its Go module pins", async ({ name, version }) => {
  const file = join(import.meta.dirname, "../../local/toolchain", name, "go.mod");
  expect(await readFile(file, "utf8")).toMatch(
    new RegExp(`^\\s*(require )?github\\.com/\\w+/${name} v${version}( |$)`, "m"),
  );
});

test("a scanner is unpacked from an archive that has no topmost folder", async () => {
  const set = scannerSets.trivy;
  const packed = await archive({ LICENSE: "", trivy: program(set.version) });
  const platform = thisPlatform();
  if (!platform) throw new Error("There are no releases for this machine");
  for (const { url, checksum } of set.releases(platform, server.hosts)) {
    const sums = `${sha256(packed)}  ${url.slice(url.lastIndexOf("/") + 1)}\n`;
    server.serve(new URL(url).pathname, packed);
    server.serve(new URL(checksum?.url ?? url).pathname, sums);
  }
  const tools = join(folder, "tools");
  const activity = { at: () => undefined, elapsed: () => "", end: () => undefined };
  const { signal } = new AbortController();
  const found = await findTools(set, {
    folder: tools,
    report: { say: () => undefined, begin: () => activity },
    signal,
    hosts: server.hosts,
  });
  expect(found).toMatchObject({ origin: "downloaded", version: set.version });
  expect(await readdir(join(tools, `trivy-${set.version}`))).toEqual(["LICENSE", "trivy"]);
});
