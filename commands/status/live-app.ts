/** Reads what runs of an app, and follows it. */
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../components/config/errors.ts";
import type { AutoscalerKind, SeenAutoscaler } from "../../components/plan/autoscaler-findings.ts";
import { amounts } from "../../infra/cluster/amounts.ts";
import { isStatus } from "../../infra/cluster/api-error.ts";
import { readAutoscalers } from "../../infra/cluster/autoscalers.ts";
import { HttpClient } from "../../infra/cluster/http.ts";
import type { JsonObject } from "../../infra/cluster/json.ts";
import { getPath } from "../../infra/cluster/json.ts";
import type { ClusterSettings } from "../../infra/cluster/kubeconfig.ts";
import { loadKubeconfig, requireCredentials } from "../../infra/cluster/kubeconfig.ts";
import { publicReason } from "../../infra/cluster/query.ts";
import type { Collection } from "../../infra/cluster/watch.ts";
import { changesIn, listAll } from "../../infra/cluster/watch.ts";
import { readRequests } from "./proxy-requests.ts";
import type { LiveDeployment, LiveNode, LivePod, PodUse } from "./live.ts";
import { liveDeployment, liveNode, livePod, nameOf, podUses } from "./live.ts";

/** Which app, in which cluster. */
export interface LiveTarget {
  readonly settings: ClusterSettings;
  readonly namespace: string;
  readonly app: string;
  /** Name of the proxy whose requests are asked for; undefined where nobody counts or asks. */
  readonly proxy?: string | undefined;
  /** Kinds of the autoscalers that the app has. */
  readonly autoscalers: readonly AutoscalerKind[];
}

/** What runs of an app. */
export interface LiveApp {
  readonly pods: ReadonlyMap<string, LivePod>;
  readonly deployments: ReadonlyMap<string, LiveDeployment>;
  readonly nodes: ReadonlyMap<string, LiveNode>;
  /** By name of the pod; a text says why it is not known. */
  readonly use: ReadonlyMap<string, PodUse> | string;
  /** Requests that the proxy has, served and waiting; a text says why that is not known. */
  readonly requestsNow: number | string;
  /** Those that the account may see. */
  readonly autoscalers: readonly SeenAutoscaler[];
  /** When nodes, use and autoscalers were read last: milliseconds since 1970; 0: never. */
  readonly surveyed: number;
  /** Why zones and nodes without pods are not known; undefined where they are. */
  readonly nodesHidden: string | undefined;
  /** Why nothing is known of the cluster now; the rest is what was seen last. */
  readonly unreachable: string | undefined;
}

export const NOTHING_SEEN: LiveApp = {
  pods: new Map(),
  deployments: new Map(),
  nodes: new Map(),
  use: "",
  requestsNow: "",
  autoscalers: [],
  surveyed: 0,
  nodesHidden: undefined,
  unreachable: undefined,
};

/** Another text after each change of a Deployment, and when a rollout is done. */
export function rolloutsOf({ deployments }: LiveApp): string {
  return [...deployments.values()].map((it) => it.progress).join();
}

/** Changes come in heaps: 22 new pods are 66 events in 4 s. */
const GATHER_MS = 100;
/** Nodes and use change slowly, and use is measured every 15 s to 60 s. */
const SURVEY_MS = 15_000;
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 15_000;

/**
 * What runs of an app now.
 *
 * @throws where the cluster refuses, or cannot be reached
 */
export async function readLiveApp(http: HttpClient, target: LiveTarget): Promise<LiveApp> {
  const { pods, deployments } = collectionsOf(target);
  const [podList, deploymentList, rest, requestsNow] = await Promise.all([
    listAll(http, pods),
    listAll(http, deployments),
    survey(http, target),
    readRequests(http, target),
  ]);
  return {
    pods: byName(podList.objects, podThatRuns),
    deployments: byName(deploymentList.objects, liveDeployment),
    unreachable: undefined,
    requestsNow,
    ...rest,
  };
}

/**
 * Reports what runs of an app, and then each change of that, until the signal. It never fails: a
 * cluster that does not answer is reported, and asked again.
 */
