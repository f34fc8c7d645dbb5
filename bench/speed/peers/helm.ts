import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Desk, Peer } from "../peer.ts";

/**
 * The same objects as a chart, whose templates have no more to do than to be read.
 *
 * It cannot tell what would change: its preview is the upgrade that changes nothing.
 */
export const helm: Peer = {
  ...helmWith([]),
  name: "helm",
  title: "Helm",
  // It holds itself to 5 requests a second after the first 100, so that a round of 500 would take a
  // quarter of an hour.
  atMost: 100,
};

/** The same, let loose on the cluster as its users hardly know that they can. */
export const fastHelm: Peer = {
  ...helmWith(["--qps", "500", "--burst-limit", "500"]),
  name: "fast-helm",
  title: "Helm with --qps 500",
};

function helmWith(flags: readonly string[]): Omit<Peer, "name" | "title"> {
  const upgrade = ({ namespace, programs }: Desk) => {
    const where = ["--namespace", namespace, "--create-namespace"];
    const waiting = ["--wait", "--timeout", "30m"];
    const words = ["upgrade", "--install", "bench", ".", ...where, ...waiting, ...flags];
    return [programs["helm"] ?? "helm", ...words];
  };
  return { prepare, write, apply: upgrade, preview: upgrade };
}

async function prepare(desk: Desk): Promise<void> {
  const { folder, namespace } = desk;
  await mkdir(join(folder, "templates"), { recursive: true });
  const chart = { apiVersion: "v2", name: namespace, version: "1.0.0" };
  await writeFile(join(folder, "Chart.yaml"), stringify(chart));
  await write(desk, 2);
}

async function write({ folder, namespace, formation }: Desk, replicas: number): Promise<void> {
  const all = await formation.objects(namespace, replicas);
  // Helm keeps its releases in the namespace, and so must make it itself.
  const objects = all.filter(({ kind }) => kind !== "Namespace");
  const text = objects.map((object) => `---\n${stringify(object)}`).join("");
  await writeFile(join(folder, "templates", "objects.yaml"), text);
}
