import { setTimeout as sleep } from "node:timers/promises";
import { fixed, table } from "../markdown.ts";
import { askLoad } from "./ask.ts";
import { countsOf, total, type LoadResult } from "./client.ts";
import { exposure } from "./exposures.ts";
import { IMAGES } from "./images.ts";
import { NODES, nodeName } from "../nodes/layout.ts";
import type { Part } from "./part.ts";
import { APP, type AppProject, type Wanted } from "./project.ts";

/** What is done to the app while requests come in. */
interface Scenario {
  readonly title: string;
  /** Replicas that there are when it begins. */
  readonly replicas: number;
  /** Makes the app worse than it is declared, for a control. */
  readonly spoil?: (project: AppProject) => Promise<void>;
  readonly act: (project: AppProject, wanted: Wanted) => Promise<void>;
}

interface Measured {
  readonly exposure: string;
  readonly scenario: string;
  /** Whether it had to lose requests. */
  readonly control: boolean;
  /** Seconds that what was done took. */
  readonly seconds: number;
  readonly load: LoadResult;
}

const LOAD_SECONDS = 60;
const CLIENTS = 8;
/** Before anything is done, and before the load begins. */
const BEFORE_MS = 3_000;
const STEADY_MS = 5_000;
/**
 * So that many requests are on their way at any time, and that a replica never has a queue that is
 * longer than our patience.
 */
const CALLBACK_SECONDS = 0.2;
const DEPLOYMENT = `deployment/${APP}-web`;
const DRAINED = nodeName(NODES[1]);
const PATIENCE = "180s";

type Cluster = AppProject["cluster"];

const SCENARIOS: readonly Scenario[] = [
  {
    title: "scaled 1 → 4 → 2",
    replicas: 1,
    act: async (project, wanted) => {
      for (const replicas of [4, 2]) await project.up({ ...wanted, web: { replicas } });
    },
  },
  {
    title: "1 replica rolled to another image",
    replicas: 1,
    act: async (project, wanted) => void (await project.up({ ...wanted, image: IMAGES.nextApp })),
  },
  {
    title: "4 replicas rolled to another image",
    replicas: 4,
    act: async (project, wanted) => void (await project.up({ ...wanted, image: IMAGES.nextApp })),
  },
  {
    title: "a node drained of 2 of 4 replicas",
    replicas: 4,
    act: ({ cluster }) => drained(cluster),
  },
];

/** The same with a Deployment that lacks what is there against lost requests: some must be lost. */
const CONTROLS: readonly Scenario[] = [
  {
    title: "control: rolled to another image, without preStop",
    replicas: 4,
    spoil: withoutPreStop,
    act: async ({ cluster }) => {
      await cluster.kubectl(["-n", APP, "set", "image", DEPLOYMENT, `app=${IMAGES.nextApp}`]);
      await settled(cluster);
    },
  },
  {
    title: "control: a node drained of 2 of 4 replicas, without preStop",
    replicas: 4,
    spoil: withoutPreStop,
    act: ({ cluster }) => drained(cluster),
  },
];

async function withoutPreStop({ cluster }: AppProject): Promise<void> {
  const patch = [{ op: "remove", path: "/spec/template/spec/containers/0/lifecycle" }];
  const words = ["patch", DEPLOYMENT, "--type=json", `--patch=${JSON.stringify(patch)}`];
  await cluster.kubectl(["-n", APP, ...words]);
  await settled(cluster);
}

async function drained(cluster: Cluster): Promise<void> {
  const drain = ["drain", DRAINED, "--ignore-daemonsets", "--delete-emptydir-data"];
  await cluster.kubectl([...drain, `--timeout=${PATIENCE}`]);
  await settled(cluster);
}

async function settled(cluster: Cluster): Promise<void> {
  await cluster.kubectl(["-n", APP, "rollout", "status", DEPLOYMENT, `--timeout=${PATIENCE}`]);
}

/** No request is lost while the app is scaled, rolled or driven off a node. */
export const lost: Part = {
  title: "Requests lost",
  measure: async (project, { exposures }) => {
    const found: Measured[] = [];
    for (const name of exposures) {
      await exposure(name).prepare(project);
      for (const scenario of SCENARIOS) found.push(await underLoad(project, name, scenario));
    }
    for (const scenario of CONTROLS) {
      found.push(await underLoad(project, "service", scenario));
      // What was spoiled is not Pulumi's any more.
      await project.destroy();
    }
    return { text: text(found), data: found };
  },
};

async function underLoad(
  project: AppProject,
  name: Parameters<typeof exposure>[0],
  scenario: Scenario,
): Promise<Measured> {
  const { cluster } = project;
  const { title, app, target } = exposure(name);
  const wanted = { app, web: { replicas: scenario.replicas }, seconds: CALLBACK_SECONDS };
  await cluster.kubectl(["uncordon", DRAINED]);
  await project.up(wanted);
  await scenario.spoil?.(project);
  await project.settled();
  await sleep(STEADY_MS, undefined, { signal: cluster.signal });
  const task = { target: await target(project), seconds: LOAD_SECONDS, clients: CLIENTS };
  const loading = askLoad(task, cluster.signal);
  const acting = timed(async () => scenario.act(project, wanted));
  const [load, seconds] = await Promise.all([loading, acting]);
  await cluster.kubectl(["uncordon", DRAINED]);
  const { requests, failed } = total(load);
  cluster.report.say(`${title}, ${scenario.title}: ${failed} of ${requests} failed`);
  const control = scenario.spoil !== undefined;
  return { exposure: title, scenario: scenario.title, control, seconds, load };
}

async function timed(work: () => Promise<void>): Promise<number> {
  await sleep(BEFORE_MS);
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

function text(found: readonly Measured[]): string {
  const rows = found.map(({ exposure: title, scenario, seconds, load }) => {
    const { requests, failed, slowest } = total(load);
    const parts = countsOf(load).map((count) => `${count.failed} of ${count.requests}`);
    return [title, scenario, fixed(seconds, 0), requests, failed, ...parts, fixed(slowest)];
  });
  const kinds = ["pages, kept", "pages, new", "callbacks, kept", "callbacks, new"];
  const idle = found.filter((it) => it.control && total(it.load).failed === 0);
  const verdict = idle.map(
    ({ scenario }) => `\n\n**Lost nothing, and so proves nothing**: ${scenario}.`,
  );
  return `${CLIENTS} clients for ${LOAD_SECONDS} s, half of them on a connection that they keep, the others on a new one for each request;
one request in ten is a callback of ${CALLBACK_SECONDS} s, the others ask for the page's layout. Nothing is asked twice: whatever is not
answered with 200 has failed. "Takes": seconds from the command to its end.

${table(["exposure", "what is done", "takes", "requests", "failed", ...kinds, "slowest (s)"], rows)}

The controls have the same Deployment, less what is there against lost requests.${verdict.join("")}`;
}
