import { WAKE_FILE, WAKE_RULE } from "./proxy-wake.ts";
import { streamRules, streamsBackend, STREAMS_FILE } from "./proxy-streams.ts";

/** Ports of the proxy's pods. */
export const PROXY_PORTS = { public: 8080, balancer: 8081, health: 8404, metrics: 8405 } as const;
/** What a replica of the proxy says of the requests that it hands to pods: served and waiting. */
export const REQUESTS_METRIC = 'haproxy_backend_current_sessions{proxy="pods"}';

/** What HAProxy's configuration is made from. */
export interface ProxyConfig {
  /** Name under which each pod of the proxy is found: pod N is `<proxy>-N.<proxy>`. */
  readonly proxy: string;
  /** Name under which the ready pods of `web` are found. */
  readonly pods: string;
  readonly namespace: string;
  readonly podPort: number;
  /** The most pods that there may be, those of a rollout too. */
  readonly maxPods: number;
  /** Requests that one pod serves at once. */
  readonly requestsPerPod: number;
  /** Seconds that a request may take once a pod has it. */
  readonly requestSeconds: number;
  /** Whether an open stream leaves the server of `web` free for other requests. */
  readonly asynchronous: boolean;
  /** Whether KEDA asks for the number of requests. */
  readonly counted: boolean;
  /** Whether there may be no pod at all until a request comes. */
  readonly wakes: boolean;
}

/** Where the proxy's pods have their files. */
export const PROXY_FOLDER = "/etc/haproxy";

/** Seconds that a request may wait for a pod. */
export const WAIT_SECONDS = 60;

/**
 * The configuration of HAProxy.
 *
 * Both replicas accept requests, and only the first one that is up hands them to pods: two replicas
 * that know nothing of each other would give the same idle pod to both (measured: four callbacks on
 * four pods take twice as long). Pods are found by DNS, and a pod gets only as many requests as it
 * serves at once: the others wait here, not in its backlog, where they would be lost when it ends.
 * WebSockets and streams take no part in that: see `streamRules`.
 *
 * Source: HAProxy Configuration Manual 3.2: "maxconn" and "backup" of a server, "server-template",
 * "resolvers", "retry-on", "hard-stop-after".
 */
export function haproxyConfig(config: ProxyConfig): string {
  return `${general(config)}\n${frontends(config)}`;
}

/**
 * Requests that wait in one replica, or are on their way through it, and streams that are open.
 * Those beyond wait to be accepted. Measured: 17 KiB of memory each. Without this bound they would take what the process
 * may have, the health check's share too.
 */
const MAX_WAITING = 1000;
/** The first replica has the requests of both. */
const MAX_IN_FIRST = 2 * MAX_WAITING;

/** A request may wait, and then take its time. */
function wholeSeconds(requestSeconds: number): number {
  return requestSeconds + WAIT_SECONDS + 5;
}

function general({ requestSeconds, wakes }: ProxyConfig): string {
  const scripts = [STREAMS_FILE, ...(wakes ? [WAKE_FILE] : [])];
  return `global
    log stdout format raw local0 notice
${scripts.map((file) => `    lua-load ${PROXY_FOLDER}/${file}`).join("\n")}
    maxconn 4096
    # Measured: two threads choose the same idle pod in 2 of 100 times that four requests come at once; the second one then waits for it.
    nbthread 1
    hard-stop-after ${stopSeconds(requestSeconds)}s
    close-spread-time 2s

defaults
    mode http
    log global
    option httplog
    option dontlognull
    option dontlog-normal
    # A connection to gunicorn is not used again: it closes them when it likes.
    option http-server-close
    option redispatch 1
    retries 3
    # Nothing was sent yet, so trying another pod is safe for every method.
    retry-on conn-failure
    timeout http-request 10s
    timeout http-keep-alive 60s
    timeout connect 2s
    timeout check 2s
    timeout client ${wholeSeconds(requestSeconds)}s
    timeout server ${requestSeconds}s
    timeout queue ${WAIT_SECONDS}s
    # Who is on a node that was lost says nothing any more: found out after a minute, and not by a timeout of an hour.
    option tcpka
    clitcpka-idle 30s
    clitcpka-intvl 10s
    clitcpka-cnt 3
    srvtcpka-idle 30s
    srvtcpka-intvl 10s
    srvtcpka-cnt 3

resolvers kubernetes
    parse-resolv-conf
    accepted_payload_size 8192
    resolve_retries 3
    timeout resolve 1s
    timeout retry 1s
    hold nx 10s
    # While DNS itself is away, the pods that were known stay.
    hold other 10m
    hold refused 10m
    hold timeout 10m
`;
}

function frontends(config: ProxyConfig): string {
  const { proxy, pods, namespace, podPort, maxPods, requestsPerPod, requestSeconds } = config;
  const suffix = `${namespace}.svc.cluster.local`;
  const template = `1-${maxPods} ${pods}.${suffix}:${podPort} resolvers kubernetes resolve-prefer ipv4 init-addr none`;
  return `frontend health
    bind :${PROXY_PORTS.health}
    monitor-uri /healthz
    http-request deny deny_status 404
${config.counted ? METRICS : ""}
frontend public
    bind :${PROXY_PORTS.public}
    maxconn ${MAX_WAITING}
    option forwardfor if-none
${streamRules(config.asynchronous)}
    default_backend first_proxy

backend first_proxy
    timeout server ${wholeSeconds(requestSeconds)}s
    default-server resolvers kubernetes resolve-prefer ipv4 init-addr none check inter 1s fall 2 rise 2 observe layer4 error-limit 1 on-error mark-down
    server proxy-0 ${proxy}-0.${proxy}.${suffix}:${PROXY_PORTS.balancer}
    server proxy-1 ${proxy}-1.${proxy}.${suffix}:${PROXY_PORTS.balancer} backup

frontend balancer
    bind :${PROXY_PORTS.balancer}
    maxconn ${MAX_IN_FIRST}
    default_backend pods

backend pods
    balance leastconn
${config.wakes ? `    ${WAKE_RULE}\n` : ""}    # Not abortonclose: a pod goes on with the request of somebody who has left, and would get another one beside it.
    server-template pod ${template} maxconn ${requestsPerPod} check inter 1s fall 2 rise 1

${streamsBackend(template)}`;
}

/**
 * HAProxy's own exporter. The sessions of a backend are the requests that its pods have and those
 * that wait for one; connections that are idle are none.
 *
 * Source: HAProxy, addons/promex/README.
 */
const METRICS = `
frontend metrics
    bind :${PROXY_PORTS.metrics}
    http-request use-service prometheus-exporter if { path /metrics }
    http-request deny deny_status 404
`;

/** Seconds that HAProxy gives its requests after SIGUSR1. */
export function stopSeconds(requestSeconds: number): number {
  return requestSeconds + WAIT_SECONDS + 10;
}
