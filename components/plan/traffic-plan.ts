import type { CheckedSettings } from "../config/app.ts";
import type { CheckedTraffic, Exposure } from "../config/exposure.ts";
import type { CheckedService } from "../config/services.ts";
import { distinct, namedDestinations } from "./egress.ts";
import type { Problem } from "../config/errors.ts";
import type { Controller, ControllerProfile } from "../manifest/controllers.ts";
import { CONTROLLERS } from "../manifest/controllers.ts";
import type { Identity } from "../manifest/labels.ts";
import type { Destination, OwnService, Peer } from "../manifest/network.ts";
import type { ProxyPlan } from "../manifest/proxy.ts";
import { PROXY } from "../manifest/proxy.ts";
import { WAIT_SECONDS } from "../manifest/proxy-config.ts";
import { MAX_SILENT_SECONDS } from "../manifest/proxy-streams.ts";
import { surgeOf } from "../manifest/placement.ts";
import { minReplicasOf } from "../manifest/scaling.ts";
import type { RoutePlan } from "../manifest/route.ts";
import type { ProcessPlan } from "./process-plan.ts";
import { DEFAULT_PORT, hasOwnService, WEB } from "./process-plan.ts";

/** How requests reach `web`: plain values, ready to be declared. */
export interface TrafficPlan {
  readonly web: ProcessPlan;
  /** The port that the pods of `web` listen on. */
  readonly port: number;
  /** Name of the Service that everything outside the app uses. */
  readonly service: string;
  /** Name of the Service that leads to each pod of `web`, for the proxy. */
  readonly pods: string;
  readonly proxy: ProxyPlan | undefined;
  readonly route: RoutePlan | undefined;
  readonly controller: ControllerProfile | undefined;
}

