import type {
  Amounts,
  ByName,
  Capacity,
  ClusterNode,
  Limits,
  NamespacePod,
  Quota,
} from "../../components/fit/capacity.ts";
import { NOTHING } from "../../components/fit/capacity.ts";
import type { PodDemand } from "../../components/fit/pod-demand.ts";
import { amountsOf } from "../../components/fit/pod-demand.ts";
import { parseQuantity } from "../../components/manifest/quantity.ts";

export const SIZE = { cpu: "250m", memory: "512Mi", storage: "1Gi" } as const;

/** A kind of pods, as a test writes it down. */
export type GivenDemand = Partial<Omit<PodDemand, "keys">> & { readonly replicas?: number };

export function demandOf({ replicas = 1, ...given }: GivenDemand): PodDemand {
  const type = given.type ?? "web";
  const key = `dash-scale:scale.${type}`;
  const keys = {
    replicas: `${key}.replicas`,
    memory: `${key}.memory`,
    cpu: `${key}.cpu`,
    storage: `${key}.storage`,
  };
  return {
    name: `shop-${type}`,
    grows: true,
    min: replicas,
    max: replicas,
    surge: 0,
    size: SIZE,
    spread: "preferred",
    ...given,
    type,
    keys,
  };
}

/** A size with what differs from the usual one. */
export function size(given: Partial<Record<keyof Amounts, string>>): Amounts {
  return amountsOf({ ...SIZE, ...given });
}

/** A node that has room for eight pods of the usual size by its CPU, and more by all else. */
export function node(name: string, given: Partial<ClusterNode> = {}): ClusterNode {
  const allocatable = amountsOf({ cpu: "2", memory: "16Gi", storage: "100Gi" });
  return { name, open: true, allocatable, mostPods: 110, used: NOTHING, pods: 0, ...given };
}

/** A node with room for a number of pods, whatever their size. */
export function nodeOfPods(name: string, mostPods: number): ClusterNode {
  const allocatable = amountsOf({ cpu: "64", memory: "1Ti", storage: "1Ti" });
  return node(name, { mostPods, allocatable });
}

export function pod(on: string | undefined, given: Partial<NamespacePod> = {}): NamespacePod {
  const requests = given.requests ?? size({});
  return {
    instance: "shop-web",
    node: on,
    ending: false,
    requests,
    limits: { ...requests, cpu: 0n },
    ...given,
  };
}

export function capacity(given: Partial<Capacity>): Capacity {
  return { namespace: "shop", nodes: [], pods: [], quotas: [], limits: [], hidden: [], ...given };
}

export function byName(given: Readonly<Record<string, string>>): ByName {
  return Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, parseQuantity(text) ?? 0n]),
  );
}

export function quota(
  hard: Readonly<Record<string, string>>,
  used: Readonly<Record<string, string>> = {},
  scopes: readonly string[] = [],
): Quota {
  return { name: "team", scopes, hard: byName(hard), used: byName(used) };
}

export function limits(
  given: Partial<Record<"min" | "max" | "default" | "ratio", Readonly<Record<string, string>>>>,
  type: Limits["type"] = "Container",
): Limits {
  return {
    name: "sizes",
    type,
    min: byName(given.min ?? {}),
    max: byName(given.max ?? {}),
    default: byName(given.default ?? {}),
    ratio: byName(given.ratio ?? {}),
  };
}
