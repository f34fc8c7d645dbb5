import { API_PORT, HOST, SERVICES } from "./layout.ts";
import { COREDNS_IMAGE } from "./images.ts";

const NAMESPACE = "kube-system";
const NAME = "coredns";
const LABELS = { "k8s-app": "kube-dns" };
const COREFILE = `.:53 {
    errors
    health :8080
    ready :8181
    kubernetes cluster.local in-addr.arpa {
        ttl 5
    }
    loadbalance
}
`;

/**
 * What every cluster has, and a bare control plane does not: a way to the API server for pods, and
 * DNS.
 */
export function systemObjects(): object[] {
  return [apiEndpoints(), ...dns()];
}

/** The Service `kubernetes` leads to where this machine lets nodes in. */
function apiEndpoints(): object {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "kubernetes.io/service-name": "kubernetes" },
    },
    addressType: "IPv4",
    endpoints: [{ addresses: [HOST.address], conditions: { ready: true } }],
    ports: [{ name: "https", port: API_PORT, protocol: "TCP" }],
  };
}

/**
 * CoreDNS on every node, as its documentation for Kubernetes has it, without a way to the world's
 * names.
 */
function dns(): object[] {
  const metadata = { name: NAME, namespace: NAMESPACE };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    ...mayRead(NAME, NAMESPACE, [
      { apiGroups: [""], resources: ["services", "pods", "namespaces"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"] },
    ]),
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile: COREFILE } },
    {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata,
      spec: {
        selector: { matchLabels: LABELS },
        template: { metadata: { labels: LABELS }, spec: dnsPod() },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...metadata, name: "kube-dns" },
      spec: {
        clusterIP: SERVICES.dns,
        selector: LABELS,
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
        ],
      },
    },
  ];
}

function dnsPod(): object {
  return {
    serviceAccountName: NAME,
    dnsPolicy: "Default",
    containers: [
      {
        name: NAME,
        image: COREDNS_IMAGE,
        args: ["-conf", "/etc/coredns/Corefile"],
        readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 2 },
        volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
      },
    ],
    volumes: [{ name: "config", configMap: { name: NAME } }],
  };
}

/** Lets a service account read some kinds, in all namespaces. */
export function mayRead(
  name: string,
  namespace: string,
  rules: readonly { apiGroups: string[]; resources: string[]; verbs?: string[] }[],
): object[] {
  const group = "rbac.authorization.k8s.io";
  const apiVersion = `${group}/v1`;
  const read = { verbs: ["get", "list", "watch"] };
  return [
    {
      apiVersion,
      kind: "ClusterRole",
      metadata: { name },
      rules: rules.map((rule) => ({ ...read, ...rule })),
    },
    {
      apiVersion,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: group, kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  ];
}
