import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { apiServer } from "../support/api-server.ts";
import { projectCopy, started } from "../support/command.ts";

let folder: string;
let bin: string;
beforeEach(async () => {
  folder = await projectCopy();
  bin = join(folder, "bin");
  await mkdir(bin);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const OUTPUTS = {
  processes: {
    web: {
      deployment: "w",
      replicas: 3,
      memory: "1Gi",
      cpu: "1",
      storage: "1Gi",
      surgePods: 1,
      spread: "preferred",
    },
  },
  totals: { pods: 3, memory: "1Gi", cpu: "1", surgePods: 1 },
};
const HISTORY = [4, 3].map((web, index) => ({
  kind: "update",
  startTime: `2026-11-28T1${6 - index}:04:00.000Z`,
  endTime: `2026-11-28T1${6 - index}:04:12.000Z`,
  message: "",
  environment: {},
  config: {
    "dash-scale:scale": { objectValue: { web }, value: JSON.stringify({ web }), secret: false },
  },
  result: "succeeded",
}));
/** A Pulumi that answers what a real one does. */
const pulumi = () =>
  writeFile(
    join(bin, "pulumi"),
    `#!/bin/sh
case "$2" in
output) echo '${JSON.stringify(OUTPUTS)}' ;;
history) echo '${JSON.stringify(HISTORY)}' ;;
esac
`,
    { mode: 0o755 },
  );
const run = (...args: string[]) => started(folder, args, bin).ended;

const POD = {
  metadata: { name: "a", labels: { "app.kubernetes.io/component": "web" } },
  spec: {
    nodeName: "n1",
    containers: [{ resources: { requests: { memory: "512Mi", cpu: "1" } } }],
  },
  status: { conditions: [{ type: "Ready", status: "True" }] },
};

test("`status` shows wanted, applied, running and use; without metrics it says so", async () => {
  await pulumi();
  let hasMetrics = true;
  const { kubeconfig, asked } = await apiServer(({ pathname }, response) => {
    if (pathname.endsWith("/apis/metrics.k8s.io/v1beta1/namespaces/four-callbacks-dev/pods")) {
      if (!hasMetrics) return void response.writeHead(404).end("404 page not found");
      const containers = [{ usage: { cpu: "500m", memory: "131072Ki" } }];
      return void response.end(
        JSON.stringify({ items: [{ metadata: { name: "a" }, containers }] }),
      );
    }
    response.end(JSON.stringify({ items: pathname.endsWith("/pods") ? [POD] : [] }));
  });
  await writeFile(join(folder, "kubeconfig"), kubeconfig.replaceAll('"a"', '"dev"'));
  const { status, stdout } = await run("status");
  expect(stdout).toMatch(/^web +2 +3 +1 +128Mi \(25 %\) +500m \(50 %\) +1 ready$/m);
  expect(stdout).toContain("web: The file says 2, applied are 3.");
  expect(status).toBe(0);
  hasMetrics = false;
  expect((await run("status")).stdout).toContain(
    "Unknown: what the pods use: the cluster has no metrics (metrics.k8s.io)",
  );
  expect(
    asked.filter((it) => it.includes("/pods?")).every((it) => it.includes("labelSelector=")),
  ).toBe(true);
});

test("`status` of a cluster that does not answer ends with 1, and shows what is known", async () => {
  await pulumi();
  const { status, stdout } = await run("status", "--json");
  const { unreachable, formation } = JSON.parse(stdout);
  expect([status, unreachable, formation[0]]).toMatchObject([
    1,
    expect.stringContaining("no usable kubeconfig"),
    { type: "web", wanted: 2, applied: 3 },
  ]);
});

test("`history` and `scale --undo` go by Pulumi's history", async () => {
  await pulumi();
  expect((await run("history")).stdout).toContain(
    "2026-11-28 16:04  web 3 → 4  unknown  succeeded  12 s",
  );
  const file = join(folder, "stacks/Pulumi.dev.yaml");
  const undone = await run("scale", "--undo");
  expect(undone.stderr).toContain("Putting back the scale of 2026-11-28 16:04 UTC (unknown)");
  expect(await readFile(file, "utf8")).toContain("    web: 4\n");
  expect((await run("scale", "--undo")).status).toBe(0);
  expect(await readFile(file, "utf8")).toContain("    web: 3\n");
});

test("`history` without Pulumi says so", async () => {
  const { status, stderr } = await started(folder, ["history"], bin).ended;
  expect([status, stderr]).toEqual([1, "There is no pulumi on the PATH. Install Pulumi.\n"]);
});
