import { setTimeout as sleep } from "node:timers/promises";
import { autoscalerSets } from "../../local/tools/autoscalers.ts";
import { fixed, table } from "../markdown.ts";
import { spread } from "../statistics.ts";
import { askCallbacks } from "./ask.ts";
import { installAutoscalers } from "./autoscalers.ts";
import type { TimedAnswer } from "./client.ts";
import { exposure } from "./exposures.ts";
import type { Part } from "./part.ts";
import { APP, type AppProject } from "./project.ts";
import { STEADY_MS } from "./rounds.ts";

const MAX = 4;
const CLIENTS = 8;
const LOAD_SECONDS = 90;
/** So long at the end, the app has had the time to grow. */
const GROWN_SECONDS = 30;
const POLL_MS = 200;
const PATIENCE_MS = 20 * 60_000;

/** Pods that are ready, so many seconds after the first request. */
interface Sample {
  readonly seconds: number;
  readonly ready: number;
}

interface Burst {
  readonly target: string;
  readonly samples: readonly Sample[];
  readonly answers: readonly TimedAnswer[];
  /** CPU that the autoscaler saw at the end, in percent of what is requested. */
  readonly cpu: number | undefined;
  /** Seconds from the last answer until there is one replica again. */
  readonly secondsUntilOne: number;
}

/** An autoscaler by requests sees callbacks that wait; one by CPU does not. */
export const autoscale: Part = {
  title: "Eight callbacks of 2 s at once, by an autoscaler",
  tools: [autoscalerSets.keda, autoscalerSets.metricsServer],
  measure: async (project) => {
    await installAutoscalers(project.cluster);
    const bursts = [await burst(project, { cpu: 70 }), await burst(project, { concurrency: 70 })];
    const woken = await wake(project);
    return { text: text(bursts, woken), data: { bursts, woken } };
  },
};

type Aim = Readonly<{ cpu: number } | { concurrency: number }>;

async function burst(project: AppProject, aim: Aim): Promise<Burst> {
  const { report, signal } = project.cluster;
  await up(project, 1, aim);
  // An autoscaler that has no figures scales nothing, whatever it aims at.
  if ("cpu" in aim) await until(async () => (await seenCpu(project)) !== undefined, signal);
  await until(async () => (await project.pods()).length === 1, signal);
  await sleep(STEADY_MS, undefined, { signal });
  const target = await exposure("proxy").target(project);
  const loading = askCallbacks({ target, clients: CLIENTS, seconds: LOAD_SECONDS }, signal);
  const samples = await samplesDuring(project, loading);
  const answers = await loading;
  const cpu = "cpu" in aim ? await seenCpu(project) : undefined;
  const secondsUntilOne = await secondsUntil(project, 1);
  const name = Object.entries(aim).flat().join(": ");
  const failed = answers.filter(({ failure }) => failure !== undefined).length;
  const most = Math.max(...samples.map(({ ready }) => ready));
  report.say(`${name}: ${most} replicas, ${failed} of ${answers.length} failed`);
  return { target: name, samples, answers, cpu, secondsUntilOne };
}

async function up(project: AppProject, min: number, target: Aim): Promise<void> {
  const web = { min, max: MAX, target, workers: 1, threads: 1 };
  await project.up({ app: exposure("proxy").app, web });
  await project.settled();
}

async function samplesDuring(project: AppProject, work: Promise<unknown>): Promise<Sample[]> {
  const begin = performance.now();
  const over = work.then(() => true);
  const samples: Sample[] = [];
  do {
    const pods = await project.pods();
    const seconds = (performance.now() - begin) / 1000;
    samples.push({ seconds, ready: pods.filter(({ ready }) => ready).length });
  } while (!(await Promise.race([over, sleep(POLL_MS, false)])));
  return samples;
}

async function secondsUntil(project: AppProject, replicas: number): Promise<number> {
  const begin = performance.now();
  await until(async () => (await project.pods()).length === replicas, project.cluster.signal);
  return (performance.now() - begin) / 1000;
}

