import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ControlPlane } from "../../local/cluster/control-plane.ts";
import { writeKubeconfig } from "../../local/cluster/kubeconfig.ts";
import { removeCluster } from "../../local/commands/stop.ts";
import { startEnvironment } from "../../local/environment.ts";
import { toolsFolder } from "../../local/paths.ts";
import { versionOf } from "../../local/tools/on-path.ts";
import { findTools } from "../../local/tools/find.ts";
import type { ToolSet } from "../../local/tools/catalogue.ts";
import { nodeSets } from "../../local/tools/nodes.ts";
import type { Programs } from "../../local/tools/on-path.ts";
import { laneCluster, type LaneCluster, type LaneRun } from "../lane-cluster.ts";
import { removeCgroups } from "./cgroups.ts";
import { forwardToApiServer, type Forwarder } from "./forward.ts";
import { imageArchive, nodeImages, type LayeredImage } from "./images.ts";
import { API_PORT, HOST, NODES, SERVICES, imagesFolder, lanePaths } from "./layout.ts";
import { createNetwork, removeNetwork } from "./network.ts";
import { RealNode } from "./node.ts";
import { ensurePackages } from "./packages.ts";
import { rememberSysctls, restoreSysctls } from "./sysctls.ts";
import { systemObjects } from "./system-objects.ts";

/** A cluster of real nodes, all on this machine. */
export interface RealCluster extends LaneCluster {
  readonly nodes: readonly RealNode[];
  readonly programs: Programs;
  readonly versions: Readonly<Record<string, string>>;
}

/** Tools that every real node needs, and those that only some lanes do. */
const NEEDED: readonly ToolSet[] = [nodeSets.kubernetesNode, nodeSets.coredns];

/**
 * Does some work on a cluster that is made for it, and removed afterwards whatever comes of the
 * work.
 *
 * @param more tools that the lane needs beside those of a node
 */
export async function withCluster<T>(
  options: LaneRun,
  more: readonly ToolSet[],
  work: (cluster: RealCluster) => Promise<T>,
): Promise<T> {
  await ensurePackages(options.report, options.signal);
  await removeAll([], undefined);
  const nodes: RealNode[] = [];
  let forwarder: Forwarder | undefined;
  try {
    await mkdir(imagesFolder(), { recursive: true });
    await rememberSysctls();
    await createNetwork(options.signal);
    const { environment, programs, versions } = await startControlPlane(options, [
      ...NEEDED,
      ...more,
    ]);
    const access = await new ControlPlane(lanePaths().controlPlane).access();
    forwarder = await forwardToApiServer(access.server);
    await startNodes(programs, options, nodes);
    const cluster = { ...laneCluster(environment, options), nodes, programs, versions };
    await cluster.kubectl(["apply", "-f", "-"], list(systemObjects()));
    await untilReady(cluster);
    return await work(cluster);
  } catch (error) {
    // Whatever an interruption made fail: that it was one is what is told.
    options.signal.throwIfAborted();
    throw error;
  } finally {
    options.report.say("Removing nodes, control plane and networks");
    await removeAll(nodes, forwarder);
  }
}

/** Removes what this run has made, and what an earlier one that was killed has left. */
async function removeAll(
  nodes: readonly RealNode[],
  forwarder: Forwarder | undefined,
): Promise<void> {
  const steps = [
    async () => void (await Promise.all(nodes.map((node) => node.stop()))),
    async () => forwarder?.stop(),
    () => removeCluster(lanePaths()),
    removeNetwork,
    removeCgroups,
    restoreSysctls,
  ];
  const failures: unknown[] = [];
  // One that fails must not keep the others from being done.
  for (const step of steps) await step().catch((error: unknown) => void failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, "not everything could be removed");
}

/** Has every node know some images. */
export async function loadImages(
  { nodes, ...run }: RealCluster,
  images: readonly LayeredImage[],
): Promise<void> {
  await withArchive(images, run, async (archive) => {
    for (const node of nodes) await node.importImages(archive);
  });
}

async function withArchive(
  images: readonly LayeredImage[],
  { report, signal }: LaneRun,
  work: (archive: string) => Promise<void>,
): Promise<void> {
  const archive = join(lanePaths().folder, "images.tar");
  try {
    await imageArchive(archive, images, { folder: imagesFolder(), report, signal });
    await work(archive);
  } finally {
    await rm(archive, { force: true });
  }
}

async function startControlPlane({ report, signal }: LaneRun, sets: readonly ToolSet[]) {
  const serverAddresses = [HOST.address, SERVICES.kubernetes];
  const environment = await startEnvironment(lanePaths(), {
    report,
    signal,
    nodes: { serverAddresses },
  });
  const search = { folder: toolsFolder(), report, signal };
  const programs: Record<string, string> = {};
  const versions: Record<string, string> = {};
  for (const set of sets) {
    const found = await findTools(set, search);
    Object.assign(programs, found.programs);
    versions[set.name] = found.version;
  }
  Object.assign(versions, await debianVersions(signal));
  return { environment, programs, versions };
}

async function debianVersions(signal: AbortSignal): Promise<Record<string, string>> {
  const containerd = await versionOf("containerd", ["--version"], signal);
  const runc = await versionOf("runc", ["--version"], signal);
  return { containerd: containerd ?? "?", runc: runc ?? "?" };
}

async function startNodes(programs: Programs, run: LaneRun, nodes: RealNode[]): Promise<void> {
  const { folder, controlPlane } = lanePaths();
  const kubeconfig = join(folder, "nodes.kubeconfig");
  const { keys } = await new ControlPlane(controlPlane).access();
  // The nodes act as the cluster's administrator: who may do what is not what is measured here.
  await writeKubeconfig(kubeconfig, { server: `https://${HOST.address}:${API_PORT}`, keys }, []);
  const authority = join(keys, "ca.crt");
  const { signal } = run;
  const images = await nodeImages(programs, { folder: imagesFolder(), ...run });
  const activity = run.report.begin("Nodes: starting");
  const start = async (archive: string) => {
    for (const number of NODES) {
      const files = { folder: join(folder, `node-${number}`), authority, kubeconfig };
      nodes.push(await RealNode.start({ number, files, programs, images: archive, signal }));
    }
  };
  await withArchive(images, run, start).finally(activity.end);
  run.report.say(`Nodes: ${nodes.length} started in ${activity.elapsed()}`);
}

async function untilReady({ kubectl, report }: RealCluster): Promise<void> {
  const activity = report.begin("Nodes: waiting until they are ready");
  try {
    // `wait` fails where there is nothing to wait for yet.
    for (const { length } = NODES; ;) {
      const names = await kubectl(["get", "nodes", "-o", "name"]);
      if (names.trim().split("\n").length === length) break;
    }
    await kubectl(["wait", "--for=condition=Ready", "node", "--all", "--timeout=60s"]);
    await kubectl(["-n", "kube-system", "rollout", "status", "ds/coredns", "--timeout=60s"]);
  } finally {
    activity.end();
  }
}

/** Several objects as one. */
export function list(items: readonly object[]): object {
  return { apiVersion: "v1", kind: "List", items };
}
