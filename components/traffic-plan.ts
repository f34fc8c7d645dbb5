import type { CheckedSettings } from "./config/app.ts";
import type { CheckedTraffic, Exposure } from "./config/exposure.ts";
import { distinct, namedDestinations } from "./egress.ts";
import type { Problem } from "./errors.ts";
import type { Controller, Door } from "./manifest/doors.ts";
import { DOORS } from "./manifest/doors.ts";
import type { Identity } from "./manifest/labels.ts";
import type { Destination, Others, OwnService } from "./manifest/network.ts";
import type { QueuePlan } from "./manifest/queue.ts";
import { QUEUE } from "./manifest/queue.ts";
import { QUEUE_SECONDS } from "./manifest/queue-config.ts";
import type { HttpRoutePlan, IngressPlan } from "./manifest/route.ts";
import type { ProcessPlan } from "./process-plan.ts";
import { DEFAULT_PORT, hasOwnService, WEB } from "./process-plan.ts";

/** How requests reach `web`: plain values, ready to be declared. */
export interface TrafficPlan {
  readonly web: ProcessPlan;
  /** The port that the pods of `web` listen on. */
  readonly port: number;
  /** Name of the Service that everything outside the app uses. */
  readonly service: string;
  /** Name of the Service that leads to each pod of `web`, for the queue. */
  readonly pods: string;
  readonly queue: QueuePlan | undefined;
  readonly route: RoutePlan | undefined;
  readonly door: Door | undefined;
}

export type RoutePlan =
  ({ readonly kind: "ingress" } & IngressPlan) | ({ readonly kind: "gateway" } & HttpRoutePlan);

/** What may pass to and from the pods. */
export interface NetworkPlan {
  readonly sources: Others;
  /** Whose pods hand requests to `web`: the queue's. One that was just turned off has some that wait. Undefined where that name is taken. */
  readonly queue: Identity | undefined;
  readonly attached: readonly Destination[];
  /** Process types beside `web` that the app's own pods reach. */
  readonly services: readonly OwnService[];
}

export interface FoundTraffic {
  /** Undefined without `web`. */
  readonly traffic: TrafficPlan | undefined;
  readonly network: NetworkPlan | undefined;
  readonly problems: readonly Problem[];
}

/** Pods beyond what one answer of DNS holds would get no requests. */
const MOST_QUEUED_REPLICAS = 400;
/** `<app>-queue` is a StatefulSet, whose pods have its name and a hash of 10 in a label of at most 63 characters. */
const LONGEST_QUEUED_NAME = 46;
/** What proxies give a request when nobody says more. */
const LEAST_EDGE_SECONDS = 60;
/** So that gunicorn is the one to end a request that takes too long, and says so. */
const SPARE_SECONDS = 5;
/** gunicorn's `--timeout 0` is no limit; a proxy needs one. */
const UNLIMITED_SECONDS = 3600;

/** How requests reach `web` of these processes. */
export function planTraffic(
  processes: readonly ProcessPlan[],
  settings: CheckedSettings,
): FoundTraffic {
  const web = processes.find(({ type }) => type === WEB);
  const { traffic: given } = settings;
  const problems = web ? queueProblems(web, processes, settings) : withoutWeb(given);
  const door = doorOf(given.exposure);
  const traffic = web && {
    web,
    port: portOf(web),
    service: web.name,
    pods: `${web.name}-pods`,
    queue: given.front === QUEUE ? queuePlan(web, settings) : undefined,
    route: routePlan(web, given),
    door,
  };
  return { traffic, network: networkPlan(processes, settings, door), problems };
}

function withoutWeb({ exposure, front }: CheckedTraffic): Problem[] {
  const message = "leads to web, which the Procfile does not have; add it there, or leave this out";
  return [
    ...(exposure ? [{ place: "dash-scale:app.host", message }] : []),
    ...(front === QUEUE ? [{ place: "dash-scale:app.front", message }] : []),
  ];
}

