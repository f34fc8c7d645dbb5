import type { Input } from "@pulumi/pulumi";
import type { types } from "@pulumi/kubernetes";
import type { Identity } from "./labels.ts";
import { processLabels } from "./labels.ts";
import { metadata } from "./metadata.ts";

/** Ingress controllers that are known here. */
export const INGRESS_CONTROLLERS = [
  "istio",
  "traefik",
  "haproxy",
  "haproxy-ingress",
  "ingress-nginx",
  "nginx",
] as const;
/** Gateway controllers that are known here: those that what is declared below has a meaning for. */
export const GATEWAY_CONTROLLERS = ["envoy-gateway", "istio", "traefik"] as const;
export type IngressController = (typeof INGRESS_CONTROLLERS)[number];
export type GatewayController = (typeof GATEWAY_CONTROLLERS)[number];
export type Controller = IngressController | GatewayController;

/**
 * What a controller balances requests over. The name is that of the route, and of the objects that
 * belong to the route.
 */
export interface Backend extends Identity {
  /** Name of the Service that the route leads to. */
  readonly service: string;
  /** Seconds that a request may take. */
  readonly timeoutSeconds: number;
}

/** An object of a controller's own kind. */
export interface CustomObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: types.input.meta.v1.ObjectMeta;
  readonly spec: object;
}

/**
 * What is declared with a route so that a controller hands requests to pods in turn, or to the
 * least busy one.
 */
export interface ControllerProfile {
  /**
   * Namespace that its documentation installs the controller in: who may reach `web` unless the
   * stack says so.
   */
  readonly namespace: string;
  /** Annotations of the Ingress or HTTPRoute. */
  readonly annotations: (app: Backend) => Record<string, string>;
  /** Annotations of the Service. */
  readonly serviceAnnotations: Record<string, string>;
  /** Besides route and Service. */
  readonly objects: (app: Backend, namespace: Input<string>) => readonly CustomObject[];
}

const nothing = { annotations: () => ({}), serviceAnnotations: {}, objects: () => [] };

/**
 * The controllers. "Exact": four requests at once reach four idle pods, but where two threads of
 * the proxy choose at once. "Statistical": better than kube-proxy's random choice, but each proxy
 * or thread of it picks for itself.
 */
export const CONTROLLERS: Readonly<Record<Controller, ControllerProfile>> = {
  // Statistical: least request of two random pods, by default. A BackendTrafficPolicy for it would
  // take the place of all that the Gateway's own one says.
  // https://gateway.envoyproxy.io/docs/tasks/traffic/load-balancing/
  "envoy-gateway": { ...nothing, namespace: "envoy-gateway-system" },
  // Statistical: least request of two random pods.
  // https://istio.io/latest/docs/reference/config/networking/destination-rule/
  istio: {
    ...nothing,
    namespace: "istio-system",
    objects: (app, namespace) => [
      {
        apiVersion: "networking.istio.io/v1",
        kind: "DestinationRule",
        metadata: metadataOf(app, namespace),
        spec: { host: app.service, trafficPolicy: { loadBalancer: { simple: "LEAST_REQUEST" } } },
      },
    ],
  },
  // In turn, for each replica of Traefik: over pods is its default, and it cuts no request off.
  // Measured: which pod is next changes from turn to turn, so that four requests have a pod each
  // only where nothing else has come in between.
  // https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
  traefik: {
    ...nothing,
    namespace: "traefik",
    // The one of an Ingress, and the one of a Gateway.
    serviceAnnotations: {
      "traefik.ingress.kubernetes.io/service.nativelb": "false",
      "traefik.io/service.nativelb": "false",
    },
  },
  // Exact for each replica of HAProxy. https://www.haproxy.com/documentation/kubernetes-ingress/
  haproxy: {
    ...nothing,
    namespace: "haproxy-controller",
    annotations: ({ timeoutSeconds }) => ({
      "haproxy.org/load-balance": "leastconn",
      "haproxy.org/timeout-server": `${timeoutSeconds}s`,
    }),
  },
  // Exact for each replica of HAProxy. https://haproxy-ingress.github.io/docs/configuration/keys/
  "haproxy-ingress": {
    ...nothing,
    namespace: "ingress-controller",
    annotations: ({ timeoutSeconds }) => ({
      "haproxy-ingress.github.io/balance-algorithm": "leastconn",
      "haproxy-ingress.github.io/timeout-server": `${timeoutSeconds}s`,
    }),
  },
  // Statistical: round-robin for each worker of nginx.
  // https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
  "ingress-nginx": {
    ...nothing,
    namespace: "ingress-nginx",
    annotations: ({ timeoutSeconds }) => ({
      "nginx.ingress.kubernetes.io/load-balance": "round_robin",
      "nginx.ingress.kubernetes.io/proxy-read-timeout": String(timeoutSeconds),
      "nginx.ingress.kubernetes.io/proxy-send-timeout": String(timeoutSeconds),
    }),
  },
  // Exact: connections are counted across workers.
  // https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
  nginx: {
    ...nothing,
    namespace: "nginx-ingress",
    annotations: ({ timeoutSeconds }) => ({
      "nginx.org/lb-method": "least_conn",
      "nginx.org/proxy-read-timeout": `${timeoutSeconds}s`,
      "nginx.org/proxy-send-timeout": `${timeoutSeconds}s`,
    }),
  },
};

function metadataOf(app: Backend, namespace: Input<string>): types.input.meta.v1.ObjectMeta {
  return metadata({ name: app.name, namespace, labels: processLabels(app) });
}