export async function followLiveApp(
  target: LiveTarget,
  report: (live: LiveApp) => void,
  signal: AbortSignal,
): Promise<void> {
  const reporter = new GatheringReporter(report, signal);
  let pause = MIN_PAUSE_MS;
  while (!signal.aborted) {
    const ending = new AbortController();
    const end = () => ending.abort();
    signal.addEventListener("abort", end, { once: true });
    try {
      const http = new HttpClient(await accessTo(target.settings), ending.signal);
      // A proxy that does not answer holds up nothing else.
      reporter.change({ ...(await readLiveApp(http, { ...target, proxy: undefined })) });
      pause = MIN_PAUSE_MS;
      await Promise.race(followers(http, target, reporter, ending.signal));
    } catch (error) {
      reporter.change({ unreachable: publicReason(error, target.settings) });
    } finally {
      signal.removeEventListener("abort", end);
      ending.abort();
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    pause = Math.min(2 * pause, MAX_PAUSE_MS);
  }
}

async function accessTo(settings: ClusterSettings) {
  const access = await loadKubeconfig(settings).catch((error: unknown) => {
    throw new Error(`no usable kubeconfig: ${messageOf(error)}`, { cause: error });
  });
  if (settings.kubeconfig === undefined) requireCredentials(access);
  return access;
}

/** Each ends with an error alone. */
function followers(
  http: HttpClient,
  target: LiveTarget,
  reporter: GatheringReporter,
  signal: AbortSignal,
): Promise<void>[] {
  const { pods, deployments } = collectionsOf(target);
  const surveys = async () => {
    for (;;) {
      await sleep(SURVEY_MS, undefined, { signal });
      reporter.change(await survey(http, target));
    }
  };
  const requests = async () => {
    for (;;) {
      reporter.change({ requestsNow: await readRequests(http, target) });
      await sleep(SURVEY_MS, undefined, { signal });
    }
  };
  return [
    follow(http, pods, podThatRuns, (all) =>
      reporter.change({ pods: all, unreachable: undefined }),
    ),
    follow(http, deployments, liveDeployment, (all) => reporter.change({ deployments: all })),
    surveys(),
    ...(target.proxy === undefined ? [] : [requests()]),
  ];
}

async function follow<Found>(
  http: HttpClient,
  collection: Collection,
  read: (object: JsonObject) => Found | undefined,
  tell: (all: ReadonlyMap<string, Found>) => void,
): Promise<void> {
  let all = new Map<string, Found>();
  for await (const event of changesIn(http, collection)) {
    if (event.kind === "all") all = byName(event.objects, read);
    else {
      const name = nameOf(event.object);
      const found = event.kind === "gone" ? undefined : read(event.object);
      if (found === undefined) all.delete(name);
      else all.set(name, found);
    }
    tell(all);
  }
}

function byName<Found>(
  objects: readonly JsonObject[],
  read: (object: JsonObject) => Found | undefined,
): Map<string, Found> {
  return new Map(
    objects.flatMap((it): [string, Found][] => {
      const found = read(it);
      return found === undefined ? [] : [[nameOf(it), found]];
    }),
  );
}

/** A run by the clock, or a release, leaves its pod behind. */
function podThatRuns(pod: JsonObject): LivePod | undefined {
  return getPath(pod, "status", "phase") === "Succeeded" ? undefined : livePod(pod);
}

function collectionsOf({ namespace, app }: LiveTarget) {
  const query = { labelSelector: `app.kubernetes.io/name=${app}` };
  return {
    pods: { path: `/api/v1/namespaces/${namespace}/pods`, query },
    deployments: { path: `/apis/apps/v1/namespaces/${namespace}/deployments`, query },
  };
}

/** What an account may well have no right to see, and a cluster may not have. */
async function survey(
  http: HttpClient,
  { namespace, app, autoscalers: kinds }: LiveTarget,
): Promise<Pick<LiveApp, "nodes" | "nodesHidden" | "use" | "autoscalers" | "surveyed">> {
  const query = { labelSelector: `app.kubernetes.io/name=${app}` };
  const metrics = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
  const [nodes, use, autoscalers] = await Promise.all([
    listAll(http, { path: "/api/v1/nodes" }).catch(refusal),
    listAll(http, { path: metrics, query }).catch(refusal),
    readAutoscalers(http, { namespace, app, kinds }),
  ]);
  const isHidden = nodes instanceof Refusal;
  return {
    nodes: isHidden ? new Map() : byName(nodes.objects, liveNode),
    nodesHidden: isHidden ? nodes.reason : undefined,
    use: use instanceof Refusal ? noMetrics(use) : podUses(use.objects, amounts),
    autoscalers,
    surveyed: Date.now(),
  };
}

class Refusal {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string) {
    this.code = code;
    this.reason = reason;
  }
}

/** A server of metrics that is down answers with 503, and one that is not there with 404. */
function refusal(error: unknown): Refusal {
  if (isStatus(error, 403, 404, 500, 503)) return new Refusal(error.code, error.message);
  throw error;
}

function noMetrics({ code, reason }: Refusal): string {
  return code === 404 ? "the cluster has no metrics (metrics.k8s.io)" : reason;
}

/** Reports at most every {@link GATHER_MS}, and always what was known last. */
class GatheringReporter {
  readonly #report: (live: LiveApp) => void;
  #live = NOTHING_SEEN;
  #timer: NodeJS.Timeout | undefined;

  constructor(report: (live: LiveApp) => void, signal: AbortSignal) {
    this.#report = report;
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  change(change: Partial<LiveApp>): void {
    this.#live = { ...this.#live, ...change };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#report(this.#live);
    }, GATHER_MS);
  }
}