function queueProblems(
  web: ProcessPlan,
  processes: readonly ProcessPlan[],
  { traffic, maxReplicas }: CheckedSettings,
): Problem[] {
  if (traffic.front !== QUEUE) return [];
  const messages: string[] = [];
  if (web.workers === undefined || web.threads === undefined) {
    messages.push(
      "queue has to know how many requests a replica serves at once; run web by a known server, such as gunicorn, and set dash-scale:scale.web.workers and .threads (with an asynchronous worker class, threads is how many a worker is to get at once)",
    );
  }
  if (processes.some(({ type }) => type === QUEUE)) {
    messages.push(`queue needs the name ${web.app}-queue; rename the process type "${QUEUE}"`);
  }
  const pods = processes.find((it) => it.name === `${web.name}-pods` && hasOwnService(it));
  if (pods)
    messages.push(`queue needs the name ${pods.name}; rename the process type "${pods.type}"`);
  if (web.app.length > LONGEST_QUEUED_NAME) {
    messages.push(
      `queue needs names with a dash-scale:app.name of at most ${LONGEST_QUEUED_NAME} characters; shorten it`,
    );
  }
  if (maxReplicas > MOST_QUEUED_REPLICAS) {
    messages.push(
      `queue finds at most ${MOST_QUEUED_REPLICAS} pods; lower dash-scale:app.maxReplicas`,
    );
  }
  return messages.map((message) => ({ place: "dash-scale:app.front", message }));
}

function queuePlan(web: ProcessPlan, settings: CheckedSettings): QueuePlan {
  const identity = queueIdentity(settings);
  return {
    ...identity,
    image: settings.traffic.queueImage,
    config: {
      queue: identity.name,
      pods: `${web.name}-pods`,
      namespace: settings.namespace,
      podPort: portOf(web),
      // Of maxReplicas and not of the replicas there are: scaling must not roll the queue.
      mostPods: Math.ceil(settings.maxReplicas * 1.25),
      requestsPerPod: (web.workers ?? 1) * (web.threads ?? 1),
      requestSeconds: requestSeconds(web),
    },
  };
}

function portOf({ port }: ProcessPlan): number {
  return port?.port ?? DEFAULT_PORT;
}

function queueIdentity({ name }: CheckedSettings): Identity {
  return { app: name, type: QUEUE, name: `${name}-${QUEUE}` };
}

function routePlan(
  web: ProcessPlan,
  { exposure, basePath, front }: CheckedTraffic,
): RoutePlan | undefined {
  if (!exposure) return undefined;
  const { host } = exposure;
  const { app, type, name } = web;
  const waiting = front === QUEUE ? QUEUE_SECONDS : 0;
  const timeoutSeconds = Math.max(LEAST_EDGE_SECONDS, requestSeconds(web) + waiting);
  const annotations = {
    ...doorOf(exposure)?.annotations({ app, type, name, service: name, timeoutSeconds }),
    ...exposure.annotations,
  };
  const route = { app, type, name, host, basePath, service: name, annotations, timeoutSeconds };
  return exposure.kind === "ingress"
    ? { kind: "ingress", ...route, className: exposure.className, tlsSecret: exposure.tlsSecret }
    : { kind: "gateway", ...route, gateway: exposure };
}

/** Seconds that a request may take in a pod. */
function requestSeconds({ requestTimeout }: ProcessPlan): number {
  return requestTimeout === 0 ? UNLIMITED_SECONDS : requestTimeout + SPARE_SECONDS;
}

function doorOf(
  exposure: { readonly controller: Controller | undefined } | undefined,
): Door | undefined {
  return exposure?.controller === undefined ? undefined : DOORS[exposure.controller];
}

function networkPlan(
  processes: readonly ProcessPlan[],
  settings: CheckedSettings,
  door: Door | undefined,
): NetworkPlan | undefined {
  const { network, exposure } = settings.traffic;
  if (!network) return undefined;
  const names = network.from ?? namespacesOf(exposure, door);
  const sources: Others = names.length === 0 ? { kind: "anywhere" } : { kind: "namespaces", names };
  const isTaken = processes.some(({ type }) => type === QUEUE);
  const queue = isTaken ? undefined : queueIdentity(settings);
  const named = namedDestinations(processes, settings.namespace);
  const services = processes.flatMap((plan) =>
    hasOwnService(plan) ? { identity: plan, port: portOf(plan) } : [],
  );
  return { sources, queue, attached: distinct([...network.to, ...named]), services };
}

/** Namespaces in which the proxies of an exposure run, as far as they are known; none: they may run anywhere. */
function namespacesOf(exposure: Exposure | undefined, door: Door | undefined): string[] {
  if (!door) return [];
  return [...(exposure?.kind === "gateway" ? [exposure.namespace] : []), door.namespace];
}
