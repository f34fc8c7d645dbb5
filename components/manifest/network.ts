import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Identity } from "./labels.ts";
import { appLabels, processLabels, selectorLabels } from "./labels.ts";
import { metadata } from "./metadata.ts";

type Policy = types.input.networking.v1.NetworkPolicy;
type Peer = types.input.networking.v1.NetworkPolicyPeer;
type EgressRule = types.input.networking.v1.NetworkPolicyEgressRule;

/** A service that the app uses: in a namespace of the cluster, or at addresses outside. */
export interface Destination {
  readonly namespace?: string;
  readonly cidr?: string;
  readonly port: number;
}

/** Where node-local DNS caches listen: on the node itself, which no namespace stands for. */
const NODE_LOCAL_DNS = "169.254.20.10/32";

const inNamespace = (name: string): Peer => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});

const DNS: EgressRule = {
  to: [inNamespace("kube-system"), { ipBlock: { cidr: NODE_LOCAL_DNS } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

const HTTPS: EgressRule = { ports: [{ protocol: "TCP", port: 443 }] };

/**
 * What holds for every pod of an app: nothing comes in, and only DNS, port 443 and the attached services are reached.
 *
 * Source: Kubernetes docs, "Network Policies".
 */
export function appPolicyManifest(
  app: string,
  namespace: Input<string>,
  attached: readonly Destination[],
): Policy {
  return {
    metadata: metadata({ name: app, namespace, labels: appLabels(app) }),
    spec: {
      podSelector: { matchLabels: { "app.kubernetes.io/name": app } },
      policyTypes: ["Ingress", "Egress"],
      egress: [DNS, HTTPS, ...attached.map(destinationRule)],
    },
  };
}

function destinationRule({ namespace, cidr, port }: Destination): EgressRule {
  const to = namespace === undefined ? { ipBlock: { cidr: cidr ?? "" } } : inNamespace(namespace);
  return { to: [to], ports: [{ protocol: "TCP", port }] };
}

/** Who may reach the port of a process type. */
export type Sources =
  | { readonly kind: "anywhere" }
  | { readonly kind: "namespaces"; readonly names: readonly string[] }
  | { readonly kind: "process"; readonly identity: Identity };

/** Lets others in to the port that a process type answers on. */
export function ingressPolicyManifest(
  identity: Identity,
  namespace: Input<string>,
  sources: Sources,
): Policy {
  return {
    metadata: metadata({ name: identity.name, namespace, labels: processLabels(identity) }),
    spec: {
      podSelector: { matchLabels: selectorLabels(identity) },
      policyTypes: ["Ingress"],
      ingress: [{ from: peers(sources), ports: [{ protocol: "TCP", port: "http" }] }],
    },
  };
}

/** Lets a process type out to another one's port. */
export function egressPolicyManifest(
  identity: Identity,
  namespace: Input<string>,
  to: Identity,
): Policy {
  return {
    metadata: metadata({
      name: `${identity.name}-to-${to.type}`,
      namespace,
      labels: processLabels(identity),
    }),
    spec: {
      podSelector: { matchLabels: selectorLabels(identity) },
      policyTypes: ["Egress"],
      egress: [
        {
          to: [{ podSelector: { matchLabels: selectorLabels(to) } }],
          ports: [{ protocol: "TCP", port: "http" }],
        },
      ],
    },
  };
}

function peers(sources: Sources): Peer[] {
  switch (sources.kind) {
    case "anywhere":
      return [{ namespaceSelector: {} }];
    case "namespaces":
      return sources.names.map(inNamespace);
    case "process":
      return [{ podSelector: { matchLabels: selectorLabels(sources.identity) } }];
  }
}
