import { setTimeout as sleep } from "node:timers/promises";
import { fixed, table } from "../markdown.ts";
import { spread } from "../statistics.ts";
import { askRounds } from "./ask.ts";
import { readMemory, type PodMemory } from "../nodes/memory.ts";
import { exposure } from "./exposures.ts";
import type { Part } from "./part.ts";
import { cgroupOf, processesOfPod } from "../nodes/processes.ts";
import type { AppProject } from "./project.ts";

/** From nothing to four ready pods. */
interface StartUp {
  readonly untilReady: number;
  readonly untilPulumiIsDone: number;
}

/** Memory of a replica after some rounds of callbacks, in MiB. */
interface Memory extends PodMemory {
  readonly workers: number;
  readonly threads: number;
  readonly preload: boolean;
  readonly processes: number;
}

const TIMES = 3;
const REPLICAS = 4;
const POLL_MS = 200;
const WARM_UP_ROUNDS = 5;
const SHAPES = [
  { workers: 1, threads: 1 },
  { workers: 2, threads: 1 },
  { workers: 4, threads: 1 },
  { workers: 1, threads: 4 },
];

/** How long a start takes, and how much memory a replica needs. */
export const start: Part = {
  title: "Start-up and memory",
  measure: async (project) => {
    const starts: StartUp[] = [];
    for (let time = 0; time < TIMES; time += 1) starts.push(await startUp(project));
    const memory: Memory[] = [];
    for (const shape of SHAPES) {
      for (const preload of [false, true]) {
        memory.push(await memoryOf(project, { ...shape, preload }));
      }
    }
    return { text: text(starts, memory), data: { starts, memory } };
  },
};

async function startUp(project: AppProject): Promise<StartUp> {
  await project.destroy();
  const begin = performance.now();
  const elapsed = () => (performance.now() - begin) / 1000;
  const up = project.up({ web: { replicas: REPLICAS } });
  const ready = (async () => {
    for (;;) {
      const pods = await project.pods();
      if (pods.filter((pod) => pod.ready).length === REPLICAS) return elapsed();
      await sleep(POLL_MS, undefined, { signal: project.cluster.signal });
    }
  })();
  const [untilPulumiIsDone, untilReady] = await Promise.all([up, ready]);
  project.cluster.report.say(`${REPLICAS} pods are ready after ${fixed(untilReady)} s`);
  return { untilReady, untilPulumiIsDone };
}

async function memoryOf(
  project: AppProject,
  { workers, threads, preload }: Pick<Memory, "workers" | "threads" | "preload">,
): Promise<Memory> {
  const { report, signal } = project.cluster;
  const command = `gunicorn index:server${preload ? " --preload" : ""}`;
  // Enough for any of them: what is looked for is what they take.
  const web = { replicas: 1, workers, threads, memory: "2Gi" };
  const { target } = exposure("service");
  await project.up({ web, command, seconds: 0.2 });
  await project.settled();
  await askRounds({ target: await target(project), rounds: WARM_UP_ROUNDS * workers }, signal);
  const [pod] = await project.pods();
  if (!pod) throw new Error("there is no pod to measure");
  const found = await readMemory(await cgroupOf(pod));
  const processes = (await processesOfPod(pod)).length;
  const shape = `${workers} × ${threads}${preload ? ", preloaded" : ""}`;
  report.say(`${shape}: ${fixed(found.workingSet, 0)} MiB`);
  return { workers, threads, preload, processes, ...found };
}

function text(starts: readonly StartUp[], memory: readonly Memory[]): string {
  const times = [
    timesOf(
      `${REPLICAS} pods ready`,
      starts.map((it) => it.untilReady),
    ),
    timesOf(
      "`pulumi up` done",
      starts.map((it) => it.untilPulumiIsDone),
    ),
  ];
  const sizes = memory.map((it) => [
    it.workers,
    it.threads,
    it.preload ? "yes" : "no",
    it.processes,
    ...[it.workingSet, it.anonymous, it.peak].map((value) => fixed(value, 0)),
    fixed(it.workingSet / it.workers, 0),
  ]);
  const quantities = ["working set", "anonymous", "peak with cached files", "per worker"];
  return `From nothing (not even the namespace) to ${REPLICAS} replicas, seconds, ${starts.length} times; the images are on the nodes already. Pulumi also
waits for each pod to have been ready for 1 s.

${table(["until", "minimum", "median", "maximum"], times)}

Memory of one replica after ${WARM_UP_ROUNDS} rounds of four callbacks for each worker, MiB:

${table(["workers", "threads", "`--preload`", "processes", ...quantities], sizes)}`;
}

function timesOf(title: string, values: readonly number[]): string[] {
  const { minimum, median, maximum } = spread(values);
  return [title, ...[minimum, median, maximum].map((value) => fixed(value))];
}
