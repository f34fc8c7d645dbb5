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
  let found: Promise<StackTools> | undefined;
  const tools = () => {
    found ??= inTurn(() => preparedTools(stack, local));
    // The local cluster may be started meanwhile: a failure is not kept.
    found.catch(() => (found = undefined));
    return found;
  };
  return {
    stack,
    command: `${local ? "npx dash-scale local up" : "pulumi up"} --stack ${stack}`,
    tools,
    cluster: async () => clusterOf(readStackFile(location), await tools()),
    prepareUp: () =>
      inTurn(async () => (local ? (await loadLocal()).prepare(stack, "up") : NO_VARIABLES)),
  };
}

const NO_VARIABLES: NodeJS.ProcessEnv = {};

async function preparedTools(stack: string, local: boolean): Promise<StackTools> {
  const found = await stackTools(stack, local);
  if (local) await (await loadLocal()).prepare(stack, "preview");
  return found;
}

let last: Promise<unknown> = Promise.resolve();

/** The local environment is opened by one at a time: each writes its kubeconfig and Node.js. */
function inTurn<Found>(work: () => Promise<Found>): Promise<Found> {
  const next = last.then(work);
  last = next.catch(() => undefined);
  return next;
}
