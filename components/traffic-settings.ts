import { isIP } from "node:net";
import type { Unchecked } from "./check.ts";
import { IMAGE, IMAGE_ALLOWED } from "./image.ts";
import type { GatewayController, IngressController } from "./manifest/doors.ts";
import { GATEWAY_CONTROLLERS, INGRESS_CONTROLLERS } from "./manifest/doors.ts";

/** How requests reach `web` from outside: part of `dash-scale:app`. */
export interface TrafficSettings {
  /**
   * Host name that `web` is reached by, such as shop.example.com. Needs `ingress` or `gateway`.
   * @default none: `web` is reached inside the cluster only
   */
  readonly host?: string;
  /**
   * Path below which the app lives. It becomes `DASH_URL_BASE_PATHNAME`, the route and the path of the health check.
   * @default /
   */
  readonly basePath?: string;
  /** The way in by an Ingress. */
  readonly ingress?: {
    /** Class of the Ingress, as the cluster names it. */
    readonly className: string;
    /** Which controller that is; what it needs to balance by pods is declared with it. */
    readonly controller?: IngressController;
    /** Name of the Secret with the certificate; an issuer fills it when an annotation asks for that. */
    readonly tlsSecret?: string;
    /** Annotations of the Ingress, for instance of an issuer. */
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /** The way in by a Gateway. */
  readonly gateway?: {
    /** Name of the Gateway. */
    readonly name: string;
    /** Namespace of the Gateway. */
    readonly namespace: string;
    /** Name of its listener; all of them if left out. */
    readonly section?: string;
    /** Which controller that is; what it needs to balance by pods is declared with it. */
    readonly controller?: GatewayController;
    /** Annotations of the HTTPRoute. */
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /**
   * What stands in front of `web`: nothing but its Service, or a queue: a small HAProxy that hands each pod only as many
   * requests as it serves at once.
   * @default direct
   */
  readonly front?: Front;
  /**
   * Image of HAProxy for the queue: 2.8 or newer.
   * @default docker.io/library/haproxy:3.2-alpine
   */
  readonly queueImage?: string;
  /** Who may reach the app, and what it may reach, or off. */
  readonly network?: "off" | NetworkSettings;
}

/** What may pass besides DNS and port 443. */
export interface NetworkSettings {
  /**
   * Namespaces that may reach `web`.
   * @default that of the Gateway or of the Ingress controller; without a way in, all of them
   */
  readonly from?: readonly string[];
  /**
   * What the app's pods may reach: its attached services.
   * @default none
   */
  readonly to?: readonly Attached[];
}

/** A service that the app uses: in a namespace of the cluster, or at addresses outside. */
export interface Attached {
  readonly namespace?: string;
  readonly cidr?: string;
  readonly port: number;
}

export const FRONTS = ["direct", "queue"] as const;
export type Front = (typeof FRONTS)[number];

/** Where requests come in; the two ways exclude each other. */
export type Way =
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

/** {@link TrafficSettings} that were checked. */
export interface CheckedTraffic {
  /** Begins and ends with a slash. */
  readonly basePath: string;
  readonly entrance: { readonly host: string; readonly way: Way } | undefined;
  readonly front: Front;
  readonly queueImage: string;
  readonly network: CheckedNetwork | undefined;
}

/** {@link NetworkSettings} that were checked. */
export interface CheckedNetwork {
  /** Undefined: as the way in has it. */
  readonly from: readonly string[] | undefined;
  readonly to: readonly Attached[];
}

export const TRAFFIC_FIELDS = [
  "host",
  "basePath",
  "ingress",
  "gateway",
  "front",
  "queueImage",
  "network",
] as const;

/** No address: an Ingress takes names only. Its last label, such as `com`, is never a number (RFC 3696). */
const HOST =
  /^(?=.{1,253}$)(?!.*\.\d+$)(\*\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/;
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** A DNS subdomain: names of most objects (RFC 1123). */
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** Neither `.` nor `..` is a part of it: every client would take them out, and the API server refuses them. */
const BASE_PATH = /^\/((?!\.{1,2}\/)[A-Za-z0-9._~-]+\/)*$/;
/** The API server's own: an optional DNS subdomain in any case, then a name. */
const ANNOTATION =
  /^(?:(?=[^/]{1,253}\/)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\/)?[a-z0-9](?:[-a-z0-9_.]{0,61}[a-z0-9])?$/i;
/** All annotations of an object together may have 256 KiB; some are dash-scale's own. */
const MOST_ANNOTATED = 250_000;
const ADDRESSES = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*)\/\d{1,3}$/i;

/** Checks the part of `dash-scale:app` that is about traffic. */
export function checkTraffic(
  field: (name: (typeof TRAFFIC_FIELDS)[number]) => Unchecked,
): CheckedTraffic {
  return {
    basePath:
      field("basePath").text(BASE_PATH, "a path that begins and ends with /, such as /shop/") ??
      "/",
    entrance: checkEntrance(field("host"), field("ingress"), field("gateway")),
    front: field("front").choice(FRONTS) ?? "direct",
    queueImage:
      field("queueImage").text(IMAGE, IMAGE_ALLOWED) ?? "docker.io/library/haproxy:3.2-alpine",
    network: checkNetwork(field("network")),
  };
}

function checkEntrance(
  host: Unchecked,
  ingress: Unchecked,
  gateway: Unchecked,
): CheckedTraffic["entrance"] {
  const name = host.text(HOST, "a host name in lower case, no address, such as shop.example.com");
  const way = ingress.absent ? checkGateway(gateway) : checkIngress(ingress);
  if (!ingress.absent && !gateway.absent)
    gateway.problem("is a second way in besides ingress; keep one of the two");
  if (host.absent && !(ingress.absent && gateway.absent)) {
    host.problem("is missing: a way in leads to a host name, such as shop.example.com");
  }
  if (!host.absent && ingress.absent && gateway.absent) {
    host.problem(
      "has no way in; add ingress: { className: … } or gateway: { name: …, namespace: … }",
    );
  }
  return name === undefined || way === undefined ? undefined : { host: name, way };
}

function checkIngress(given: Unchecked): Way | undefined {
  const field = given.fields(
    ["className", "controller", "tlsSecret", "annotations"],
    "{ className: nginx }",
  );
  const className = required(
    field("className"),
    SUBDOMAIN,
    "the class of the Ingress, such as nginx",
  );
  const controller = field("controller").choice(INGRESS_CONTROLLERS);
  const tlsSecret = field("tlsSecret").text(SUBDOMAIN, "the name of a Secret, such as shop-tls");
  const annotations = checkAnnotations(field("annotations"));
  return className === undefined
    ? undefined
    : { kind: "ingress", className, controller, tlsSecret, annotations };
}

function checkGateway(given: Unchecked): Way | undefined {
  if (given.absent) return undefined;
  const example = "{ name: public, namespace: gateways }";
  const field = given.fields(
    ["name", "namespace", "section", "controller", "annotations"],
    example,
  );
  const name = required(field("name"), SUBDOMAIN, "the name of the Gateway, such as public");
  const namespace = required(
    field("namespace"),
    LABEL,
    "the namespace of the Gateway, such as gateways",
  );
  const rest = {
    section: field("section").text(
      SUBDOMAIN,
      "the name of a listener of the Gateway, such as https",
    ),
    controller: field("controller").choice(GATEWAY_CONTROLLERS),
    annotations: checkAnnotations(field("annotations")),
  };
  if (name === undefined || namespace === undefined) return undefined;
  return { kind: "gateway", name, namespace, ...rest };
}

function required(given: Unchecked, pattern: RegExp, allowed: string): string | undefined {
  return given.absent
    ? given.problem(`is missing; write ${allowed}`)
    : given.text(pattern, allowed);
}

function checkAnnotations(given: Unchecked): Record<string, string> {
  const entries = given.entries("{ cert-manager.io/cluster-issuer: letsencrypt }");
  const annotations = entries.map(([key, value]): [string, string] => {
    if (!ANNOTATION.test(key)) value.problem(`the key is none of an annotation; ${ANNOTATION_KEY}`);
    const text = value.text(/^/, 'a text; put numbers, true and false in quotes, such as "60"');
    return [key, text ?? ""];
  });
  const size = annotations.reduce((sum, it) => sum + Buffer.byteLength(it.join("")), 0);
  if (size > MOST_ANNOTATED)
    given.problem(`has ${size} bytes in all; Kubernetes takes at most ${MOST_ANNOTATED}`);
  return Object.fromEntries(annotations);
}

const ANNOTATION_KEY = "allowed is a name, or PREFIX/NAME such as cert-manager.io/cluster-issuer";

function checkNetwork(given: Unchecked): CheckedNetwork | undefined {
  if (given.value === "off" || given.value === false) return undefined;
  const field = given.fields(
    ["from", "to"],
    "{ from: [ingress-nginx], to: [{ namespace: redis, port: 6379 }] }, or off",
  );
  const from = field("from").list("a list of namespaces, such as [ingress-nginx]", (item) =>
    item.text(LABEL, "the name of a namespace, such as ingress-nginx"),
  );
  if (isEmptyList(field("from").value)) {
    field("from").problem(
      "names no namespace; name those that may reach web, or leave it out: then it is those of the controller, or all",
    );
  }
  return {
    from,
    to: field("to").list("a list, such as [{ namespace: redis, port: 6379 }]", checkAttached) ?? [],
  };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function checkAddresses(given: Unchecked): string | undefined {
  const allowed = "a range of addresses, such as 10.0.0.0/8";
  const range = given.text(ADDRESSES, allowed);
  const [address = "", bits = ""] = range?.split("/") ?? [];
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return range === undefined || Number(bits) <= most ? range : given.refuse(allowed);
}

function checkAttached(given: Unchecked): Attached | undefined {
  const field = given.fields(["namespace", "cidr", "port"], "{ namespace: redis, port: 6379 }");
  const namespace = field("namespace").text(LABEL, "the name of a namespace, such as redis");
  const cidr = checkAddresses(field("cidr"));
  const port = field("port").wholeNumber({ from: 1, to: 65_535 });
  if (field("namespace").absent === field("cidr").absent) {
    return given.problem("names neither or both of namespace and cidr; write one of them");
  }
  if (field("port").absent)
    field("port").problem("is missing; write the port of the service, such as 6379");
  if (port === undefined) return undefined;
  return namespace === undefined
    ? cidr === undefined
      ? undefined
      : { cidr, port }
    : { namespace, port };
}
