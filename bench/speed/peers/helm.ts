import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Peer } from "../peer.ts";

/**
 * The same objects as a chart, whose templates have no more to do than to be read.
 *
 * It cannot tell what would change: its preview is the upgrade that changes nothing.
 */
export const helm: Peer = {
  name: "helm",
  title: "Helm",
  // It asks for each object in turn, and so slowly that a round of 500 would take a quarter of an hour.
  atMost: 100,
  prepare: async (desk) => {
    const { folder, namespace } = desk;
    await mkdir(join(folder, "templates"), { recursive: true });
    const chart = { apiVersion: "v2", name: namespace, version: "1.0.0" };
    await writeFile(join(folder, "Chart.yaml"), stringify(chart));
    await helm.write(desk, 2);
  },
  write: async ({ folder, namespace, formation }, replicas) => {
    const all = await formation.objects(namespace, replicas);
    // Helm keeps its releases in the namespace, and so must make it itself.
    const objects = all.filter(({ kind }) => kind !== "Namespace");
    const text = objects.map((object) => `---\n${stringify(object)}`).join("");
    await writeFile(join(folder, "templates", "objects.yaml"), text);
  },
  apply: upgrade,
  preview: upgrade,
};

function upgrade({ namespace, programs }: Parameters<Peer["apply"]>[0]): string[] {
  const where = ["--namespace", namespace, "--create-namespace"];
  const waiting = ["--wait", "--timeout", "30m"];
  return [programs["helm"] ?? "helm", "upgrade", "--install", "bench", ".", ...where, ...waiting];
}
