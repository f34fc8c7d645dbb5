import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { CommandError } from "../../commands/system/errors.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import { fixed, table, type Cell } from "../markdown.ts";
import { memoryOf, timed } from "../speed/measure.ts";
import { ours } from "../speed/peers/pulumi.ts";
import type { Desk, Formation } from "../speed/peer.ts";
import { balanceOf, type Balance } from "./balance.ts";
import { peakMemory, type PeakMemory } from "./control-plane.ts";
import type { Part } from "./part.ts";

const MOST = 5000;
const STEPS = [1, 10, 100, 1000, MOST] as const;
const REST_MS = 600_000;
const APP = "bench-pods";
const IMAGES = {
  first: "registry.example.com/app:1.0.0",
  second: "registry.example.com/app:1.0.1",
};

interface Step {
  readonly what: string;
  readonly seconds: number;
  readonly balance: Balance;
  readonly memory: PeakMemory;
}

/** One process type, as large as it gets, and then a new image for all of it. */
export const pods: Part = {
  title: `One app, up to ${MOST} pods on 500 nodes`,
  measure: async (cluster, folder) => {
    const desk: Desk = {
      folder: join(folder, "pods"),
      namespace: APP,
      formation: FORMATION,
      cluster,
      programs: {},
    };
    await ours.prepare(desk);
    const steps: Step[] = [];
    const step = async (what: string, replicas: number, work: () => Promise<number>) => {
      const seconds = await work();
      const balance = await atRest(cluster, replicas);
      const memory = await peakMemory(cluster.environment.paths);
      cluster.report.say(`${what}: ${seconds.toFixed(1)} s, ${JSON.stringify(balance)}`);
      steps.push({ what, seconds, balance, memory });
    };
    for (const replicas of STEPS) {
      await step(`to ${replicas}`, replicas, async () => {
        await ours.write(desk, replicas);
        return (await timed(desk, ours.apply(desk))).seconds;
      });
    }
    const preview = await timed(desk, ours.preview(desk));
    const previewMemory = await memoryOf(desk, ours.preview(desk));
    await step("new image", MOST, async () => {
      await changeImage(desk);
      return (await timed(desk, ours.apply(desk))).seconds;
    });
    await step(`to ${MOST / 2}`, MOST / 2, async () => {
      await ours.write(desk, MOST / 2);
      await changeImage(desk);
      return (await timed(desk, ours.apply(desk))).seconds;
    });
    const data = { steps, preview, previewMemory };
    return { text: textOf(steps, { seconds: preview.seconds, bytes: previewMemory }), data };
  },
};

/**
 * How pods are spread once there are as many as there should be: `pulumi up` does not wait until
 * the last ones are gone.
 */
async function atRest(cluster: LaneCluster, replicas: number): Promise<Balance> {
  const until = Date.now() + REST_MS;
  for (;;) {
    const balance = await balanceOf(cluster, APP);
    if (balance.pods === replicas) return balance;
    if (Date.now() > until) throw new CommandError(`There are still ${balance.pods} pods`);
    await sleep(1000, undefined, { signal: cluster.signal });
  }
}

const FORMATION: Formation = {
  procfile: "worker: worker --queue default\n",
  scaled: "worker",
  stackFile,
  objects: async () => Promise.reject(new Error("only this program is measured")),
};

function stackFile(name: string, replicas: number): string {
  const app = { name, procfile: "Procfile", image: IMAGES.first, maxReplicas: MOST };
  return stringify({
    config: { "dash-scale:app": app, "dash-scale:scale": { worker: replicas } },
  });
}

async function changeImage({ folder }: Desk): Promise<void> {
  const file = join(folder, "stacks", "Pulumi.bench.yaml");
  const stack: { config: Record<string, Record<string, unknown>> } = parse(
    await readFile(file, "utf8"),
  );
  const app = stack.config["dash-scale:app"];
  if (app) app["image"] = IMAGES.second;
  await writeFile(file, stringify(stack));
}

function textOf(
  steps: readonly Step[],
  preview: { readonly seconds: number; readonly bytes: number },
): string {
  const heading = ["", "seconds", "pods", "per node", "per zone"];
  const rows = steps.map(({ what, seconds, balance }): Cell[] => [
    what,
    fixed(seconds, 1),
    balance.pods,
    `${balance.perNode.least}–${balance.perNode.most}`,
    `${balance.perZone.least}–${balance.perZone.most}`,
  ]);
  const [first] = steps;
  const memory = table(
    ["", ...Object.keys(first?.memory ?? {})],
    steps.map(({ what, memory: peak }) => [what, ...Object.values(peak)]),
  );
  return `Seconds of \`pulumi up\`, until every pod is ready; each change begins when the one before has ended. Per node and per zone: the least
and the most pods that one has, once those that go are gone.

${table(heading, rows)}

A preview without changes, at ${MOST} pods: ${fixed(preview.seconds, 1)} s, ${Math.round(preview.bytes / 2 ** 20)} MiB. It does not depend on the number of pods.

The most memory of each part of the control plane so far, MiB:

${memory}
`;
}
