import type { types } from "@pulumi/kubernetes";
import { escapeExpansion } from "./expansion.ts";

type Container = types.input.core.v1.Container;
type Probes = Pick<Container, "startupProbe" | "readinessProbe" | "livenessProbe">;

/** How the kubelet finds out whether a replica is well. */
export type Health =
  | { readonly kind: "off" }
  | {
      readonly kind: "http";
      /** Answers 200 only when the app is up. */
      readonly path: string;
      readonly port: number;
      /** Seconds that an answer may take. */
      readonly timeout: number;
      /** Seconds that it may take while the app comes up. */
      readonly startupTimeout: number;
    }
  | { readonly kind: "tcp"; readonly port: number }
  | {
      readonly kind: "exec";
      /** Exits 0 when the process is well. */
      readonly command: readonly string[];
      /** Seconds that the command may take. */
      readonly timeout: number;
    };

/** Five minutes to come up: an app that imports half of PyPI on a slow node is not a dead one. */
const STARTUP = { periodSeconds: 5, failureThreshold: 60, timeoutSeconds: 10 };
/**
 * The same five minutes where nothing listens, and each try that waits for its answer takes longer.
 * The first try comes before a server listens, and until the next one a loaded app gets no traffic.
 */
const STARTUP_BY_HTTP = { periodSeconds: 2, failureThreshold: 150 };
/** A full minute in which not even a connection is accepted. */
const LIVENESS = { periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 5 };

/**
 * The probes of a container.
 *
 * - Startup by HTTP, since gunicorn listens before its workers have loaded the app: a TCP probe is true too early. By TCP
 *   it is tried less often, so that it is true too early less often.
 * - Readiness by HTTP, with a long timeout and several failures: a sync worker in a callback answers when it is done, and
 *   is not to be taken out of traffic for that.
 * - Liveness by TCP: it is accepted however busy the workers are, and refused when the program hangs in its death. By HTTP
 *   it would restart a pod for being busy (measured: three times in a minute).
 *
 * Source: Kubernetes docs, "Configure Liveness, Readiness and Startup Probes".
 */
export function probes(health: Health): Probes {
  switch (health.kind) {
    case "off":
      return {};
    case "http": {
      const httpGet = { path: health.path, port: health.port };
      return {
        startupProbe: { httpGet, ...STARTUP_BY_HTTP, timeoutSeconds: health.startupTimeout },
        readinessProbe: {
          httpGet,
          periodSeconds: 10,
          timeoutSeconds: health.timeout,
          failureThreshold: 3,
        },
        livenessProbe: { tcpSocket: { port: health.port }, ...LIVENESS },
      };
    }
    case "tcp": {
      const tcpSocket = { port: health.port };
      return {
        startupProbe: { tcpSocket, ...STARTUP },
        readinessProbe: { tcpSocket, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
        livenessProbe: { tcpSocket, ...LIVENESS },
      };
    }
    case "exec": {
      const exec = { command: health.command.map(escapeExpansion) };
      const { timeout } = health;
      return {
        startupProbe: { exec, periodSeconds: 10, failureThreshold: 30, timeoutSeconds: timeout },
        livenessProbe: { exec, periodSeconds: 60, failureThreshold: 3, timeoutSeconds: timeout },
      };
    }
  }
}

/**
 * Seconds for which a pod has to be ready before it counts as available: a rollout stops at a
 * version whose pods end sooner. A ready pod gets requests at once, whatever the number.
 *
 * - By HTTP or a command: what ends while it loads was never ready, and the workers of one server load
 *   at the same time. What is left is for those who hand requests out: the old pod ends when the new
 *   one counts.
 * - By the open port, or not at all: ready before it has loaded. Measured without a check: what lacks a
 *   module (gunicorn, celery, rq, python) is ready for 1 s, on busy nodes for 2 s.
 *
 * Kubernetes keeps the moment without its fraction, so that up to one second less is waited. All are
 * below the least `progressDeadline` (10), as the API server demands.
 *
 * Source: kubernetes, pkg/api/v1/pod/util.go (`IsPodAvailable`), pkg/apis/apps/validation. Measured by
 * `npm run bench -- pods early-ends handover`.
 */
const MIN_READY_SECONDS = { http: 1, exec: 1, tcp: 5, off: 5 } as const satisfies Record<
  Health["kind"],
  number
>;

/** `minReadySeconds` of a workload whose pods are checked so. */
export function minReadySeconds({ kind }: Health): number {
  return MIN_READY_SECONDS[kind];
}
