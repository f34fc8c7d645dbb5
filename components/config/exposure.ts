import type { ConfigValue } from "./value.ts";
import { IMAGE, IMAGE_EXPECTED } from "./image.ts";
import type { GatewayController, IngressController } from "../manifest/controllers.ts";
import { GATEWAY_CONTROLLERS, INGRESS_CONTROLLERS } from "../manifest/controllers.ts";
import type { Relation } from "./field.ts";
import { annotations } from "./annotations.ts";
import { checkFields, choice, map, text } from "./field.ts";
import { BASE_PATH, HOST, LABEL, SUBDOMAIN } from "./formats.ts";
import type { CheckedNetwork } from "./network.ts";
import { NETWORK } from "./network.ts";

const ISSUER = { key: "cert-manager.io/cluster-issuer", value: "letsencrypt" };
const CONTROLLER_HELP =
  "Which controller that is; what it needs to balance by pods is declared with it.";

const INGRESS = map({
  help: "Exposes `web` by an Ingress.",
  expected: "{ className: nginx }",
  otherwise: "none",
  fields: {
    className: text({
      help: "Class of the Ingress, as the cluster names it.",
      required: true,
      pattern: SUBDOMAIN,
      expected: "the class of the Ingress",
      example: "nginx",
    }),
    controller: choice({ help: CONTROLLER_HELP, otherwise: "none", words: INGRESS_CONTROLLERS }),
    tlsSecret: text({
      help: "Name of the Secret with the certificate; an issuer fills it when an annotation asks for that.",
      otherwise: "none: no TLS",
      pattern: SUBDOMAIN,
      expected: "the name of a Secret",
      example: "shop-tls",
    }),
    annotations: annotations(
      "Annotations of the Ingress, for instance of an issuer; they win over the controller's.",
      ISSUER,
    ),
  },
});

const GATEWAY = map({
  help: "Exposes `web` by a Gateway: an HTTPRoute.",
  expected: "{ name: public, namespace: gateways }",
  otherwise: "none",
  fields: {
    name: text({
      help: "Name of the Gateway.",
      required: true,
      pattern: SUBDOMAIN,
      expected: "the name of the Gateway",
      example: "public",
    }),
    namespace: text({
      help: "Namespace of the Gateway.",
      required: true,
      pattern: LABEL,
      expected: "the namespace of the Gateway",
      example: "gateways",
    }),
    section: text({
      help: "Name of its listener.",
      otherwise: "all listeners",
      pattern: SUBDOMAIN,
      expected: "the name of a listener of the Gateway",
      example: "https",
    }),
    controller: choice({ help: CONTROLLER_HELP, otherwise: "none", words: GATEWAY_CONTROLLERS }),
    annotations: annotations("Annotations of the HTTPRoute.", ISSUER),
  },
});

/** How two keys were called while dash-scale was tried out. */
export const RENAMED_KEYS = { front: "proxy", queueImage: "proxyImage" } as const;

export const PROXIES = ["off", "haproxy"] as const;

/**
 * How requests reach `web` from outside, and what may pass to and from the pods: part of
 * `dash-scale:app`.
 */
export const EXPOSURE_FIELDS = {
  host: text({
    help: "Host name that `web` is reached by. Needs `ingress` or `gateway`.",
    otherwise: "none: `web` is reached inside the cluster only",
    pattern: HOST,
    expected: "a host name in lower case, not an address",
    example: "shop.example.com",
  }),
  basePath: text({
    help: "Path below which the app lives: `DASH_URL_BASE_PATHNAME`, the route and the path of the health check.",
    default: "/",
    pattern: BASE_PATH,
    expected: "a path that begins and ends with /",
    example: "/shop/",
  }),
  ingress: INGRESS,
  gateway: GATEWAY,
  proxy: choice({
    help: "What stands between the Service and the pods of `web`: nothing, or a small HAProxy that hands each pod only as many requests as it serves at once.",
    default: "off",
    words: PROXIES,
  }),
  proxyImage: text({
    help: "Image of the proxy: HAProxy 2.8 or newer.",
    default: "docker.io/library/haproxy:3.2-alpine",
    pattern: IMAGE,
    expected: IMAGE_EXPECTED,
    example: "registry.example.com/haproxy:3.2",
  }),
  network: NETWORK,
};

export const EXPOSURE_RELATIONS: readonly Relation[] = [
  { kind: "needs", key: "host", oneOf: ["ingress", "gateway"] },
  { kind: "needs", key: "ingress", oneOf: ["host"] },
  { kind: "needs", key: "gateway", oneOf: ["host"] },
  { kind: "excludes", key: "ingress", other: "gateway" },
];

/** Where requests come in: an Ingress or a Gateway, never both. */
export type Exposure = { readonly host: string } & ExposedBy;

type ExposedBy =
  | {
      readonly kind: "ingress";
      readonly className: string;
      readonly controller: IngressController | undefined;
      readonly tlsSecret: string | undefined;
      readonly annotations: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "gateway";
      readonly name: string;
      readonly namespace: string;
      readonly section: string | undefined;
      readonly controller: GatewayController | undefined;
      readonly annotations: Readonly<Record<string, string>>;
    };

/** The part of `dash-scale:app` that is about traffic, checked. */
export interface CheckedTraffic {
  /** Begins and ends with a slash. */
  readonly basePath: string;
  readonly exposure: Exposure | undefined;
  readonly proxy: (typeof PROXIES)[number];
  readonly proxyImage: string;
  /** Undefined where it is off. */
  readonly network: CheckedNetwork | undefined;
}

/** Checks the part of `dash-scale:app` that is about traffic. */
export function checkTraffic(app: ConfigValue): CheckedTraffic {
  const { basePath, proxy, proxyImage, network } = EXPOSURE_FIELDS;
  return {
    ...checkFields({ basePath }, app),
    exposure: checkExposure(app),
    ...checkFields({ proxy, proxyImage, network }, app),
  };
}

function checkExposure(app: ConfigValue): Exposure | undefined {
  const [hostValue, ingress, gateway] = [
    app.field("host"),
    app.field("ingress"),
    app.field("gateway"),
  ];
  const host = EXPOSURE_FIELDS.host.check(hostValue);
  const way = ingress.absent ? checkGateway(gateway) : checkIngress(ingress);
  if (!ingress.absent && !gateway.absent)
    gateway.problem("exposes web a second time, besides ingress; keep one of the two");
  if (hostValue.absent && !(ingress.absent && gateway.absent))
    hostValue.problem("is missing: ingress and gateway need a host name, such as shop.example.com");
  if (!hostValue.absent && ingress.absent && gateway.absent) {
    hostValue.problem(
      "is not exposed; add ingress: { className: … } or gateway: { name: …, namespace: … }",
    );
  }
  return host === undefined || way === undefined ? undefined : { host, ...way };
}

function checkIngress(value: ConfigValue): ExposedBy | undefined {
  const { className, ...rest } = INGRESS.check(value);
  // `ingress: nginx` names the class, which has a key of its own.
  if (!value.isMap) INGRESS.fields.className.check(value.field("className"));
  return className === undefined ? undefined : { kind: "ingress", className, ...rest };
}

function checkGateway(value: ConfigValue): ExposedBy | undefined {
  if (value.absent) return undefined;
  const { name, namespace, ...rest } = GATEWAY.check(value);
  if (name === undefined || namespace === undefined) return undefined;
  return { kind: "gateway", name, namespace, ...rest };
}
