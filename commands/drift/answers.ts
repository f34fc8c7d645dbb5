import { identifyCluster } from "../../infra/cluster/identity.ts";
import type { ClusterSettings } from "../../infra/cluster/kubeconfig.ts";
import { loadKubeconfig } from "../../infra/cluster/kubeconfig.ts";
import { SECRET_PLACEHOLDER } from "../stack-file.ts";
import { CommandError } from "../system/errors.ts";

/**
 * Sees that the cluster of a stack answers, before Pulumi is asked to compare: its Kubernetes
 * provider tries for minutes where a cluster is silent, and for ever where a user has no
 * credentials.
 *
 * Nothing is found out where the kubeconfig is a secret or there is none, as a stack needs none
 * that has nothing in a cluster.
 *
 * @throws CommandError with the reason where the cluster does not answer
 */
export async function requireAnswer(stack: string, settings: ClusterSettings): Promise<void> {
  if (settings.kubeconfig === SECRET_PLACEHOLDER || !(await isUsable(settings))) return;
  const seen = await identifyCluster({ settings });
  if (!("unreachable" in seen)) return;
  throw new CommandError(
    `Pulumi could not compare the stack ${stack} with its cluster, which does not answer:\n  ${seen.unreachable}`,
  );
}

async function isUsable(settings: ClusterSettings): Promise<boolean> {
  // Pulumi says what is wrong with it where it needs one.
  return loadKubeconfig(settings).then(
    () => true,
    () => false,
  );
}
