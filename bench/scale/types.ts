import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fixed, table } from "../markdown.ts";
import { formationOf } from "../speed/formation.ts";
import { memoryOf, timed } from "../speed/measure.ts";
import { ours } from "../speed/peers/pulumi.ts";
import type { Desk } from "../speed/peer.ts";
import { peakMemory } from "./control-plane.ts";
import type { Part } from "./part.ts";

const TYPES = 500;

/** One app of very many process types. */
export const types: Part = {
  title: `One app of ${TYPES} process types`,
  measure: async (cluster, folder) => {
    const formation = formationOf(TYPES);
    const desk: Desk = {
      folder: join(folder, "types"),
      namespace: "bench-types",
      formation,
      cluster,
      programs: {},
    };
    await ours.prepare(desk);
    const install = await timed(desk, ours.apply(desk));
    const preview = await timed(desk, ours.preview(desk));
    const previewMemory = await memoryOf(desk, ours.preview(desk));
    await ours.write(desk, 4);
    const scale = await timed(desk, ours.apply(desk));
    const controlPlane = await peakMemory(cluster.environment.paths);
    const state = await stateBytes(desk);
    const rows = [
      ["first install", fixed(install.seconds, 1), fixed(install.cpuSeconds, 1)],
      ["preview without changes", fixed(preview.seconds, 1), fixed(preview.cpuSeconds, 1)],
      ["one type from 2 to 4 replicas", fixed(scale.seconds, 1), fixed(scale.cpuSeconds, 1)],
    ];
    const text = `${table(["", "seconds", "processor seconds of Pulumi"], rows)}

A preview takes ${Math.round(previewMemory / 2 ** 20)} MiB; the state is ${fixed(state / 2 ** 20, 1)} MiB.

The most memory of each part of the control plane, MiB:

${table(Object.keys(controlPlane), [Object.values(controlPlane)])}
`;
    return { text, data: { install, preview, previewMemory, scale, controlPlane, state } };
  },
};

/** Of the file that the state backend keeps. */
async function stateBytes({ cluster, namespace }: Desk): Promise<number> {
  const { state } = cluster.environment.paths;
  const file = join(state, ".pulumi", "stacks", namespace, "bench.json");
  return (await stat(file)).size;
}
