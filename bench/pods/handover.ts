import { setTimeout as sleep } from "node:timers/promises";
import { fixed, table } from "../markdown.ts";
import { spread } from "../statistics.ts";
import { askCallbacks, askLoad } from "./ask.ts";
import { total, type TimedAnswer } from "./client.ts";
import { cacheNames } from "./dns.ts";
import { exposure, type ExposureName } from "./exposures.ts";
import { IMAGES } from "./images.ts";
import type { Part } from "./part.ts";
import { APP, type AppProject } from "./project.ts";
import { watchReadiness, type PodSeen } from "./readiness.ts";

/** A way to the pods. */
interface Way {
  readonly name: ExposureName;
  /** Whether the cluster's DNS keeps its answers, for the 5 s that CoreDNS gives them. */
  readonly cached: boolean;
}

interface Measured {
  readonly way: string;
  /** Of each new pod: seconds from when it was ready until it answered first. */
  readonly firstAnswers: readonly number[];
  readonly rolls: readonly Roll[];
}

/** The only replica, replaced by another version. */
interface Roll {
  readonly minReadySeconds: number;
  readonly requests: number;
  readonly failed: number;
  readonly slowest: number;
}

const WAYS: readonly Way[] = [
  { name: "service", cached: false },
  { name: "traefik", cached: false },
  { name: "proxy", cached: false },
  { name: "proxy", cached: true },
];
const REPLICAS = 4;
const SETTINGS = [0, 1, 5];
const CALLBACK_SECONDS = 0.05;
const CLIENTS = 4;
const FIRST_SECONDS = 15;
const ROLL_SECONDS = 20;
const STEADY_MS = 3_000;
const BEFORE_MS = 2_000;
const DEPLOYMENT = `deployment/${APP}-web`;

/** How soon new pods get requests, and whether any is lost where the only replica is replaced. */
export const handover: Part = {
  title: "From the old pods to the new ones",
  measure: async (project) => {
    const found: Measured[] = [];
    for (const way of WAYS) found.push(await along(project, way));
    return { text: text(found), data: found };
  },
};

async function along(project: AppProject, { name, cached }: Way): Promise<Measured> {
  const { cluster } = project;
  const { title, app, prepare } = exposure(name);
  await prepare(project);
  const restore = cached ? await cacheNames(cluster) : async () => undefined;
  try {
    await project.up({ app, web: { replicas: REPLICAS }, seconds: CALLBACK_SECONDS });
    await scaled(project, 1);
    const firstAnswers = await firstAnswersOf(project, name);
    await scaled(project, 1);
    const rolls: Roll[] = [];
    for (const seconds of SETTINGS) rolls.push(await rolled(project, name, seconds));
    const way = `${title}${cached ? ", DNS answers kept for 5 s" : ""}`;
    const lost = rolls.map(({ failed, requests }) => `${failed} of ${requests}`).join(", ");
    cluster.report.say(
      `${way}: ${firstAnswers.map((it) => fixed(it)).join(", ")} s; failed: ${lost}`,
    );
    return { way, firstAnswers, rolls };
  } finally {
    await restore();
    // What kubectl has changed is not Pulumi's any more.
    await project.destroy();
  }
}

async function scaled(project: AppProject, replicas: number): Promise<void> {
  const { kubectl, signal } = project.cluster;
  await kubectl(["-n", APP, "scale", DEPLOYMENT, `--replicas=${replicas}`]);
  await done(project);
  await sleep(STEADY_MS, undefined, { signal });
}

async function done(project: AppProject): Promise<void> {
  const { kubectl } = project.cluster;
  await kubectl(["-n", APP, "rollout", "status", DEPLOYMENT, "--timeout=120s"]);
  await project.settled();
}

async function firstAnswersOf(project: AppProject, name: ExposureName): Promise<number[]> {
  const { cluster } = project;
  const watch = watchReadiness(cluster, APP);
  try {
    const target = await exposure(name).target(project);
    const task = { target, clients: CLIENTS, seconds: FIRST_SECONDS };
    const asking = askCallbacks(task, cluster.signal);
    const [answers] = await Promise.all([asking, scaledLater(project)]);
    return firstAnswersBy(watch.events, answers);
  } finally {
    watch.stop();
  }
}

async function scaledLater({ cluster }: AppProject): Promise<void> {
  await sleep(BEFORE_MS, undefined, { signal: cluster.signal });
  await cluster.kubectl(["-n", APP, "scale", DEPLOYMENT, `--replicas=${REPLICAS}`]);
}

/**
 * Seconds from when a pod was ready until it answered first, for those that were not ready when the
 * watch began. The watch counts from this program's beginning, answers from that of 1970.
 */
export function firstAnswersBy(
  events: readonly PodSeen[],
  answers: readonly TimedAnswer[],
  origin = performance.timeOrigin,
): number[] {
  const byPod = Map.groupBy(events, ({ pod }) => pod);
  return [...byPod].flatMap(([pod, seen]) => {
    const ready = seen.find((it) => it.ready);
    const first = answers.filter((it) => it.pod === pod).map(({ ended }) => ended);
    if (ready === undefined || ready === seen[0] || first.length === 0) return [];
    return [(Math.min(...first) - origin) / 1000 - ready.at];
  });
}

async function rolled(
  project: AppProject,
  name: ExposureName,
  minReadySeconds: number,
): Promise<Roll> {
  const { cluster } = project;
  const patch = JSON.stringify({ spec: { minReadySeconds } });
  await cluster.kubectl(["-n", APP, "patch", DEPLOYMENT, `--patch=${patch}`]);
  const path = "jsonpath={.spec.template.spec.containers[0].image}";
  const now = await cluster.kubectl(["-n", APP, "get", DEPLOYMENT, "-o", path]);
  const next = now === IMAGES.app ? IMAGES.nextApp : IMAGES.app;
  const target = await exposure(name).target(project);
  const task = { target, seconds: ROLL_SECONDS, clients: CLIENTS };
  const loading = askLoad(task, cluster.signal);
  await sleep(BEFORE_MS, undefined, { signal: cluster.signal });
  await cluster.kubectl(["-n", APP, "set", "image", DEPLOYMENT, `app=${next}`]);
  const [load] = await Promise.all([loading, done(project)]);
  await sleep(STEADY_MS, undefined, { signal: cluster.signal });
  return { minReadySeconds, ...total(load) };
}

function text(found: readonly Measured[]): string {
  const first = found.map(({ way, firstAnswers }) => {
    const { minimum, median, maximum } = spread(firstAnswers);
    const times = [minimum, median, maximum].map((value) => fixed(value));
    return [way, firstAnswers.length, ...times];
  });
  const rolls = found.map(({ way, rolls: each }) => [
    way,
    ...each.map((it) => `${it.failed} of ${it.requests} (${fixed(it.slowest, 1)} s)`),
  ]);
  return `Seconds from when a new pod was ready until it had answered its first request, while ${CLIENTS} clients ask for callbacks of ${CALLBACK_SECONDS} s
without a pause, scaled from 1 to ${REPLICAS} replicas:

${table(["exposure", "new pods", "minimum", "median", "maximum"], first)}

The only replica is replaced by another version while ${CLIENTS} clients ask for ${ROLL_SECONDS} s: requests that failed, and the slowest one, by
\`minReadySeconds\`. The old pod answers for 5 s more after its end was announced.

${table(["exposure", ...SETTINGS.map((seconds) => `${seconds} s`)], rolls)}`;
}
