import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Identity } from "./labels.ts";
import { processLabels } from "./labels.ts";
import { metadata, NO_WAIT } from "./metadata.ts";

/** How requests for a host name get to a Service: through an Ingress, or through a Gateway. */
export type RoutePlan = IngressPlan | HttpRoutePlan;

/** What both have. */
interface CommonRoutePlan extends Identity {
  readonly host: string;
  /** Begins and ends with a slash. */
  readonly basePath: string;
  /** Name of the Service. */
  readonly service: string;
  /** Seconds that a request may take. */
  readonly timeoutSeconds: number;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface IngressPlan extends CommonRoutePlan {
  readonly kind: "ingress";
  readonly className: string;
  readonly tlsSecret: string | undefined;
}

export interface HttpRoutePlan extends CommonRoutePlan {
  readonly kind: "gateway";
  readonly gateway: {
    readonly name: string;
    readonly namespace: string;
    readonly section: string | undefined;
  };
}

/**
 * The Ingress of an app. Pulumi does not wait for it to have an address: on many clusters it never
 * gets one, or gets it when a person has done something.
 *
 * Source: Kubernetes docs, "Ingress".
 */
export function ingressManifest(
  plan: IngressPlan,
  namespace: Input<string>,
): types.input.networking.v1.Ingress {
  const backend = { service: { name: plan.service, port: { name: "http" } } };
  return {
    metadata: routeMetadata(plan, namespace),
    spec: {
      ingressClassName: plan.className,
      ...(plan.tlsSecret === undefined
        ? {}
        : { tls: [{ hosts: [plan.host], secretName: plan.tlsSecret }] }),
      rules: [
        {
          host: plan.host,
          http: { paths: [{ path: plan.basePath, pathType: "Prefix", backend }] },
        },
      ],
    },
  };
}

/** An HTTPRoute of the Gateway API. */
export interface HttpRoute {
  readonly apiVersion: "gateway.networking.k8s.io/v1";
  readonly kind: "HTTPRoute";
  readonly metadata: types.input.meta.v1.ObjectMeta;
  readonly spec: object;
}

/**
 * The HTTPRoute of an app, to a Gateway.
 *
 * Source: Gateway API docs, "HTTPRoute" and "HTTPRoute timeouts".
 */
export function httpRouteManifest(
  plan: HttpRoutePlan,
  namespace: Input<string>,
  port: number,
): HttpRoute {
  const { name, namespace: gatewayNamespace, section } = plan.gateway;
  const value = plan.basePath === "/" ? "/" : plan.basePath.slice(0, -1);
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: routeMetadata(plan, namespace),
    spec: {
      parentRefs: [
        {
          name,
          namespace: gatewayNamespace,
          ...(section === undefined ? {} : { sectionName: section }),
        },
      ],
      hostnames: [plan.host],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value } }],
          backendRefs: [{ name: plan.service, port }],
          timeouts: { request: `${plan.timeoutSeconds}s` },
        },
      ],
    },
  };
}

function routeMetadata(plan: RoutePlan, namespace: Input<string>): types.input.meta.v1.ObjectMeta {
  const annotations = { ...NO_WAIT, ...plan.annotations };
  return metadata({ name: plan.name, namespace, labels: processLabels(plan), annotations });
}
