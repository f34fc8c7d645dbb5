import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Identity } from "./labels.ts";
import { appLabels, processLabels, selectorLabels } from "./labels.ts";
import { metadata } from "./metadata.ts";

type Policy = types.input.networking.v1.NetworkPolicy;
type PolicyPeer = types.input.networking.v1.NetworkPolicyPeer;
type EgressRule = types.input.networking.v1.NetworkPolicyEgressRule;

/**
 * A service that the app uses: in a namespace of the cluster, at addresses outside, or pods beside
 * the app's own.
 */
export interface Destination {
  readonly namespace?: string;
  readonly cidr?: string;
  /** Labels of pods in the app's own namespace. */
  readonly pods?: Readonly<Record<string, string>>;
  readonly port: number;
}

/** What an app's pods reach besides DNS and port 443. */
export interface Reached {
  readonly attached: readonly Destination[];
  /** Process types of the app that have a Service of their own. */
  readonly services: readonly OwnService[];
}

/** A process type that the other pods of the app reach. */
export interface OwnService {
  readonly identity: Identity;
  readonly port: number;
}

/** Where node-local DNS caches listen: on the node itself, which no namespace stands for. */
const NODE_LOCAL_DNS = "169.254.20.10/32";

const inNamespace = (name: string): PolicyPeer => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});

const DNS: EgressRule = {
  to: [inNamespace("kube-system"), { ipBlock: { cidr: NODE_LOCAL_DNS } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

const HTTPS: EgressRule = {
  to: [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }],
  ports: [{ protocol: "TCP", port: 443 }],
};

/**
 * What holds for every pod of an app: nothing comes in, and only DNS, port 443 and the attached
 * services are reached.
 *
 * Source: Kubernetes docs, "Network Policies".
 */
export function appPolicyManifest(
  app: string,
  namespace: Input<string>,
  { attached, services }: Reached,
): Policy {
  return {
    metadata: metadata({ name: app, namespace, labels: appLabels(app) }),
    spec: {
      podSelector: { matchLabels: { "app.kubernetes.io/name": app } },
      policyTypes: ["Ingress", "Egress"],
      egress: [DNS, HTTPS, ...attached.map(destinationRule), ...ownRules(app, services)],
    },
  };
}

function ownRules(app: string, services: readonly OwnService[]): EgressRule[] {
  const ports = services.flatMap(({ port }) => tcp(port));
  return ports.length === 0 ? [] : [{ to: peers({ kind: "app", app }), ports }];
}

function destinationRule({ namespace, cidr, pods, port }: Destination): EgressRule {
  if (pods !== undefined) return { to: [{ podSelector: { matchLabels: pods } }], ports: tcp(port) };
  const to = namespace === undefined ? { ipBlock: { cidr: cidr ?? "" } } : inNamespace(namespace);
  return { to: [to], ports: tcp(port) };
}

/** Who may reach a port, or what may be reached. */
export type Peer =
  | { readonly kind: "anywhere" }
  | { readonly kind: "namespaces"; readonly names: readonly string[] }
  | { readonly kind: "app"; readonly app: string }
  /** The operator of KEDA, in the namespace that KEDA is in. */
  | { readonly kind: "keda"; readonly namespace: string }
  | { readonly kind: "process"; readonly identity: Identity };

/** One port that may be reached, here or there. */
export interface PortRule {
  readonly peer: Peer;
  readonly port: number;
}

/** What may pass to and from the pods of a process type, besides what holds for the whole app. */
export function processPolicyManifest(
  identity: Identity,
  namespace: Input<string>,
  { ingress, egress = [] }: { ingress: readonly PortRule[]; egress?: readonly PortRule[] },
): Policy {
  return {
    metadata: metadata({ name: identity.name, namespace, labels: processLabels(identity) }),
    spec: {
      podSelector: { matchLabels: selectorLabels(identity) },
      policyTypes: egress.length === 0 ? ["Ingress"] : ["Ingress", "Egress"],
      ingress: ingress.map(({ peer, port }) => ({ from: peers(peer), ports: tcp(port) })),
      ...(egress.length === 0
        ? {}
        : { egress: egress.map(({ peer, port }) => ({ to: peers(peer), ports: tcp(port) })) }),
    },
  };
}

/** As both KEDA's own manifests and its Helm chart label the operator, which alone asks for metrics. */
const KEDA_OPERATOR = { app: "keda-operator" };

function tcp(port: number): { protocol: string; port: number }[] {
  return [{ protocol: "TCP", port }];
}

function peers(peer: Peer): PolicyPeer[] {
  switch (peer.kind) {
    case "anywhere":
      return [{ namespaceSelector: {} }];
    case "namespaces":
      return peer.names.map(inNamespace);
    case "app":
      return [{ podSelector: { matchLabels: { "app.kubernetes.io/name": peer.app } } }];
    case "keda":
      return [{ ...inNamespace(peer.namespace), podSelector: { matchLabels: KEDA_OPERATOR } }];
    case "process":
      return [{ podSelector: { matchLabels: selectorLabels(peer.identity) } }];
  }
}
