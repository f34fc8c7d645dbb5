import { join } from "node:path";
import { fixed, table, type Cell } from "../markdown.ts";
import { MemoryOfTree } from "../memory.ts";
import { formationOf } from "../speed/formation.ts";
import { timed } from "../speed/measure.ts";
import { ours } from "../speed/peers/pulumi.ts";
import type { Desk } from "../speed/peer.ts";
import type { Part } from "./part.ts";

const STACKS = 50;
/** Process types of each one. */
const TYPES = 3;
/** How many run at the same time. */
const WIDTHS = [1, 2, 5, 10, 25, 50] as const;
/**
 * Stacks that are gone through where few run at a time: fewer, since it takes long and tells no
 * more.
 */
const AT_LEAST = 10;
const INSTALLED_AT_ONCE = 10;

/** Many stacks of one state backend, on one cluster, brought up from one machine. */
export const stacks: Part = {
  title: `${STACKS} stacks side by side`,
  measure: async (cluster, folder) => {
    const formation = formationOf(TYPES);
    const desks = Array.from({ length: STACKS }, (_, index): Desk => {
      const namespace = `bench-stack-${index + 1}`;
      return { folder: join(folder, namespace), namespace, formation, cluster, programs: {} };
    });
    for (const desk of desks) await ours.prepare(desk);
    const install = await sideBySide(desks, INSTALLED_AT_ONCE, async (desk) =>
      timed(desk, ours.apply(desk)),
    );
    cluster.report.say(`${STACKS} stacks installed in ${install.seconds.toFixed(1)} s`);
    const previews: ({ width: number; stacks: number } & Together)[] = [];
    for (const width of WIDTHS) {
      const some = desks.slice(0, Math.max(width, AT_LEAST));
      const took = await sideBySide(some, width, async (desk) => timed(desk, ours.preview(desk)));
      cluster.report.say(`${width} previews at once: ${took.seconds.toFixed(1)} s`);
      previews.push({ width, stacks: some.length, ...took });
    }
    const rows = previews.map(({ width, stacks: count, seconds, bytes }): Cell[] => [
      width,
      fixed(seconds / count),
      Math.round(bytes / 2 ** 20),
    ]);
    const text = `Stacks of ${TYPES} process types each. All ${STACKS} were installed, ${INSTALLED_AT_ONCE} at a time, in ${fixed(install.seconds, 0)} s (${fixed(install.seconds / STACKS, 1)} s for each), with
${Math.round(install.bytes / 2 ** 20)} MiB for all that ran at once. Previews without changes:

${table(["at the same time", "seconds for each stack", "MiB in all"], rows)}
`;
    return { text, data: { install, previews } };
  },
};

interface Together {
  readonly seconds: number;
  /** The most memory at once of all that this program started. */
  readonly bytes: number;
}

async function sideBySide(
  desks: readonly Desk[],
  width: number,
  work: (desk: Desk) => Promise<unknown>,
): Promise<Together> {
  const memory = new MemoryOfTree();
  const queue = desks.values();
  const worker = async () => {
    for (const desk of queue) await work(desk);
  };
  const begin = performance.now();
  memory.watch(process.pid);
  try {
    await Promise.all(Array.from({ length: width }, worker));
  } finally {
    memory.end();
  }
  return { seconds: (performance.now() - begin) / 1000, bytes: memory.most };
}
