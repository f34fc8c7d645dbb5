import { fixed, table } from "../markdown.ts";
import { podsOf } from "../nodes/pods.ts";
import { askLoad } from "./ask.ts";
import { total } from "./client.ts";
import { exposure } from "./exposures.ts";
import { IMAGES, loadEarlyEnds } from "./images.ts";
import type { Part } from "./part.ts";
import { APP, type AppProject, type Wanted } from "./project.ts";

/** A faulty version that `pulumi up` has to refuse, and what became of the app meanwhile. */
interface Refused {
  readonly what: string;
  /** Seconds until `pulumi up` ended; undefined where it succeeded. */
  readonly seconds: number | undefined;
  readonly reason: string;
  /** Pods of the version before that were there after it, of so many before. */
  readonly kept: number;
  readonly before: number;
  readonly requests: number;
  readonly failed: number;
}

const LOAD_SECONDS = 75;
const CLIENTS = 4;
const REPLICAS = 2;
const WELL = "gunicorn index:server";
const SCENARIOS: readonly {
  what: string;
  type: string;
  old: Partial<Wanted>;
  next: Partial<Wanted>;
}[] = [
  {
    what: "http: gunicorn, a module is missing",
    type: "web",
    old: { command: WELL },
    next: { command: "gunicorn no_module:server" },
  },
  {
    what: "tcp: the same",
    type: "web",
    old: { command: WELL, app: { framework: "other" } },
    next: { command: "gunicorn no_module:server", app: { framework: "other" } },
  },
  {
    what: "off: celery, a module is missing",
    type: "worker",
    old: { command: WELL, others: { worker: "celery --app tasks worker" } },
    next: { command: WELL, others: { worker: "celery --app no_module worker" } },
  },
];

/** Rolls faulty versions out by `pulumi up` while requests come in. */
export const refused: Part = {
  title: "New versions that `pulumi up` has to refuse",
  measure: async (project) => {
    await loadEarlyEnds(project.cluster);
    const found = await rolledOutAll(project);
    return { text: text(found), data: found };
  },
};

async function rolledOutAll(project: AppProject): Promise<Refused[]> {
  const found: Refused[] = [];
  for (const scenario of SCENARIOS) {
    found.push(await rolledOut(project, scenario));
    await project.destroy();
  }
  return found;
}

async function rolledOut(
  project: AppProject,
  { what, type, old, next }: (typeof SCENARIOS)[number],
): Promise<Refused> {
  const { cluster } = project;
  const common = { image: IMAGES.earlyEnds, web: { replicas: REPLICAS }, seconds: 0.2 };
  await project.up({ ...common, ...old });
  await project.settled();
  const before = (await podsOf(cluster, APP, type)).map(({ name }) => name);
  const target = await exposure("service").target(project);
  const loading = askLoad({ target, seconds: LOAD_SECONDS, clients: CLIENTS }, cluster.signal);
  const begin = performance.now();
  const failure = await project.failureOf({ ...common, ...next });
  const seconds = (performance.now() - begin) / 1000;
  const after = await podsOf(cluster, APP, type);
  const kept = after.filter(({ name, ready }) => ready && before.includes(name)).length;
  const { requests, failed } = total(await loading);
  cluster.report.say(`${what}: ${kept} of ${before.length} kept, ${failed} of ${requests} failed`);
  return {
    what,
    seconds: failure === undefined ? undefined : seconds,
    reason: /does not stay up: (.*)/.exec(failure ?? "")?.[1] ?? "",
    kept,
    before: before.length,
    requests,
    failed,
  };
}

function text(found: readonly Refused[]): string {
  const rows = found.map((it) => [
    it.what,
    it.seconds === undefined ? "no" : `after ${fixed(it.seconds, 0)} s`,
    it.reason,
    `${it.kept} of ${it.before}`,
    it.requests,
    it.failed,
  ]);
  const heading = ["new version", "`pulumi up` fails", "reason", "old pods stay"];
  return `Versions that end as they start, by \`pulumi up\`, with the \`minReadySeconds\` that this program declares, while ${CLIENTS} clients ask for ${LOAD_SECONDS} s:

${table([...heading, "requests", "failed"], rows)}`;
}
