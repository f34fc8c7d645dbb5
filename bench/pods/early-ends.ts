import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../../commands/system/errors.ts";
import { fixed, table } from "../markdown.ts";
import { list } from "../nodes/cluster.ts";
import { oomKills } from "../nodes/memory.ts";
import { podsOf } from "../nodes/pods.ts";
import { cgroupOf } from "../nodes/processes.ts";
import { FAULTS, type Fault, type Kind } from "./faults.ts";
import { IMAGES, loadEarlyEnds } from "./images.ts";
import type { Part } from "./part.ts";
import { APP, type AppProject } from "./project.ts";
import { readiness, verdict, watchReadiness, type Readiness } from "./readiness.ts";

/** What became of a faulty version's pod. */
interface Measured {
  readonly fault: Fault;
  readonly readiness: Readiness;
  /**
   * Seconds from when the pod was ready until the kernel ended the first of its processes for want
   * of memory; undefined where it ended none.
   */
  readonly firstKill: number | undefined;
}

const TYPES: Readonly<Record<Kind, string>> = { http: "web", tcp: "tcp", off: "off", exec: "exec" };
const SETTINGS = [0, 1, 2, 5, 10];
/** The second time, files are read already; after that, the kubelet waits ever longer. */
const ENDS = 2;
const PATIENCE_MS = 30_000;
const POLL_MS = 200;
/** No rollout goes on while it is watched: the old pod has to stay. Less than the deadline of 300. */
const FOREVER = 200;
const COMMAND = "/spec/template/spec/containers/0/command";
const BUSY = "busy";
const ASKS =
  "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/_dash-dependencies', timeout=20)";

/** For how long pods that do not stay are said to be ready, by the kind of their health check. */
export const earlyEnds: Part = {
  title: "New versions that end soon after they began",
  measure: async (project) => {
    const { cluster } = project;
    await loadEarlyEnds(cluster);
    await upAllKinds(project);
    const found: Measured[] = [];
    for (const fault of FAULTS.filter(({ crowded }) => !crowded)) {
      found.push(await measured(project, fault));
    }
    await cluster.kubectl(["apply", "-f", "-"], list([busyPods()]));
    for (const fault of FAULTS.filter(({ crowded }) => crowded)) {
      found.push(await measured(project, fault));
    }
    return { text: text(found), data: { found } };
  },
};

/** The same app four times, each with another kind of health check, and all of them well. */
async function upAllKinds(project: AppProject): Promise<void> {
  const command = "gunicorn index:server --bind 0.0.0.0:8000";
  await project.up({
    image: IMAGES.earlyEnds,
    web: { replicas: 1 },
    command,
    others: { tcp: command, off: command, exec: command },
    processes: { tcp: { port: 8000 }, exec: { health: { exec: ["python3", "-c", ASKS] } } },
  });
}

/** On each node two processes that take what they get. */
function busyPods(): object {
  const labels = { app: BUSY };
  const loop = "while :; do :; done";
  const container = {
    name: BUSY,
    image: IMAGES.earlyEnds,
    command: ["/bin/sh", "-c", `(${loop}) & ${loop}`],
    resources: { requests: { cpu: "100m" } },
  };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: BUSY, namespace: APP },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 0, containers: [container] },
      },
    },
  };
}

/** Rolls the fault out beside the pod that is well, and takes it back. */
async function measured(project: AppProject, fault: Fault): Promise<Measured> {
  const { cluster } = project;
  const type = TYPES[fault.kind];
  const old = new Set((await podsOf(cluster, APP, type)).map(({ name }) => name));
  const watch = watchReadiness(cluster, APP);
  const isNew = (name: string) => name.startsWith(`${APP}-${type}-`) && !old.has(name);
  const newest = () => watch.events.filter(({ pod }) => isNew(pod));
  try {
    const back = await replaceCommand(project, type, fault.command);
    const killAt = await untilOver(project, type, {
      isNew,
      ends: () => newest().at(-1)?.ends ?? 0,
    });
    const events = newest();
    const found = readiness(events, performance.now() / 1000);
    await back();
    const readyAt = events.find(({ ready }) => ready)?.at;
    const firstKill = killAt === undefined || readyAt === undefined ? undefined : killAt - readyAt;
    const spans = found.spans.map((span) => fixed(span, 1)).join(", ");
    cluster.report.say(`${fault.kind}, ${fault.what}: ready for ${spans === "" ? "never" : spans}`);
    return { fault, readiness: found, firstKill };
  } finally {
    watch.stop();
  }
}

