import type { RealCluster } from "../nodes/cluster.ts";

const CONFIG_MAP = ["-n", "kube-system", "get", "configmap", "coredns"];

/**
 * Has the cluster's DNS keep its answers, as EKS and NodeLocal DNSCache do; kubeadm does not.
 * Returns what puts it back.
 *
 * Source: CoreDNS, plugin/kubernetes ("ttl": 5 seconds) and plugin/cache; kubeadm,
 * cmd/kubeadm/app/phases/addons/dns/manifests.go.
 */
export async function cacheNames({ kubectl }: RealCluster): Promise<() => Promise<void>> {
  const before = await kubectl([...CONFIG_MAP, "-o", "jsonpath={.data.Corefile}"]);
  const use = async (Corefile: string) => {
    const patch = `--patch=${JSON.stringify({ data: { Corefile } })}`;
    await kubectl(["-n", "kube-system", "patch", "configmap", "coredns", patch]);
    await kubectl(["-n", "kube-system", "rollout", "restart", "ds/coredns"]);
    await kubectl(["-n", "kube-system", "rollout", "status", "ds/coredns", "--timeout=120s"]);
  };
  await use(before.replace("    loadbalance\n", "    cache 30\n    loadbalance\n"));
  return () => use(before);
}
