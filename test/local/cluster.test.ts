import { copyFile, mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeList } from "../../local/cluster/nodes.ts";
import { podTable } from "../../local/cluster/pods.ts";
import { kwokctlConfig, lastPorts, portsToUse } from "../../local/cluster/kwokctl.ts";
import { cacheFolder, pathsOfCheckout } from "../../local/paths.ts";
import { areFree, freePorts } from "../../local/system/ports.ts";
import { endProcessesOf, processesOf, startOf } from "../../commands/system/processes.ts";
import { duration } from "../../local/system/progress.ts";
import { onPath } from "../../local/tools/on-path.ts";

describe("where things are", () => {
  it("is the user's cache folder", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/var/cache/me" })).toBe("/var/cache/me/dash-scale");
    expect(cacheFolder({})).toBe(join(homedir(), ".cache", "dash-scale"));
    expect(cacheFolder({ XDG_CACHE_HOME: "relative" })).toBe(
      join(homedir(), ".cache", "dash-scale"),
    );
  });

  it("is another folder for each checkout, also for those of one name", () => {
    const folders = ["/a/dash-scale", "/b/dash-scale", "/a/My Apps & Co"].map(
      (checkout) => pathsOfCheckout(checkout, "/cache").folder,
    );
    expect(folders).toEqual([
      expect.stringMatching(/^\/cache\/clusters\/dash-scale-[0-9a-f]{10}$/),
      expect.stringMatching(/^\/cache\/clusters\/dash-scale-[0-9a-f]{10}$/),
      expect.stringMatching(/^\/cache\/clusters\/my-apps-co-[0-9a-f]{10}$/),
    ]);
    expect(new Set(folders).size).toBe(3);
  });
});

describe("the control plane", () => {
  const ports = {
    etcdPort: 1,
    etcdPeerPort: 2,
    kubeApiserverPort: 3,
    kubeControllerManagerPort: 4,
    kubeSchedulerPort: 5,
    kwokControllerPort: 6,
  };

  const flagsOf = (addresses: readonly string[]) =>
    JSON.stringify(kwokctlConfig({}, ports, addresses));

  it("simulates only the nodes that say so", () => {
    const extraArgs = [
      { key: "manage-all-nodes", value: "false" },
      { key: "manage-nodes-with-annotation-selector", value: "kwok.x-k8s.io/node=fake" },
    ];
    expect(kwokctlConfig({}, ports)).toMatchObject({
      componentsPatches: expect.arrayContaining([{ name: "kwok-controller", extraArgs }]),
    });
  });

  it("listens on loopback, whatever its certificate names", () => {
    expect(kwokctlConfig({}, ports, ["10.99.0.1"])).toMatchObject({
      options: { bindAddress: "127.0.0.1", kubeApiserverCertSANs: ["10.99.0.1"] },
    });
  });

  it("finds, with real nodes, Services that are part of the API by their pods", () => {
    expect(flagsOf(["10.99.0.1"])).toContain("enable-aggregator-routing");
    expect(flagsOf([])).not.toContain("enable-aggregator-routing");
  });

  it("has, with real nodes, an autoscaler as quick as Kubernetes has it by default", () => {
    const period = "horizontal-pod-autoscaler-sync-period";
    expect(flagsOf(["10.99.0.1"])).not.toContain(period);
    expect(flagsOf([])).toContain(period);
  });
});

describe("processes of a folder", () => {
  it("are those whose program lies in it, and no others", async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "processes-")));
    const sleep = join(folder, "cluster", "sleep");
    await mkdir(join(folder, "cluster"));
    await copyFile((await onPath("sleep")) ?? "", sleep);
    const [ours, other] = [spawn(sleep, ["60"]), spawn("tail", ["-f", sleep])];
    try {
      await Promise.all([once(ours, "spawn"), once(other, "spawn")]);
      const found = await processesOf(join(folder, "cluster"));
      expect(found.map(({ pid }) => pid)).toEqual([ours.pid]);
      expect(await processesOf(join(folder, "clus"))).toEqual([]);

      const gone = once(ours, "exit");
      await endProcessesOf(join(folder, "cluster"));
      await gone;
      expect(await processesOf(join(folder, "cluster"))).toEqual([]);
      expect(other.exitCode).toBeNull();
    } finally {
      ours.kill();
      other.kill();
      await rm(folder, { recursive: true });
    }
  });

  it("are told from later ones with the same id by when they started", async () => {
    expect(await startOf(process.pid)).toBe(await startOf(process.pid));
    expect(await startOf(process.pid)).not.toBe(await startOf(process.ppid));
    expect(await startOf(999_999_999)).toBeUndefined();
  });
});

describe("ports", () => {
  it("are free, and all different", async () => {
    const ports = await freePorts(6);
    expect(new Set(ports).size).toBe(6);
    expect(await areFree(ports)).toBe(true);
  });

  it("are none before the first start, and complete after", async () => {
    expect(await lastPorts(join(tmpdir(), "no-such-file"))).toBeUndefined();
    const ports = Object.values(await portsToUse(join(tmpdir(), "no-such-file")));
    expect(new Set(ports).size).toBe(6);
  });
});

it("simulates four nodes in two zones", () => {
  expect(nodeList()).toMatchObject({
    items: ["node-a1", "node-a2", "node-b1", "node-b2"].map((name) => ({
      kind: "Node",
      metadata: {
        name,
        labels: {
          "kubernetes.io/hostname": name,
          "topology.kubernetes.io/zone": name.startsWith("node-a") ? "zone-a" : "zone-b",
        },
      },
      status: { allocatable: { cpu: "4", memory: "16Gi", pods: "110" } },
    })),
  });
});

it("lays pods out as a table", () => {
  const rows = [
    { namespace: "app", pod: "app-web-1", node: "node-a1", zone: "zone-a", status: "Running" },
    { namespace: "app", pod: "app-worker-12", node: "-", zone: "-", status: "Pending" },
  ];
  expect(podTable(rows)).toBe(
    [
      "NAMESPACE  POD            NODE     ZONE    STATUS",
      "app        app-web-1      node-a1  zone-a  Running",
      "app        app-worker-12  -        -       Pending",
    ].join("\n"),
  );
});

it("tells how long something takes", () => {
  expect([0, 12_400, 59_400, 60_000, 185_000].map(duration)).toEqual([
    "0 s",
    "12 s",
    "59 s",
    "1:00 min",
    "3:05 min",
  ]);
});
