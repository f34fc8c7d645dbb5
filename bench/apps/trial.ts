import { setTimeout as sleep } from "node:timers/promises";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "../../commands/system/errors.ts";
import { readMemory } from "../nodes/memory.ts";
import { podsOf, serviceAddress, settled } from "../nodes/pods.ts";
import { cgroupOf } from "../nodes/processes.ts";
import type { Target } from "../nodes/requests.ts";
import type { BenchStack, StackConfig } from "../nodes/stack.ts";
import { askOnce, startLoad } from "./ask.ts";
import { CALLBACK, type AppCase } from "./catalogue.ts";
import type { LoadResult } from "./client.ts";
import { endings, watchEndings } from "./endings.ts";
import { APPS_FOLDER, imageName } from "./images.ts";
import { saidIn } from "./said.ts";
import { boundTo, makeSecret, removeSecret } from "./services.ts";
import type { Facts } from "./verdict.ts";

const SERVICE_PORT = 80;
const ANSWER_SECONDS = 120;
const TASK_SECONDS = 60;
const CLIENTS = 4;
const REPLICAS = [3, 1];
/** Before each change of the scale, and after the last one. */
const STEADY_MS = 3_000;
const SOCKET = {
  path: "/_dash-ws-callback",
  message: { type: "callback_request", requestId: "1", rendererId: "bench", payload: CALLBACK },
  pattern: "1 clicks",
};

/**
 * Deploys an app by name, image and Procfile, and looks at what becomes of it; what cannot be
 * looked at is a failure of the app, and not the end of the lane.
 */
export async function trial(stack: BenchStack, app: AppCase): Promise<Facts> {
  const { cluster } = stack;
  const { name, service } = app;
  if (service) await makeSecret(cluster, service, name);
  try {
    return await tried(stack, app);
  } catch (error) {
    cluster.signal.throwIfAborted();
    await stack.destroy();
    return { ...NOTHING, said: [], failure: reasonOf(error) };
  } finally {
    if (service && !cluster.signal.aborted) await removeSecret(cluster, service, name);
  }
}

async function tried(stack: BenchStack, app: AppCase): Promise<Facts> {
  await cp(join(APPS_FOLDER, app.folder), join(stack.folder, app.folder), { recursive: true });
  await stack.write(configOf(app, 1));
  const { status, stdout, stderr } = await stack.preview();
  const said = saidIn(`${stdout}\n${stderr}`);
  if (status !== 0) return { ...NOTHING, said, failure: "refused" };
  const watched = watchEndings(stack.cluster, app.name);
  try {
    const found = await deployed(stack, app);
    await stack.destroy();
    return { ...NOTHING, ...found, said, endings: endings(watched.events) };
  } finally {
    watched.stop();
  }
}

const NOTHING: Omit<Facts, "said"> = {
  failure: undefined,
  readySeconds: undefined,
  undone: [],
  load: undefined,
  endings: [],
  mebibytes: undefined,
};

function configOf(
  { name, folder, procfile = "Procfile", service }: AppCase,
  replicas: number,
): StackConfig {
  return {
    "dash-scale:app": {
      name,
      image: imageName(folder),
      procfile: `${folder}/${procfile}`,
      // A Secret by hand needs its namespace before.
      ...(service === undefined ? {} : { createNamespace: false }),
    },
    ...(service === undefined ? {} : boundTo(service)),
    // One replica is what a stack that says nothing gets.
    ...(replicas === 1 ? {} : { "dash-scale:scale": { web: { replicas } } }),
  };
}

async function deployed(stack: BenchStack, app: AppCase): Promise<Partial<Facts>> {
  const begin = performance.now();
  const answering = answers(stack, app, begin);
  try {
    await stack.up();
  } catch (error) {
    await answering.catch(() => undefined);
    stack.cluster.signal.throwIfAborted();
    return { failure: reasonOf(error) };
  }
  const { readySeconds, instead } = await answering;
  if (readySeconds === undefined) return { undone: [`first answer (${instead})`] };
  const undone = await tasksOf(stack, app);
  const mebibytes = await memoryOf(stack, app);
  return { readySeconds, undone, mebibytes, load: await scaled(stack, app) };
}

/** Seconds until the app answers through its Service; where it does not, what came instead. */
async function answers(
  stack: BenchStack,
  app: AppCase,
  begin: number,
): Promise<{ readonly readySeconds?: number; readonly instead?: string }> {
  const { signal } = stack.cluster;
  const elapsed = () => (performance.now() - begin) / 1000;
  for (;;) {
    const target = await targetOf(stack, app).catch(() => undefined);
    if (target) {
      const [asked] = app.requests;
      const task = { target, asked, pattern: "", seconds: ANSWER_SECONDS };
      const { failure } = await askOnce({ kind: "until", ...task }, signal);
      return failure === undefined ? { readySeconds: elapsed() } : { instead: failure };
    }
    if (elapsed() > ANSWER_SECONDS) return { instead: "there is no Service" };
    await sleep(500, undefined, { signal });
  }
}

async function targetOf({ cluster }: BenchStack, { name }: AppCase): Promise<Target> {
  const address = await serviceAddress(cluster, name, `${name}-web`);
  return { address, port: SERVICE_PORT, host: name };
}

/** Titles of the tasks that were not done, and what came instead. */
async function tasksOf(stack: BenchStack, app: AppCase): Promise<string[]> {
  const { signal } = stack.cluster;
  const common = { target: await targetOf(stack, app), seconds: TASK_SECONDS };
  const undone: string[] = [];
  for (const { title, path, pattern } of app.tasks ?? []) {
    const task = { kind: "until", ...common, asked: { path }, pattern } as const;
    const { failure } = await askOnce(task, signal);
    if (failure !== undefined) undone.push(`${title} (${failure})`);
  }
  if (app.socket === true) {
    const { failure } = await askOnce({ kind: "socket", ...common, ...SOCKET }, signal);
    if (failure !== undefined) undone.push(`callback over a WebSocket (${failure})`);
  }
  return undone;
}

async function memoryOf({ cluster }: BenchStack, { name }: AppCase): Promise<number | undefined> {
  const [pod] = await podsOf(cluster, name, "web");
  return pod && (await readMemory(await cgroupOf(pod))).workingSet;
}

/** Scales `web` to 3 replicas and back while requests come in. */
async function scaled(stack: BenchStack, app: AppCase): Promise<LoadResult> {
  const { signal } = stack.cluster;
  const target = await targetOf(stack, app);
  const task = { kind: "load", target, requests: app.requests, clients: CLIENTS } as const;
  const load = startLoad(task, signal);
  for (const replicas of REPLICAS) {
    await sleep(STEADY_MS, undefined, { signal });
    await stack.write(configOf(app, replicas));
    await stack.up();
  }
  // What ends still answers on connections that are kept.
  await settled(stack.cluster, app.name);
  await sleep(STEADY_MS, undefined, { signal });
  return load.end();
}
