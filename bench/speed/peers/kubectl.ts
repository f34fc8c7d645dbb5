import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Desk, Peer } from "../peer.ts";

const FILE = "objects.yaml";

/** `kubectl apply --server-side`, and the wait that it does not have. */
export const kubectl: Peer = {
  name: "kubectl",
  title: "kubectl apply",
  prepare: async (desk) => {
    await mkdir(desk.folder, { recursive: true });
    await kubectl.write(desk, 2);
  },
  write: async ({ folder, namespace, formation }, replicas) => {
    const objects = await formation.objects(namespace, replicas);
    const text = objects.map((object) => `---\n${stringify(object)}`).join("");
    await writeFile(join(folder, FILE), text);
  },
  apply: (desk) => applied(desk, "deployment"),
  applyOne: (desk) => applied(desk, `deployment/${desk.namespace}-${desk.formation.scaled}`),
  preview: ({ cluster }) => [
    cluster.environment.programs.kubectl,
    "diff",
    "--server-side",
    "-f",
    FILE,
  ],
};

function applied({ cluster, namespace }: Desk, awaited: string): string[] {
  const apply = `"$0" apply --server-side -f ${FILE}`;
  const status = `"$0" -n ${namespace} rollout status ${awaited} --timeout=30m`;
  return ["/bin/sh", "-c", `${apply} && ${status}`, cluster.environment.programs.kubectl];
}
