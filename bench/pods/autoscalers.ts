import { kedaDefinitions } from "../../local/tools/autoscalers.ts";
import { list, loadImages, type RealCluster } from "../nodes/cluster.ts";
import { programImage } from "../nodes/images.ts";
import { imagesFolder } from "../nodes/layout.ts";
import { IMAGES } from "./images.ts";

const KEDA = "keda";
const KEDA_OPERATOR = "keda-operator";
const KEDA_METRICS = "keda-metrics-apiserver";
const METRICS_SERVER = { name: "metrics-server", namespace: "kube-system" } as const;
/** KEDA makes its certificate first, which the kubelet brings to its pods after a minute. */
const PATIENCE = "--timeout=240s";

/** Installs KEDA and the metrics server, as their own manifests have them. */
export async function installAutoscalers(cluster: RealCluster): Promise<void> {
  const { kubectl, programs, report, signal } = cluster;
  const options = { folder: imagesFolder(), report, signal };
  const image = async (name: string, program: string) =>
    programImage(name, [programs[program] ?? program], options);
  await loadImages(cluster, [
    await image(IMAGES.kedaOperator, "operator"),
    await image(IMAGES.kedaAdapter, "adapter"),
    await image(IMAGES.metricsServer, "metrics-server"),
  ]);
  for (const file of kedaDefinitions)
    // Server-side: they are too large for kubectl's own annotation.
    await kubectl(["apply", "--server-side", "-f", programs[file] ?? file]);
  await kubectl(["apply", "-f", "-"], list([...kedaObjects(), ...metricsServerObjects()]));
  for (const { name, namespace } of [
    { name: KEDA_OPERATOR, namespace: KEDA },
    { name: KEDA_METRICS, namespace: KEDA },
    METRICS_SERVER,
  ])
    await kubectl(["-n", namespace, "rollout", "status", "deployment", name, PATIENCE]);
  await kubectl(["wait", "--for=condition=Available", "apiservice", "--all", PATIENCE]);
}

/** Source: KEDA, config/manager, config/metrics-server. */
function kedaObjects(): object[] {
  const certificates = {
    name: "certificates",
    secret: { secretName: "kedaorg-certs", optional: true },
  };
  const container = {
    env: [
      { name: "WATCH_NAMESPACE", value: "" },
      { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
    ],
    volumeMounts: [{ name: certificates.name, mountPath: "/certs", readOnly: true }],
  };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: KEDA } },
    ...administrator(KEDA_OPERATOR, KEDA),
    ...deployed({ name: KEDA_OPERATOR, namespace: KEDA, account: KEDA_OPERATOR, port: 9666 }, [
      {
        ...container,
        image: IMAGES.kedaOperator,
        args: ["--leader-elect", "--enable-cert-rotation=true", "--enable-webhook-patching=false"],
        readinessProbe: { httpGet: { path: "/readyz", port: 8081 }, periodSeconds: 2 },
      },
      [certificates],
    ]),
    ...deployed({ name: KEDA_METRICS, namespace: KEDA, account: KEDA_OPERATOR, port: 6443 }, [
      {
        ...container,
        image: IMAGES.kedaAdapter,
        args: [
          "--secure-port=6443",
          "--tls-cert-file=/certs/tls.crt",
          "--tls-private-key-file=/certs/tls.key",
          "--cert-dir=/certs",
        ],
        readinessProbe: httpsProbe(6443),
      },
      // Without the certificate it does not start.
      [{ ...certificates, secret: { ...certificates.secret, optional: false } }],
    ]),
    // Until the operator has put the authority of its certificate there, it does not start.
    apiService("external.metrics.k8s.io", { name: KEDA_METRICS, namespace: KEDA, port: 6443 }, {}),
  ];
}

/** Source: metrics-server, manifests/base. */
function metricsServerObjects(): object[] {
  const { name, namespace } = METRICS_SERVER;
  const port = 10_250;
  return [
    ...administrator(name, namespace),
    ...deployed({ name, namespace, account: name, port }, [
      {
        image: IMAGES.metricsServer,
        args: [
          `--secure-port=${port}`,
          "--cert-dir=/tmp",
          "--kubelet-preferred-address-types=InternalIP",
          "--metric-resolution=15s",
          // The kubelets here sign their certificates themselves.
          "--kubelet-insecure-tls",
        ],
        readinessProbe: httpsProbe(port),
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      },
      [{ name: "tmp", emptyDir: {} }],
    ]),
    apiService("metrics.k8s.io", { name, namespace, port }, { insecureSkipTLSVerify: true }),
  ];
}

function httpsProbe(port: number): object {
  return { httpGet: { scheme: "HTTPS", path: "/readyz", port }, periodSeconds: 2 };
}

/** Who may do what is not what is measured here. */
function administrator(name: string, namespace: string): object[] {
  const group = "rbac.authorization.k8s.io";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    {
      apiVersion: `${group}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: group, kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  ];
}

/** A Deployment of one container, and its Service, both with one name. */
function deployed(
  {
    name,
    namespace,
    account,
    port,
  }: { name: string; namespace: string; account: string; port: number },
  [container, volumes]: readonly [object, readonly object[]],
): object[] {
  const metadata = { name, namespace };
  const labels = { app: name };
  const spec = { serviceAccountName: account, containers: [{ name, ...container }], volumes };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    { apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports: [{ port }] } },
  ];
}

function apiService(
  group: string,
  service: { name: string; namespace: string; port: number },
  trust: object,
): object {
  const version = "v1beta1";
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `${version}.${group}` },
    spec: {
      group,
      version,
      service,
      groupPriorityMinimum: 100,
      versionPriority: 100,
      ...trust,
    },
  };
}
