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

/** What a controller is told with the route. */
export interface RoutedBackend extends Backend {
  /** Seconds for which a WebSocket or a stream may be silent. */
  readonly silentSeconds: number;
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
 * least busy one, and leaves WebSockets and streams open.
 */
export interface ControllerProfile {
  /**
   * Namespace that its documentation installs the controller in: who may reach `web` unless the
   * stack says so.
   */
  readonly namespace: string;
  /** Annotations of the Ingress or HTTPRoute. */
  readonly annotations: (app: RoutedBackend) => Record<string, string>;
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
  // Routes allow WebSockets, which may be silent for an hour, or as long as a request may take; a
  // request's timeout begins when the client has sent everything, which no WebSocket ever has.
  // envoyproxy/gateway, internal/xds/translator/route.go; Envoy's RouteAction.timeout
  "envoy-gateway": { ...nothing, namespace: "envoy-gateway-system" },
  // Statistical: least request of two random pods.
  // https://istio.io/latest/docs/reference/config/networking/destination-rule/
  // Lets WebSockets through, and sets no limit to their silence.
  // istio/istio, pilot/pkg/networking/core/listener_builder.go
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
  // Lets WebSockets through, and sets no limit to their silence.
  // https://doc.traefik.io/traefik/user-guides/websocket/
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
  // Lets WebSockets through. For how long they may be silent, only the controller's own ConfigMap
  // says (`timeout-tunnel`, by default an hour).
  // haproxytech/kubernetes-ingress, documentation/annotations.md
  haproxy: {
    ...nothing,
    namespace: "haproxy-controller",
    annotations: ({ timeoutSeconds }) => ({
      "haproxy.org/load-balance": "leastconn",
      "haproxy.org/timeout-server": `${timeoutSeconds}s`,
    }),
  },
  // Exact for each replica of HAProxy. Lets WebSockets through.
  // https://haproxy-ingress.github.io/docs/configuration/keys/
  "haproxy-ingress": {
    ...nothing,
    namespace: "ingress-controller",
    annotations: ({ timeoutSeconds, silentSeconds }) => ({
      "haproxy-ingress.github.io/balance-algorithm": "leastconn",
      "haproxy-ingress.github.io/timeout-server": `${timeoutSeconds}s`,
      "haproxy-ingress.github.io/timeout-tunnel": `${silentSeconds}s`,
    }),
  },
  // Statistical: round-robin for each worker of nginx.
  // https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
  // Lets WebSockets through, and cuts them by the timeouts of requests, by default after 60 s.
  // https://kubernetes.github.io/ingress-nginx/user-guide/miscellaneous/#websockets
  "ingress-nginx": {
    ...nothing,
    namespace: "ingress-nginx",
    annotations: ({ silentSeconds }) => ({
      "nginx.ingress.kubernetes.io/load-balance": "round_robin",
      "nginx.ingress.kubernetes.io/proxy-read-timeout": String(silentSeconds),
      "nginx.ingress.kubernetes.io/proxy-send-timeout": String(silentSeconds),
    }),
  },
  // Exact: connections are counted across workers.
  // https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
  // Without the annotation, the upgrade to a WebSocket does not reach the pod.
  // nginx/kubernetes-ingress, examples/ingress-resources/websocket/README.md
  nginx: {
    ...nothing,
    namespace: "nginx-ingress",
    annotations: ({ service, silentSeconds }) => ({
      "nginx.org/lb-method": "least_conn",
      "nginx.org/proxy-read-timeout": `${silentSeconds}s`,
      "nginx.org/proxy-send-timeout": `${silentSeconds}s`,
      "nginx.org/websocket-services": service,
    }),
  },
};

function metadataOf(app: Backend, namespace: Input<string>): types.input.meta.v1.ObjectMeta {
  return metadata({ name: app.name, namespace, labels: processLabels(app) });
}
