import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onPath } from "../../local/tools/on-path.ts";
import { toolSets, type Platform, type ToolSet } from "../../local/tools/catalogue.ts";
import { autoscalerSets } from "../../local/tools/autoscalers.ts";
import { findTools, type Search } from "../../local/tools/find.ts";
import { nodeSets } from "../../local/tools/nodes.ts";
import { peerSets } from "../../local/tools/peers.ts";
import { withLock } from "../../commands/system/lock.ts";
import { officialHosts, versions } from "../../local/versions.ts";
import { archive, program, ReleaseServer, sha256 } from "./release-server.ts";

const { pulumi, kubernetes, etcd, kwok } = toolSets;
const linux: Platform = { os: "linux", arch: "amd64" };

let folder: string;
let tools: string;
let path: string;
let server: ReleaseServer;
let said: string[];
let search: Search;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "find-"));
  tools = join(folder, "tools");
  path = join(folder, "path");
  await mkdir(path);
  // What unpacking and the programs themselves need, and no Go.
  for (const needed of ["sh", "tar", "gzip"]) {
    await symlink((await onPath(needed)) ?? "", join(path, needed));
  }
  vi.stubEnv("PATH", path);
  server = await ReleaseServer.start();
  said = [];
  const activity = { at: () => undefined, elapsed: () => "0 s", end: () => undefined };
  search = {
    folder: tools,
    report: { say: (line) => void said.push(line), begin: () => activity },
    signal: new AbortController().signal,
    hosts: server.hosts,
    patience: { answerMs: 300, pieceMs: 300 },
  };
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.stop();
  await rm(folder, { recursive: true });
});

/** Puts a set's releases for this machine on the server, with their checksums. */
async function release(set: ToolSet, content: (file: string) => Promise<Buffer> | string) {
  for (const { url, checksum, file } of set.releases(thisMachine(), server.hosts)) {
    const bytes = await content(file);
    server.serve(new URL(url).pathname, bytes);
    if (checksum) {
      server.serve(
        new URL(checksum.url).pathname,
        `${sha256(bytes)}  ${url.slice(url.lastIndexOf("/") + 1)}\n`,
      );
    }
  }
}

function thisMachine(): Platform {
  return {
    os: process.platform === "darwin" ? "darwin" : "linux",
    arch: process.arch === "arm64" ? "arm64" : "amd64",
  };
}

async function putOnPath(name: string, version: string): Promise<void> {
  await writeFile(join(path, name), program(version));
  await chmod(join(path, name), 0o755);
}

const left = async () => (await readdir(tools)).toSorted();

describe("the official releases", () => {
  const urls = (set: ToolSet) =>
    set.releases(linux, officialHosts).map(({ url, checksum }) => [url, checksum?.url]);

  it("are where the projects publish them, with their checksums", () => {
    expect([pulumi, kubernetes, etcd, kwok].flatMap(urls)).toEqual([
      [
        "https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-linux-x64.tar.gz",
        "https://github.com/pulumi/pulumi/releases/download/v3.259.0/pulumi-3.259.0-checksums.txt",
      ],
      ...["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"].map((name) => [
        `https://dl.k8s.io/release/v1.34.4/bin/linux/amd64/${name}`,
        `https://dl.k8s.io/release/v1.34.4/bin/linux/amd64/${name}.sha256`,
      ]),
      [
        "https://github.com/etcd-io/etcd/releases/download/v3.6.8/etcd-v3.6.8-linux-amd64.tar.gz",
        "https://github.com/etcd-io/etcd/releases/download/v3.6.8/SHA256SUMS",
      ],
      [
        "https://github.com/kubernetes-sigs/kwok/releases/download/v0.7.0/kwok-linux-amd64",
        undefined,
      ],
      [
        "https://github.com/kubernetes-sigs/kwok/releases/download/v0.7.0/kwokctl-linux-amd64",
        undefined,
      ],
    ]);
  });

  it("are of the versions that the Go modules pin", async () => {
    const module = async (name: string) =>
      readFile(join(import.meta.dirname, "../../local/toolchain", name, "go.mod"), "utf8");
    expect(await module("pulumi")).toContain(`github.com/pulumi/pulumi/pkg/v3 v${versions.pulumi}`);
    expect(await module("kubernetes")).toContain(`k8s.io/kubernetes v${versions.kubernetes}`);
    expect(await module("etcd")).toContain(`go.etcd.io/etcd/server/v3 v${versions.etcd}`);
    expect(await module("kwok")).toContain(`sigs.k8s.io/kwok v${versions.kwok}`);
    const { coredns, traefik } = nodeSets;
    expect(await module("coredns")).toContain(`github.com/coredns/coredns v${coredns.version}`);
    expect(await module("traefik")).toContain(`github.com/traefik/traefik/v3 v${traefik.version}`);
    const { helm } = peerSets;
    expect(await module("helm")).toContain(`helm.sh/helm/v4 v${helm.version}`);
    const { keda, metricsServer } = autoscalerSets;
    expect(await module("keda")).toContain(`github.com/kedacore/keda/v2 v${keda.version}`);
    expect(await module("metrics-server")).toContain(
      `sigs.k8s.io/metrics-server v${metricsServer.version}`,
    );
  });
});

