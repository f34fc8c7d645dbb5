/** Which cluster it is, whatever its name and address. */
import type { ClusterIdentity } from "../../components/guards/own-cluster.ts";
import { isStatus } from "./api-error.ts";
import type { ClusterQuery } from "./query.ts";
import { queryCluster } from "./query.ts";
import type { HttpClient } from "./http.ts";
import { getPath, text } from "./json.ts";
import type { ClusterAccess } from "./kubeconfig.ts";

/**
 * A namespace that every cluster has and nobody deletes; its UID is a cluster's identity by
 * convention, since Kubernetes has none of its own.
 *
 * Source: kubernetes/kubernetes#77487; OpenTelemetry's semantic conventions, `k8s.cluster.uid`.
 */
const PATH = "/api/v1/namespaces/kube-system";

/** Sees which cluster it is, by one request. It never fails. */
export async function identifyCluster(query: ClusterQuery): Promise<ClusterIdentity> {
  // A secret kubeconfig keeps its address to itself.
  const isSecret = query.settings.kubeconfigIsSecret === true;
  const { found, reason } = await queryCluster(query, (http, access) =>
    identityOf(http, isSecret ? "the stack's kubeconfig" : addressIn(access)),
  );
  return found ?? { unreachable: reason };
}

async function identityOf(http: HttpClient, where: string): Promise<ClusterIdentity> {
  try {
    const uid = text(getPath(await http.send({ method: "GET", path: PATH }), "metadata", "uid"));
    return uid === undefined ? { hidden: "its namespace kube-system has no UID" } : { uid, where };
  } catch (error) {
    if (isStatus(error, 403, 404)) return { hidden: error.message };
    throw error;
  }
}

function addressIn({ context, server }: ClusterAccess): string {
  return `context "${context}" (${server})`;
}
