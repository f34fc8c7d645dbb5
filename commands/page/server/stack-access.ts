import type { ClusterSettings } from "../../../infra/cluster/kubeconfig.ts";
import type { StackTools } from "../../drift/stack-tools.ts";
import { loadLocal } from "../../local.ts";
import type { StackLocation } from "../../stack-file.ts";
import { readStackFile } from "../../stack-file.ts";
import { clusterOf, stackTools } from "../../stack-tools.ts";

/** How a stack, its cluster and Pulumi are got at. */
export interface StackAccess {
  /** As Pulumi calls the stack. */
  readonly stack: string;
  /** The command that applies the stack file. */
  readonly command: string;
  /** @throws CommandError where they cannot be used, such as those of a stack of another cluster */
  readonly tools: () => Promise<StackTools>;
  readonly cluster: () => Promise<ClusterSettings>;
  /** What an `up` needs before it; gives further variables for it. */
  readonly prepareUp: () => Promise<NodeJS.ProcessEnv>;
}

export function stackAccess(location: StackLocation, local: boolean): StackAccess {
  const { stack } = location;
  const tools = () => stackTools(stack, local);
  return {
    stack,
    command: `${local ? "npx dash-scale local up" : "pulumi up"} --stack ${stack}`,
    tools: async () => {
      const found = await tools();
      if (local) await (await loadLocal()).prepare(stack, "preview");
      return found;
    },
    cluster: async () => clusterOf(readStackFile(location), await tools()),
    prepareUp: async () => (local ? (await loadLocal()).prepare(stack, "up") : {}),
  };
}