async function until(isSo: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error("the autoscaler has not done it in 20 minutes");
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function seenCpu({ cluster }: AppProject): Promise<number | undefined> {
  const path = "jsonpath={.status.currentMetrics[0].resource.current.averageUtilization}";
  const seen = await cluster.kubectl(["-n", APP, "get", "hpa", `${APP}-web`, "-o", path]);
  return seen === "" ? undefined : Number(seen);
}

/** The last replica goes; then somebody comes. */
async function wake(project: AppProject): Promise<TimedAnswer | undefined> {
  const { report, signal } = project.cluster;
  await up(project, 0, { concurrency: 70 });
  await secondsUntil(project, 0);
  await project.settled();
  await sleep(STEADY_MS, undefined, { signal });
  const target = await exposure("proxy").target(project);
  const [answer] = await askCallbacks({ target, clients: 1, seconds: 0 }, signal);
  report.say(`min: 0: ${answer?.failure ?? "answered"} after ${fixed(answer?.seconds ?? 0)} s`);
  return answer;
}

function text(bursts: readonly Burst[], woken: TimedAnswer | undefined): string {
  const rows = bursts.map((it) => {
    const { target, samples, answers, cpu, secondsUntilOne } = it;
    const failed = answers.filter(({ failure }) => failure !== undefined).length;
    const late = answers.filter(({ at }) => at >= LOAD_SECONDS - GROWN_SECONDS);
    return [
      `\`${target}\``,
      Math.max(...samples.map(({ ready }) => ready)),
      fixed(firstWith(samples, 2), 0),
      fixed(firstWith(samples, MAX), 0),
      fixed(fourthAnswersAt(answers), 0),
      answers.length,
      failed,
      fixed(median(answers.filter(({ at }) => at < 1))),
      fixed(median(late)),
      fixed(secondsUntilOne, 0),
      cpu === undefined ? "-" : `${cpu} %`,
    ];
  });
  const heading = ["target", "replicas", "two", "four", "four answer", "callbacks", "failed"];
  const times = ["at first", "at last", "one again", "CPU seen"];
  return `\`web: { min: 1, max: ${MAX} }\` with \`proxy: haproxy\`, one worker and one thread each. ${CLIENTS} clients ask for a callback of 2 s again
and again for ${LOAD_SECONDS} s, beginning at one replica. "Two", "four": seconds until so many replicas were ready; "four answer": until
the fourth one had answered a callback. "At first", "at last": the median of the first ${CLIENTS} callbacks, and of those that began in the
last ${GROWN_SECONDS} s. "One again": seconds from the last answer. KEDA and the metrics server run in pods; Kubernetes' autoscaler looks every 15 s,
as it does by default. \`cpu: 70\` is the control.

${table([...heading, ...times], rows)}

With \`min: 0\` and no replica left, a callback was ${said(woken)}.`;
}

/** Seconds until so many replicas were ready; NaN where there never were. */
export function firstWith(samples: readonly Sample[], replicas: number): number {
  return samples.find(({ ready }) => ready >= replicas)?.seconds ?? Number.NaN;
}

/** Seconds until the fourth replica had answered; NaN where fewer did. */
export function fourthAnswersAt(answers: readonly TimedAnswer[]): number {
  const first = new Map<string, number>();
  for (const { pod, at, seconds } of answers) {
    if (pod !== undefined) first.set(pod, Math.min(first.get(pod) ?? Infinity, at + seconds));
  }
  return [...first.values()].sort((a, b) => a - b)[MAX - 1] ?? Number.NaN;
}

function median(answers: readonly TimedAnswer[]): number {
  return answers.length === 0 ? Number.NaN : spread(answers.map((it) => it.seconds)).median;
}

function said(answer: TimedAnswer | undefined): string {
  if (!answer) return "not made";
  const { failure, seconds } = answer;
  return failure === undefined
    ? `answered after ${fixed(seconds)} s, of which the callback itself takes 2`
    : `**lost** after ${fixed(seconds)} s: ${failure}`;
}
