import { join } from "node:path";
import { ALL_PODS, SERVICES, nodeAddress, nodeCgroup, nodeName, podRange } from "./layout.ts";
import type { NodeNumber } from "./layout.ts";

/** Where the pieces of a node find what they need. */
export interface NodeFiles {
  /** What the node keeps. */
  readonly folder: string;
  /** Who may talk to its kubelet. */
  readonly authority: string;
  /** How the kubelet and kube-proxy reach the API server. */
  readonly kubeconfig: string;
}

/** Below the node's own /run. */
export const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";
/** The image of the container that holds a pod's namespaces. */
export const PAUSE_IMAGE = "localhost/pause:1";

/** Configuration files of a node, by name; JSON is YAML, too. */
export function nodeConfig(node: NodeNumber, files: NodeFiles): Record<string, string> {
  return {
    "containerd.toml": containerd(files),
    "cni/10-bridge.conflist": JSON.stringify(cni(node, files)),
    "kubelet.yaml": JSON.stringify(kubelet(node, files)),
    "kube-proxy.yaml": JSON.stringify(kubeProxy(node, files)),
  };
}

function containerd({ folder }: NodeFiles): string {
  return `version = 2
root = "${join(folder, "containerd")}"
state = "/run/containerd"

[grpc]
  address = "${CONTAINERD_SOCKET}"

[plugins."io.containerd.internal.v1.opt"]
  path = "${join(folder, "opt")}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  disable_apparmor = true
  # A machine without CAP_SYS_RESOURCE may only raise the score.
  restrict_oom_score_adj = true

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${join(folder, "cni")}"

  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;
}

function cni(node: NodeNumber, { folder }: NodeFiles): object {
  return {
    cniVersion: "0.4.0",
    name: "bridge",
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        ipam: {
          type: "host-local",
          dataDir: join(folder, "addresses"),
          ranges: [[{ subnet: podRange(node) }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}

function kubelet(node: NodeNumber, { folder, authority }: NodeFiles): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    failCgroupV1: false,
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${nodeCgroup(node)}`,
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    authentication: {
      x509: { clientCAFile: authority },
      webhook: { enabled: true },
      anonymous: { enabled: false },
    },
    authorization: { mode: "Webhook" },
    address: nodeAddress(node),
    healthzBindAddress: "127.0.0.1",
    podLogsDir: join(folder, "logs", "pods"),
    volumePluginDir: join(folder, "plugins"),
    clusterDomain: "cluster.local",
    clusterDNS: [SERVICES.dns],
    // Nothing outside of the cluster is to be found.
    resolvConf: "",
    failSwapOn: false,
    // The images are imported, and could not be had again.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    evictionHard: {
      "memory.available": "200Mi",
      "nodefs.available": "1%",
      "imagefs.available": "1%",
    },
    nodeStatusUpdateFrequency: "5s",
  };
}

function kubeProxy(node: NodeNumber, { kubeconfig }: NodeFiles): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clusterCIDR: ALL_PODS,
    hostnameOverride: nodeName(node),
    clientConnection: { kubeconfig },
    healthzBindAddress: "127.0.0.1:10256",
    metricsBindAddress: "127.0.0.1:10249",
    // A limit of the whole machine, not of the node's namespace.
    conntrack: { maxPerCore: 0 },
  };
}