/** Returns what puts the old command back, and waits until the pods are as before. */
async function replaceCommand(
  project: AppProject,
  type: string,
  command: readonly string[],
): Promise<() => Promise<void>> {
  const { cluster } = project;
  const deployment = `deployment/${APP}-${type}`;
  const of = async (path: string) =>
    JSON.parse(await cluster.kubectl(["-n", APP, "get", deployment, "-o", `jsonpath={${path}}`]));
  const [before, seconds] = [
    await of(".spec.template.spec.containers[0].command"),
    await of(".spec.minReadySeconds"),
  ];
  const patch = async (words: readonly string[], minReadySeconds: number) => {
    const operations = [
      { op: "replace", path: COMMAND, value: words },
      { op: "replace", path: "/spec/minReadySeconds", value: minReadySeconds },
    ];
    const json = `--patch=${JSON.stringify(operations)}`;
    await cluster.kubectl(["-n", APP, "patch", deployment, "--type=json", json]);
  };
  await patch(command, FOREVER);
  return async () => {
    await patch(before, seconds);
    await cluster.kubectl(["-n", APP, "rollout", "status", deployment, "--timeout=120s"]);
    await project.settled();
  };
}

/**
 * Waits until the new pod has ended often enough, or long enough; returns when the kernel ended the
 * first of its processes for want of memory.
 */
async function untilOver(
  project: AppProject,
  type: string,
  { isNew, ends }: { isNew: (name: string) => boolean; ends: () => number },
): Promise<number | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  let killAt: number | undefined;
  while (performance.now() < deadline && ends() < ENDS) {
    await sleep(POLL_MS, undefined, { signal: project.cluster.signal });
    if (killAt === undefined && (await newKills(project, type, isNew)) > 0) {
      killAt = performance.now() / 1000;
    }
  }
  return killAt;
}

async function newKills(
  { cluster }: AppProject,
  type: string,
  isNew: (name: string) => boolean,
): Promise<number> {
  const pod = (await podsOf(cluster, APP, type)).find(({ name }) => isNew(name));
  if (pod === undefined || pod.node === "") return 0;
  // The cgroup comes a little later than the pod.
  const cgroup = await cgroupOf(pod).catch((error: unknown) => void reasonOf(error));
  return cgroup === undefined ? 0 : oomKills(cgroup);
}

function text(found: readonly Measured[]): string {
  const rows = found.map(({ fault, readiness: seen, firstKill }) => [
    fault.kind,
    fault.what,
    fault.crowded ? "yes" : "no",
    seen.after === undefined ? "never" : fixed(seen.after, 1),
    spansText(seen),
    seen.ends,
    firstKill === undefined ? "" : fixed(firstKill, 1),
    ...SETTINGS.map((seconds) => verdict(seen, seconds)),
  ]);
  const heading = [
    "health check",
    "new version",
    "busy nodes",
    "ready after (s)",
    "ready for (s)",
    "ends",
    "OOM kill (s)",
    ...SETTINGS.map((seconds) => `${seconds} s`),
  ];
  return `One pod of each version, beside one that is well, on nodes that do nothing else, or where two endless loops on each node want
all processors. "Ready for": each time that the API server had the pod as ready; watched until its container had ended ${ENDS} times, or for
${PATIENCE_MS / 1000} s. "OOM kill": when the kernel ended the first process for want of memory, from when the pod was ready. The last columns:
whether a rollout with so many \`minReadySeconds\` stops at the pod, or goes on and takes the old ones away. Kubernetes keeps the moment
without its fraction of a second, so that a pod that is ready for nearly as long passes by chance.

${table(heading, rows)}`;
}

function spansText({ spans, stays }: Readiness): string {
  const texts = spans.map((span) => fixed(span, 1));
  if (texts.length === 0) return "never";
  return stays ? `${texts.join(", ")} and on` : texts.join(", ");
}