describe("tools on PATH", () => {
  it("are used when their version will do, and nothing is downloaded", async () => {
    await putOnPath("etcd", "3.5.21");
    expect(await findTools(etcd, search)).toEqual({
      kind: "found",
      origin: "on PATH",
      version: "3.5.21",
      programs: { etcd: join(path, "etcd") },
    });
    expect(server.asked).toEqual([]);
  });

  it("are left alone when they are too old", async () => {
    await putOnPath("etcd", "3.4.9");
    await release(etcd, () => archive({ "etcd-x/etcd": program(versions.etcd) }));
    expect(await findTools(etcd, search)).toMatchObject({ origin: "downloaded" });
  });

  it("are left alone when only some of them are there, or of different versions", async () => {
    await release(kwok, () => program(versions.kwok));
    await putOnPath("kwok", "0.7.0");
    expect(await findTools(kwok, search)).toMatchObject({ origin: "downloaded" });
    await putOnPath("kwokctl", "0.7.1");
    expect(await findTools(kwok, search)).toMatchObject({ origin: "kept" });
  });
});

describe("downloaded tools", () => {
  it("are unpacked with all that comes with them, and kept", async () => {
    await release(pulumi, () =>
      archive({
        "pulumi/pulumi": program(versions.pulumi),
        "pulumi/pulumi-language-nodejs": program(versions.pulumi),
      }),
    );
    const kept = join(tools, `pulumi-${versions.pulumi}`);
    const programs = { pulumi: join(kept, "pulumi") };
    expect(await findTools(pulumi, search)).toMatchObject({ origin: "downloaded", programs });
    expect((await readdir(kept)).toSorted()).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(await left()).toEqual([`pulumi-${versions.pulumi}`]);

    await server.stop();
    expect(await findTools(pulumi, search)).toMatchObject({ origin: "kept", programs });
    server = await ReleaseServer.start();
  });

  it("are all there: Kubernetes is four programs", async () => {
    await release(kubernetes, () => program(versions.kubernetes));
    const { programs } = await findTools(kubernetes, search);
    expect(Object.keys(programs)).toEqual(kubernetes.files);
  });

  it("are downloaded once when two ask at the same time", async () => {
    await release(kwok, () => program(versions.kwok));
    const both = await Promise.all([findTools(kwok, search), findTools(kwok, search)]);
    expect(both.map(({ origin }) => origin).toSorted()).toEqual(["downloaded", "kept"]);
    expect(server.asked).toHaveLength(2);
    expect(said).toContain(`Waiting for process ${process.pid}, which is getting tools too`);
  });

  it("are given at once while somebody else gets others", async () => {
    await release(kwok, () => program(versions.kwok));
    await findTools(kwok, search);
    const onWait = () => undefined;
    await withLock(join(tools, "lock"), { onWait }, async () => {
      expect(await findTools(kwok, search)).toMatchObject({ origin: "kept" });
    });
  });
});

