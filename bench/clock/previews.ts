import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { ROOT } from "../../infra/root.ts";
import { mustPulumi } from "../lane-cluster.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import { formationOf } from "../speed/formation.ts";
import { timed } from "../speed/measure.ts";
import type { Desk, Peer } from "../speed/peer.ts";
import { ours, plain } from "../speed/peers/pulumi.ts";

/** A preview of an app of one process type, without changes. */
export interface Preview {
  readonly program: string;
  readonly round: number;
  readonly seconds: number;
}

/** The least that any program of Node.js takes: it declares nothing, and is no TypeScript. */
const empty: Peer = {
  ...plain,
  name: "empty",
  title: "a program that declares nothing",
  prepare: async ({ cluster, folder, namespace }) => {
    await mkdir(folder, { recursive: true });
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const runtime = { name: "nodejs", options: { typescript: false } };
    await writeFile(join(folder, "Pulumi.yaml"), stringify({ name: namespace, runtime }));
    await writeFile(join(folder, "package.json"), JSON.stringify({ main: "index.js" }));
    await writeFile(join(folder, "index.js"), "");
    await mustPulumi(cluster, folder, ["stack", "init", "bench"]);
  },
};

export const PROGRAMS: readonly Peer[] = [ours, plain, empty];

/** Previews of each program, in turn. */
export async function previewsOf(
  cluster: LaneCluster,
  folder: string,
  rounds: number,
): Promise<Preview[]> {
  const desks: (readonly [Peer, Desk])[] = [];
  for (const peer of PROGRAMS) {
    const namespace = `preview-${peer.name}`;
    const place = { folder: join(folder, namespace), namespace, cluster, programs: {} };
    const desk = { ...place, formation: formationOf(1) };
    await mkdir(desk.folder, { recursive: true });
    await peer.prepare(desk);
    await timed(desk, peer.apply(desk));
    // Not counted: whatever a program keeps from its first run, it has from here on.
    await timed(desk, peer.preview(desk));
    desks.push([peer, desk]);
  }
  const previews: Preview[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const [peer, desk] of desks) {
      const { seconds } = await timed(desk, peer.preview(desk));
      previews.push({ program: peer.name, round, seconds });
    }
  }
  return previews;
}
