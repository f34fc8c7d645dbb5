import { clusterSettingsOf } from "../infra/config.ts";
import type { ClusterSettings } from "../infra/cluster/kubeconfig.ts";
import { UsageError } from "./command-line.ts";
import type { StackTools } from "./drift/stack-tools.ts";
import { hasLocal, loadLocal } from "./local.ts";
import { findProject } from "./project.ts";
import type { StackConfiguration } from "./stack-file.ts";
import { SECRET_PLACEHOLDER } from "./stack-file.ts";

/**
 * The programs with which a stack is looked at. Without `local`, the ordinary Pulumi with the
 * ordinary login: the cluster is the one that the stack's own context points to.
 *
 * @throws UsageError where there is no local cluster to look at
 */
export async function stackTools(stack: string, local: boolean): Promise<StackTools> {
  if (!local) {
    const { folder: project } = findProject();
    return { pulumi: "pulumi", kubectl: "kubectl", env: process.env, project };
  }
  if (!hasLocal()) throw new UsageError("there is no local cluster here: leave out --local");
  return (await loadLocal()).toolsFor(stack);
}

/** Which cluster a stack is looked at on, by its file and by its tools. */
export function clusterOf(configuration: StackConfiguration, { env }: StackTools): ClusterSettings {
  const settings = clusterSettingsOf(configuration);
  if (settings.kubeconfig === SECRET_PLACEHOLDER)
    return {
      ...settings,
      kubeconfig: undefined,
      notYet: "kubernetes:kubeconfig of the stack is a secret, which Pulumi alone can read",
    };
  const own = env["KUBECONFIG"];
  if (settings.kubeconfig !== undefined || own === process.env["KUBECONFIG"]) return settings;
  return own === undefined ? settings : { ...settings, kubeconfig: own };
}
