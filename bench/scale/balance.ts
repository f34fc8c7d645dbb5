import type { LaneCluster } from "../lane-cluster.ts";

/** How evenly pods lie on nodes and zones: each as the most and the least of them. */
export interface Balance {
  readonly pods: number;
  readonly perNode: Range;
  readonly perZone: Range;
}

interface Range {
  readonly most: number;
  readonly least: number;
}

const ZONE = "topology\\.kubernetes\\.io/zone";

/** Of all nodes, also those without a pod. */
export async function balanceOf({ kubectl }: LaneCluster, namespace: string): Promise<Balance> {
  const nodes = await kubectl([
    "get",
    "nodes",
    ...columns(".metadata.name", `.metadata.labels.${ZONE}`),
  ]);
  const zoneOf = new Map(words(nodes).map(([node = "", zone = ""]) => [node, zone]));
  const pods = await kubectl(["-n", namespace, "get", "pods", ...columns(".spec.nodeName")]);
  const on = words(pods).map(([node = ""]) => node);
  return {
    pods: on.length,
    perNode: rangeOf([...zoneOf.keys()], on),
    perZone: rangeOf(
      [...new Set(zoneOf.values())],
      on.map((node) => zoneOf.get(node) ?? ""),
    ),
  };
}

function columns(...paths: readonly string[]): string[] {
  const named = paths.map((path, index) => `C${index}:${path}`);
  return ["--no-headers", "-o", `custom-columns=${named.join(",")}`];
}

function words(text: string): string[][] {
  return text
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.trim().split(/\s+/));
}

function rangeOf(places: readonly string[], used: readonly string[]): Range {
  const counts = new Map(places.map((it) => [it, 0]));
  for (const it of used) counts.set(it, (counts.get(it) ?? 0) + 1);
  return { most: Math.max(...counts.values()), least: Math.min(...counts.values()) };
}