describe("tools that cannot be had", () => {
  const refusal = async (set: ToolSet) => {
    const error: unknown = await findTools(set, search).catch((why: unknown) => why);
    return { message: error instanceof Error ? error.message : "", left: await left() };
  };

  it("are told with every way that was tried, and what to install", async () => {
    await putOnPath("etcd", "3.4.9");
    const { message } = await refusal(etcd);
    const host = new URL(server.url).host;
    const sums = `${server.url}/etcd-io/etcd/releases/download/v3.6.8/SHA256SUMS`;
    expect(message.split("\n")).toEqual([
      "There is no way to etcd 3.6.8 here. Tried:",
      "  PATH: 3.4.9 is not 3.5.0 or newer, below 4.0.0",
      `  ${tools}: not kept from before`,
      `  download from ${host}: ${sums} answered 404 Not Found`,
      "  go build: Go is not installed",
      "Install it by hand and put it on PATH (https://etcd.io/docs/latest/install/), or install Go (https://go.dev/dl/) so that it can be built. Then run the command again.",
    ]);
    expect(said).toEqual([
      `etcd 3.6.8: not usable on PATH (3.4.9 is not 3.5.0 or newer, below 4.0.0), not kept from before; next: download from ${host}`,
      `etcd 3.6.8: ${sums} answered 404 Not Found; next: go build`,
    ]);
  });

  it("leave nothing behind when a checksum is wrong", async () => {
    await release(kubernetes, () => program(versions.kubernetes));
    const [, second] = kubernetes.releases(thisMachine(), server.hosts);
    server.serve(new URL(second?.checksum?.url ?? "").pathname, "0".repeat(64));
    expect(await refusal(kubernetes)).toEqual({
      left: [],
      message: expect.stringContaining("is published for it: not used"),
    });
  });

  it("leave nothing behind when the connection is cut in the last of the files", async () => {
    await release(kwok, () => program(versions.kwok));
    const [, second] = kwok.releases(thisMachine(), server.hosts);
    server.answer(new URL(second?.url ?? "").pathname, (_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("half", () => response.destroy());
    });
    expect(await refusal(kwok)).toEqual({
      left: [],
      message: expect.stringContaining("127.0.0.1"),
    });
  });

  it("are not kept when they are not what they should be", async () => {
    await release(kwok, () => program("0.6.0"));
    expect(await refusal(kwok)).toEqual({
      left: [],
      message: expect.stringContaining("its kwok is of version 0.6.0, not 0.7.0"),
    });
  });

  it("are not kept when they do not run on this machine", async () => {
    await release(kwok, () => "\x7fELF of another machine");
    expect(await refusal(kwok)).toEqual({
      left: [],
      message: expect.stringContaining("its kwok does not run here"),
    });
  });
});

it("leaves nothing behind when it is interrupted", async () => {
  const controller = new AbortController();
  const [first] = kwok.releases(thisMachine(), server.hosts);
  server.answer(new URL(first?.url ?? "").pathname, () => controller.abort(new Error("Ctrl-C")));
  const finding = findTools(kwok, { ...search, signal: controller.signal });
  await expect(finding).rejects.toThrow("Ctrl-C");
  expect(await left()).toEqual([]);
});

it("removes what a process that was killed has left, but not what one that runs is at", async () => {
  await mkdir(join(tools, ".making-999999999-dead"), { recursive: true });
  await mkdir(join(tools, `.making-${process.pid}-alive`), { recursive: true });
  await release(kwok, () => program(versions.kwok));
  await findTools(kwok, search);
  expect(await left()).toEqual([`.making-${process.pid}-alive`, "kwok-0.7.0"]);
});