/** What may pass to and from the pods. */
export interface NetworkPlan {
  readonly sources: Peer;
  /**
   * Whose pods hand requests to `web`: the proxy's. One that was just turned off has some that
   * wait. Undefined where that name is taken.
   */
  readonly proxy: Identity | undefined;
  readonly attached: readonly Destination[];
  readonly kedaNamespace: string;
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
export const MAX_PROXIED_REPLICAS = 400;
/**
 * `<app>-proxy` is a StatefulSet, whose pods have its name and a hash of 10 in a label of at most
 * 63 characters.
 */
const MAX_PROXIED_NAME_LENGTH = 46;
/** What proxies give a request when nobody says more. */
const MIN_REQUEST_SECONDS = 60;
/** So that gunicorn is the one to end a request that takes too long, and says so. */
const PROXY_MARGIN_SECONDS = 5;
/** gunicorn's `--timeout 0` is no limit; a proxy needs one. */
const UNLIMITED_SECONDS = 3600;

/** How requests reach `web` of these processes. */
export function planTraffic(
  processes: readonly ProcessPlan[],
  settings: CheckedSettings,
  services: readonly CheckedService[],
): FoundTraffic {
  const web = processes.find(({ type }) => type === WEB);
  const { traffic: given } = settings;
  const problems = [
    ...(web ? proxyProblems(web, processes, settings) : withoutWeb(given)),
    ...uncounted(processes, given),
  ];
  const controller = controllerOf(given.exposure);
  const traffic = web && {
    web,
    port: portOf(web),
    service: web.name,
    pods: `${web.name}-pods`,
    proxy: given.proxy === "haproxy" ? proxyPlan(web, settings) : undefined,
    route: routePlan(web, given),
    controller,
  };
  const plan = networkPlan(processes, settings, controller);
  const reached = services.flatMap(({ to }) => to ?? []);
  const network = plan && { ...plan, attached: distinct([...plan.attached, ...reached]) };
  return { traffic, network, problems };
}

function withoutWeb({ exposure, proxy }: CheckedTraffic): Problem[] {
  const message = "needs web, which the Procfile does not have; add it there, or leave this out";
  return [
    ...(exposure ? [{ location: "dash-scale:app.host", message }] : []),
    ...(proxy === "haproxy" ? [{ location: "dash-scale:app.proxy", message }] : []),
  ];
}

/** Process types whose requests nothing counts. */
function uncounted(processes: readonly ProcessPlan[], { proxy }: CheckedTraffic): Problem[] {
  return processes.filter(isCounted).flatMap(({ type }) => {
    if (type === WEB && proxy === "haproxy") return [];
    const message =
      type === WEB
        ? "needs the proxy, which counts the requests; set dash-scale:app.proxy: haproxy"
        : "is for web alone, whose requests the proxy counts; write cpu, memory, queue or schedule";
    return [{ location: `dash-scale:scale.${type}.target.concurrency`, message }];
  });
}

function proxyProblems(
  web: ProcessPlan,
  processes: readonly ProcessPlan[],
  { traffic, maxReplicas }: CheckedSettings,
): Problem[] {
  if (traffic.proxy !== "haproxy") return [];
  const messages: string[] = [];
  if (web.workers === undefined || web.threads === undefined) {
    messages.push(
      "the proxy has to know how many requests a replica serves at once; run web by a known server, such as gunicorn, and set dash-scale:scale.web.workers and .threads (with an asynchronous worker class, threads is how many a worker is to get at once)",
    );
  }
  if (processes.some(({ type }) => type === PROXY)) {
    messages.push(`the proxy needs the name ${web.app}-proxy; rename the process type "${PROXY}"`);
  }
  const pods = processes.find((it) => it.name === `${web.name}-pods` && hasOwnService(it));
  if (pods)
    messages.push(`the proxy needs the name ${pods.name}; rename the process type "${pods.type}"`);
  if (web.app.length > MAX_PROXIED_NAME_LENGTH) {
    messages.push(
      `the proxy needs a dash-scale:app.name of at most ${MAX_PROXIED_NAME_LENGTH} characters; shorten it`,
    );
  }
  if (maxReplicas > MAX_PROXIED_REPLICAS) {
    messages.push(
      `the proxy finds at most ${MAX_PROXIED_REPLICAS} pods; lower dash-scale:app.maxReplicas`,
    );
  }
  return messages.map((message) => ({ location: "dash-scale:app.proxy", message }));
}

function proxyPlan(web: ProcessPlan, settings: CheckedSettings): ProxyPlan {
  const identity = proxyIdentity(settings);
  return {
    ...identity,
    image: settings.traffic.proxyImage,
    config: {
      proxy: identity.name,
      pods: `${web.name}-pods`,
      namespace: settings.namespace,
      podPort: portOf(web),
      // Of maxReplicas and not of the replicas there are: scaling must not roll the proxy.
      maxPods: settings.maxReplicas + surgeOf(settings.maxReplicas),
      requestsPerPod: (web.workers ?? 1) * (web.threads ?? 1),
      requestSeconds: requestSeconds(web),
      asynchronous: web.asynchronous,
      counted: isCounted(web),
      wakes: isCounted(web) && minReplicasOf(web.scaling) === 0,
    },
  };
}

function isCounted({ scaling }: ProcessPlan): boolean {
  return scaling.kind === "auto" && scaling.concurrency !== undefined;
}

function portOf({ port }: ProcessPlan): number {
  return port?.port ?? DEFAULT_PORT;
}

function proxyIdentity({ name }: CheckedSettings): Identity {
  return { app: name, type: PROXY, name: `${name}-${PROXY}` };
}

function routePlan(
  web: ProcessPlan,
  { exposure, basePath, proxy }: CheckedTraffic,
): RoutePlan | undefined {
  if (!exposure) return undefined;
  const { host } = exposure;
  const { app, type, name } = web;
  const waiting = proxy === "haproxy" ? WAIT_SECONDS : 0;
  const timeoutSeconds = Math.max(MIN_REQUEST_SECONDS, requestSeconds(web) + waiting);
  const silentSeconds = silentSecondsOf(web, timeoutSeconds);
  const backend = { app, type, name, service: name, timeoutSeconds, silentSeconds };
  const annotations = { ...controllerOf(exposure)?.annotations(backend), ...exposure.annotations };
  const route = { app, type, name, host, basePath, service: name, annotations, timeoutSeconds };
  return exposure.kind === "ingress"
    ? { kind: "ingress", ...route, className: exposure.className, tlsSecret: exposure.tlsSecret }
    : { kind: "gateway", ...route, gateway: exposure };
}

/** Seconds that a request may take in a pod. */
function requestSeconds({ requestTimeout }: ProcessPlan): number {
  return requestTimeout === 0 ? UNLIMITED_SECONDS : requestTimeout + PROXY_MARGIN_SECONDS;
}

/**
 * For how long a WebSocket or a stream may be silent. Not longer than a request may take where the
 * server ends requests by itself: such a server, gunicorn with sync workers, has no WebSockets, and
 * whoever waits for a pod on a lost node should not wait for an hour.
 */
function silentSecondsOf({ server, requestTimeout }: ProcessPlan, timeoutSeconds: number): number {
  const hasNone = server !== undefined && requestTimeout > 0;
  return hasNone ? timeoutSeconds : Math.max(timeoutSeconds, MAX_SILENT_SECONDS);
}

function controllerOf(
  exposure: { readonly controller: Controller | undefined } | undefined,
): ControllerProfile | undefined {
  return exposure?.controller === undefined ? undefined : CONTROLLERS[exposure.controller];
}

function networkPlan(
  processes: readonly ProcessPlan[],
  settings: CheckedSettings,
  controller: ControllerProfile | undefined,
): NetworkPlan | undefined {
  const { network, exposure } = settings.traffic;
  if (!network) return undefined;
  const names = network.from ?? namespacesOf(exposure, controller);
  const sources: Peer = names.length === 0 ? { kind: "anywhere" } : { kind: "namespaces", names };
  const isTaken = processes.some(({ type }) => type === PROXY);
  const proxy = isTaken ? undefined : proxyIdentity(settings);
  const named = namedDestinations(processes, settings.namespace);
  const services = processes.flatMap((plan) =>
    hasOwnService(plan) ? { identity: plan, port: portOf(plan) } : [],
  );
  const attached = distinct([...network.to, ...named]);
  return { sources, proxy, attached, kedaNamespace: network.keda, services };
}

/**
 * Namespaces in which the proxies of an exposure run, as far as they are known; none: they may run
 * anywhere.
 */
function namespacesOf(
  exposure: Exposure | undefined,
  controller: ControllerProfile | undefined,
): string[] {
  if (!controller) return [];
  return [...(exposure?.kind === "gateway" ? [exposure.namespace] : []), controller.namespace];
}
