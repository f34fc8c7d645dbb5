import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { NODES, nodeAddress, podRange } from "../../bench/nodes/layout.ts";
import { nodeConfig } from "../../bench/nodes/node-config.ts";
import { blobFile, imageLayout } from "../../bench/nodes/oci.ts";
import { firstWith, fourthAnswersAt } from "../../bench/pods/autoscale.ts";
import { isSpreadOut } from "../../bench/pods/rounds.ts";

describe("an image layout", () => {
  const layer = { digest: `sha256:${"a".repeat(64)}`, size: 10 };
  const config = { Env: ["PATH=/bin"], StopSignal: "SIGUSR1" };
  const files = imageLayout([{ name: "localhost/haproxy:1", layers: [layer], config }], "arm64");
  const json = (file: string) => JSON.parse(files.get(file) ?? "null");
  const [entry] = json("index.json").manifests;
  const manifest = json(blobFile(entry));

  it("names the image as containerd looks for it, and its platform", () => {
    expect(entry.annotations).toEqual({ "io.containerd.image.name": "localhost/haproxy:1" });
    expect(entry.platform).toEqual({ architecture: "arm64", os: "linux" });
  });

  it("carries the stop signal", () => {
    expect(json(blobFile(manifest.config))).toMatchObject({
      architecture: "arm64",
      config,
      rootfs: { type: "layers", diff_ids: [layer.digest] },
    });
  });

  it("has every blob under its digest and with its size", () => {
    for (const blob of [entry, manifest.config]) {
      const content = files.get(blobFile(blob)) ?? "";
      expect(`sha256:${createHash("sha256").update(content).digest("hex")}`).toBe(blob.digest);
      expect(Buffer.byteLength(content)).toBe(blob.size);
    }
    expect(manifest.layers).toEqual([
      { mediaType: "application/vnd.oci.image.layer.v1.tar", ...layer },
    ]);
  });
});

describe("nodes", () => {
  it("have addresses and pods of their own", () => {
    const all = NODES.flatMap((node) => [nodeAddress(node), podRange(node)]);
    expect(new Set(all).size).toBe(all.length);
  });

  it("never ask for an image anew, and have the cluster's DNS", () => {
    const files = { folder: "/node", authority: "/ca.crt", kubeconfig: "/kubeconfig" };
    const { "kubelet.yaml": kubelet = "" } = nodeConfig(1, files);
    expect(JSON.parse(kubelet)).toMatchObject({
      imageGCHighThresholdPercent: 100,
      clusterDNS: ["10.0.0.10"],
      cgroupRoot: "/dash-bench-1",
    });
  });
});

describe("callbacks are spread out", () => {
  it.each([
    [[1, 1, 1, 1], 4, true],
    [[2, 1, 1], 4, false],
    [[2, 1, 1], 3, true],
    [[2, 2], 3, false],
    [[3, 1], 2, false],
    [[4], 1, true],
    [[], 1, false],
  ])("%j on %i replicas: %s", (perPod, replicas, expected) => {
    expect(isSpreadOut({ perPod }, replicas)).toBe(expected);
  });
});

describe("an autoscaler", () => {
  it("is as quick as so many replicas are ready", () => {
    const samples = [1, 2, 4, 3].map((ready, seconds) => ({ seconds, ready }));
    expect([2, 3, 4, 5].map((replicas) => firstWith(samples, replicas))).toEqual([1, 2, 2, NaN]);
  });

  it("has four serve when the fourth one has answered for the first time", () => {
    const answer = (pod: string, at: number) => ({ pod, at, seconds: 2, ended: 0 });
    const three = [answer("a", 0), answer("b", 5), answer("a", 2), answer("c", 4)];
    const failed = { at: 6, seconds: 60, ended: 0, failure: "ECONNRESET" };
    expect(fourthAnswersAt([...three, failed])).toBeNaN();
    expect(fourthAnswersAt([...three, answer("d", 30), answer("d", 20)])).toBe(22);
  });
});
