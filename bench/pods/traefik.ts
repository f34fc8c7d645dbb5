import { list, type RealCluster } from "../nodes/cluster.ts";
import { IMAGES } from "./images.ts";
import { NODES, nodeName } from "../nodes/layout.ts";
import { mayRead } from "../nodes/system-objects.ts";

/** The class that the app's Ingress names. */
export const TRAEFIK = "traefik";
const LABELS = { app: TRAEFIK };
const PORT = 8000;

/**
 * Installs Traefik as an Ingress controller, as its documentation has it: one replica, nothing set
 * but what it acts on.
 */
export async function installTraefik({ kubectl }: RealCluster): Promise<void> {
  await kubectl(["apply", "-f", "-"], list(traefikObjects()));
  const status = ["rollout", "status", "deployment", TRAEFIK, "--timeout=60s"];
  await kubectl(["-n", TRAEFIK, ...status]);
}

function traefikObjects(): object[] {
  const metadata = { name: TRAEFIK, namespace: TRAEFIK };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: TRAEFIK } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    ...mayRead(TRAEFIK, TRAEFIK, [
      { apiGroups: [""], resources: ["services", "secrets", "nodes", "configmaps"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"] },
      { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingressclasses"] },
      { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
    ]),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: TRAEFIK },
      spec: { controller: "traefik.io/ingress-controller" },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        selector: { matchLabels: LABELS },
        template: { metadata: { labels: LABELS }, spec: pod() },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: LABELS, ports: [{ name: "http", port: 80, targetPort: PORT }] },
    },
  ];
}

function pod(): object {
  return {
    serviceAccountName: TRAEFIK,
    // Not on the node that is drained: what becomes of an exposure's only replica is not what is
    // measured.
    nodeSelector: { "kubernetes.io/hostname": nodeName(NODES[0]) },
    containers: [
      {
        name: TRAEFIK,
        image: IMAGES.traefik,
        args: [
          `--entrypoints.web.address=:${PORT}`,
          "--providers.kubernetesingress=true",
          "--ping=true",
          "--ping.entrypoint=web",
          "--global.checknewversion=false",
        ],
        readinessProbe: { httpGet: { path: "/ping", port: PORT }, periodSeconds: 2 },
      },
    ],
  };
}
