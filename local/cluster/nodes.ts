import { mustRun, type RunOptions } from "../system/children.ts";

/** What each simulated node has to give. */
const SIZE = { cpu: "4", memory: "16Gi", pods: "110", "ephemeral-storage": "100Gi" } as const;

const ZONES = ["zone-a", "zone-b"] as const;
const NODES_PER_ZONE = 2;

/** Four nodes in two zones: enough to see replicas spread over both. */
export function nodeList(): object {
  const names = ZONES.flatMap((zone) =>
    Array.from({ length: NODES_PER_ZONE }, (_, index) => ({
      zone,
      name: `node-${zone.at(-1)}${index + 1}`,
    })),
  );
  return { apiVersion: "v1", kind: "List", items: names.map(({ zone, name }) => node(name, zone)) };
}

/** Declares the nodes and waits until KWOK has made them ready. */
export async function ensureNodes(kubectl: string, options: RunOptions): Promise<void> {
  await mustRun(kubectl, ["apply", "-f", "-"], { ...options, input: JSON.stringify(nodeList()) });
  await mustRun(
    kubectl,
    ["wait", "--for=condition=Ready", "node", "--all", "--timeout=30s"],
    options,
  );
}

function node(name: string, zone: string): object {
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
        "node.kubernetes.io/instance-type": "simulated-4cpu-16gi",
        "topology.kubernetes.io/region": "local",
        "topology.kubernetes.io/zone": zone,
      },
    },
    status: { capacity: SIZE, allocatable: SIZE },
  };
}
