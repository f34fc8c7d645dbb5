import { mustRun, type RunOptions } from "../../commands/system/children.ts";

/** What a simulated node has to give. */
const SIZE = { cpu: "4", memory: "16Gi", pods: "110", "ephemeral-storage": "100Gi" } as const;

/** Simulated nodes, all alike. */
export interface SimulatedNodes {
  /** Their names end in the letter that nodes are named after. */
  readonly zones: readonly string[];
  readonly perZone: number;
  readonly size: Readonly<Record<keyof typeof SIZE, string>>;
}

/** Four nodes in two zones: enough to see replicas spread over both. */
const FEW: SimulatedNodes = { zones: ["zone-a", "zone-b"], perZone: 2, size: SIZE };

export function nodeList({ zones, perZone, size }: SimulatedNodes = FEW): object {
  const items = zones.flatMap((zone) =>
    Array.from({ length: perZone }, (_, index) =>
      node(`node-${zone.at(-1)}${index + 1}`, zone, size),
    ),
  );
  return { apiVersion: "v1", kind: "List", items };
}

/** Declares the nodes and waits until KWOK has made them ready. */
export async function ensureNodes(
  kubectl: string,
  options: RunOptions,
  nodes?: SimulatedNodes,
): Promise<void> {
  const input = JSON.stringify(nodeList(nodes));
  await mustRun(kubectl, ["apply", "-f", "-"], { ...options, input });
  await mustRun(
    kubectl,
    ["wait", "--for=condition=Ready", "node", "--all", "--timeout=120s"],
    options,
  );
}

function node(name: string, zone: string, size: SimulatedNodes["size"]): object {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": arch,
        "node.kubernetes.io/instance-type": `simulated-${size.cpu}cpu-${size.memory.toLowerCase()}`,
        "topology.kubernetes.io/region": "local",
        "topology.kubernetes.io/zone": zone,
      },
    },
    status: { capacity: size, allocatable: size },
  };
}
