import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import type { LaneCluster } from "../lane-cluster.ts";
import { PodEvents } from "./pod-events.ts";
import type { ProjectFiles } from "./project.ts";
import { applyProject, writeConfig } from "./project.ts";
import { serve } from "./serve.ts";
import { clickToCost, longFrames, podRedrawn, visit } from "./visit.ts";

/** Milliseconds, but for the bytes; a value for each round. */
export interface Measured {
  readonly served: readonly number[];
  readonly firstNumbers: readonly number[];
  readonly bytes: readonly number[];
  readonly clicks: readonly number[];
  readonly pods: readonly number[];
  readonly many: ManyPods;
}

/** One process type with thousands of pods. */
export interface ManyPods {
  readonly replicas: number;
  /** Seconds of the update, all of which the page has shown. */
  readonly seconds: number;
  /** Of the frames that took more than 50 ms, while the pods came, and while the scale was changed. */
  readonly longFrames: readonly number[];
  readonly clicks: readonly number[];
}

export interface Subject {
  readonly cluster: LaneCluster;
  readonly browser: Browser;
  /** Its first process type is `web`, with {@link BASE} replicas. */
  readonly files: ProjectFiles;
  readonly withReplicas: (web: number) => ProjectFiles;
}

export const BASE = 6;
const STARTS = 10;
const CLICKS = 20;
const CHANGES = 20;
/** Below the pause after which Pulumi is asked for a preview, which is another program's time. */
const BETWEEN_CLICKS_MS = 400;
/** The page has all it asks for in the beginning, and its process nothing left to do. */
const SETTLED_MS = 3_000;

/** Each round has a server and a browser that have never seen the page. */
async function measureStarts({ cluster, browser, files }: Subject) {
  const rounds: { served: number; firstNumbers: number; bytes: number }[] = [];
  for (let round = 0; round < STARTS; round += 1) {
    const served = await serve(cluster, files);
    const { tab, firstNumbers, bytes } = await visit(browser, served.address);
    rounds.push({ served: served.milliseconds, firstNumbers, bytes });
    await tab.context().close();
    await served.end();
  }
  return {
    served: rounds.map((it) => it.served),
    firstNumbers: rounds.map((it) => it.firstNumbers),
    bytes: rounds.map((it) => it.bytes),
  };
}

/** @param base replicas of `web`, by the file and its cost */
async function measureClicks(tab: Page, base: number, pods: number): Promise<number[]> {
  const taken: number[] = [];
  for (let more = 1; more <= CLICKS; more += 1) {
    const change = { pods: String(pods + more), line: `web: ${base + more}` };
    taken.push(await clickToCost(tab, { button: "Replicas of web: one more", ...change }));
    await sleep(BETWEEN_CLICKS_MS);
  }
  await tab.getByRole("button", { name: "Discard" }).click();
  return taken;
}

/** Pods are deleted one after the other; what the page shows of each is timed from the event on. */
async function measurePods({ cluster, files }: Subject, tab: Page): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < CHANGES; round += 1) {
    const events = await PodEvents.follow(cluster, files.app);
    const [pod = ""] = events.names;
    const drawn = podRedrawn(tab, pod);
    const told = events.next(pod);
    await cluster.kubectl(["delete", "pod", pod, "--namespace", files.app, "--wait=false"]);
    taken.push((await drawn) - (await told));
    events.end();
    await sleep(1_000);
  }
  return taken;
}

async function measureMany(
  { cluster, files, withReplicas }: Subject,
  tab: Page,
  replicas: number,
): Promise<ManyPods> {
  await longFrames(tab);
  await writeConfig(withReplicas(replicas));
  const begun = performance.now();
  await applyProject(cluster, files, `web=${replicas}`);
  const seconds = (performance.now() - begun) / 1000;
  await tab.getByText(`${replicas} ready`, { exact: true }).waitFor();
  await sleep(SETTLED_MS);
  const coming = await longFrames(tab);
  await writeConfig(files);
  await sleep(SETTLED_MS);
  const clicks = await measureClicks(tab, BASE, BASE);
  return { replicas, seconds, longFrames: [...coming, ...(await longFrames(tab))], clicks };
}

export async function measureAll(subject: Subject, replicas: number): Promise<Measured> {
  const { cluster, browser, files } = subject;
  const say = (what: string, values: readonly number[]) =>
    cluster.report.say(`${what}: ${values.map((it) => Math.round(it)).join(", ")}`);
  const starts = await measureStarts(subject);
  say("From command to page, ms", starts.served);
  say("First numbers, ms", starts.firstNumbers);
  const served = await serve(cluster, files);
  const { tab } = await visit(browser, served.address);
  await tab.getByText(`${BASE} ready`, { exact: true }).waitFor();
  await sleep(SETTLED_MS);
  const clicks = await measureClicks(tab, BASE, BASE);
  say("Cost and lines after a click, ms", clicks);
  const pods = await measurePods(subject, tab);
  say("A pod's change, ms", pods);
  const many = await measureMany(subject, tab, replicas);
  say(`Frames over 50 ms with ${replicas} pods, ms`, many.longFrames);
  say(`Cost and lines with ${replicas} pods, ms`, many.clicks);
  await tab.context().close();
  await served.end();
  return { ...starts, clicks, pods, many };
}
