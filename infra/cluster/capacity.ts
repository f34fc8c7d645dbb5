/**
 * What a cluster has for an app: its nodes and the pods on them, quotas and limits of the
 * namespace.
 */
import type {
  Amounts,
  Capacity,
  ClusterNode,
  Hidden,
  Limits,
  NamespacePod,
  PriorityClassScope,
  Quota,
} from "../../components/fit/capacity.ts";
import { NOTHING, plus } from "../../components/fit/capacity.ts";
import { amounts, byName, podAmounts } from "./amounts.ts";
import { isStatus } from "./api-error.ts";
import type { HttpClient } from "./http.ts";
import type { Json, JsonObject } from "./json.ts";
import { getPath, list, number, text } from "./json.ts";
import { readPriorityClasses } from "./priority-classes.ts";

/** Objects in one answer: as kubectl asks for, so that no answer is large. */
const PAGE = "500";
/** A pod that has come to its end takes nothing. */
const LIVING = { fieldSelector: "status.phase!=Succeeded,status.phase!=Failed" };

/**
 * Reads what a cluster has. What the user has no right to list is reported and left out.
 *
 * @param namespace the app's; one that does not exist has nothing in it
 * @param priorityClasses the names of those that the app's pods are to have
 * @throws where the cluster cannot be reached, or does not know the user
 */
export async function readCapacity(
  http: HttpClient,
  namespace: string,
  priorityClasses: readonly string[] = [],
): Promise<Capacity> {
  const classes = await readPriorityClasses(http, priorityClasses);
  const inNamespace = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const [onNodes, quotas, limits] = await Promise.all([
    readNodes(http, namespace, classes.yieldsBelow),
    allowed(pages(http, `${inNamespace}/resourcequotas`, quotaOf)),
    allowed(pages(http, `${inNamespace}/limitranges`, limitsOf)),
  ]);
  const own = onNodes.pods ?? (await allowed(pages(http, `${inNamespace}/pods`, podOf, LIVING)));
  const hidden: (Hidden | false)[] = [
    onNodes.hidden ?? false,
    !own && "pods of the namespace",
    !quotas && "resourcequotas",
    !limits && "limitranges",
    classes.isHidden && "priorityclasses",
  ];
  return {
    namespace,
    nodes: onNodes.nodes,
    pods: own?.map(({ pod }) => pod),
    quotas: (quotas ?? []).toSorted(byNameOf),
    limits: (limits ?? []).flat().toSorted(byNameOf),
    hidden: hidden.filter((it) => it !== false),
    ...(classes.missing.length === 0 ? {} : { missingPriorityClasses: classes.missing }),
  };
}

interface OnNodes {
  readonly nodes: readonly ClusterNode[] | undefined;
  /** Those of the namespace. */
  readonly pods: readonly Seen[] | undefined;
  readonly hidden: Hidden | undefined;
}

async function readNodes(
  http: HttpClient,
  namespace: string,
  yieldsBelow: number,
): Promise<OnNodes> {
  const used = new Map<string, { amounts: Amounts; pods: number }>();
  const count = (seen: Seen): Seen[] => {
    const { node, ending, requests } = seen.pod;
    if (seen.namespace === namespace) return [seen];
    if (node === undefined || ending || seen.priority < yieldsBelow) return [];
    const before = used.get(node) ?? { amounts: NOTHING, pods: 0 };
    used.set(node, { amounts: plus(before.amounts, requests), pods: before.pods + 1 });
    return [];
  };
  const [nodes, pods] = await Promise.all([
    allowed(pages(http, "/api/v1/nodes", nodeOf)),
    allowed(pages(http, "/api/v1/pods", (pod) => count(podOf(pod)), LIVING)),
  ]);
  if (!nodes || !pods)
    return { nodes: undefined, pods: pods?.flat(), hidden: nodes ? "pods" : "nodes" };
  const withUsed = nodes.map((node) => {
    const on = used.get(node.name);
    return { ...node, used: on?.amounts ?? NOTHING, pods: on?.pods ?? 0 };
  });
  return { nodes: withUsed.toSorted(byNameOf), pods: pods.flat(), hidden: undefined };
}

/** Undefined where the user may not. */
async function allowed<Found>(reading: Promise<Found>): Promise<Found | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isStatus(error, 403)) return undefined;
    throw error;
  }
}

/** All of a collection, page by page; of each page only what is taken of it is kept. */
async function pages<Found>(
  http: HttpClient,
  path: string,
  take: (item: Json) => Found,
  query: Readonly<Record<string, string>> = {},
): Promise<Found[]> {
  const found: Found[] = [];
  let next = "";
  do {
    const from: Record<string, string> = next === "" ? {} : { continue: next };
    const page: JsonObject = await http.send({
      method: "GET",
      path,
      query: { limit: PAGE, ...query, ...from },
    });
    found.push(...list(page["items"]).map(take));
    next = text(getPath(page, "metadata", "continue")) ?? "";
  } while (next !== "");
  return found;
}

function nameOf(item: Json): string {
  return text(getPath(item, "metadata", "name")) ?? "";
}

function byNameOf(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

const CLOSED = new Set(["NoSchedule", "NoExecute"]);

function nodeOf(node: Json): Omit<ClusterNode, "used" | "pods"> {
  const taints = list(getPath(node, "spec", "taints"));
  const allocatable = getPath(node, "status", "allocatable");
  return {
    name: nameOf(node),
    open:
      getPath(node, "spec", "unschedulable") !== true &&
      !taints.some((taint) => CLOSED.has(text(getPath(taint, "effect")) ?? "")),
    allocatable: amounts(allocatable),
    mostPods: Number((byName(allocatable)["pods"] ?? 0n) / 1000n),
  };
}

interface Seen {
  readonly namespace: string;
  /** Pods that only keep room free have one below that of all others, which is 0. */
  readonly priority: number;
  readonly pod: NamespacePod;
}

function podOf(pod: Json): Seen {
  const spec = getPath(pod, "spec");
  const className = text(getPath(spec, "priorityClassName"));
  return {
    namespace: text(getPath(pod, "metadata", "namespace")) ?? "",
    priority: number(getPath(spec, "priority")) ?? 0,
    pod: {
      instance: text(getPath(pod, "metadata", "labels", "app.kubernetes.io/instance")),
      node: text(getPath(spec, "nodeName")),
      ending: getPath(pod, "metadata", "deletionTimestamp") !== undefined,
      requests: podAmounts(spec, "requests"),
      limits: podAmounts(spec, "limits"),
      ...(className === undefined ? {} : { priorityClass: className }),
    },
  };
}

function quotaOf(quota: Json): Quota {
  const spec = getPath(quota, "spec");
  const selected = [
    ...list(getPath(spec, "scopes")).map((scope) => ({ scope: text(scope) ?? "", ...EXISTS })),
    ...list(getPath(spec, "scopeSelector", "matchExpressions")).map((expression) => ({
      scope: text(getPath(expression, "scopeName")) ?? "",
      operator: text(getPath(expression, "operator")) ?? "",
      names: list(getPath(expression, "values")).map((value) => text(value) ?? ""),
    })),
  ];
  const priorityClasses = selected
    .filter(({ scope }) => scope === PRIORITY_CLASS)
    .map(({ operator, names }): PriorityClassScope => ({ operator, names }));
  return {
    name: nameOf(quota),
    scopes: selected
      .filter(({ scope }) => scope !== PRIORITY_CLASS)
      .map(({ scope, operator }) => (operator === "Exists" ? scope : `${scope} ${operator}`)),
    ...(priorityClasses.length === 0 ? {} : { priorityClasses }),
    hard: byName(getPath(quota, "status", "hard") ?? getPath(spec, "hard")),
    used: byName(getPath(quota, "status", "used")),
  };
}

const PRIORITY_CLASS = "PriorityClass";
const EXISTS = { operator: "Exists", names: [] };

function limitsOf(range: Json): Limits[] {
  return list(getPath(range, "spec", "limits")).flatMap((item): Limits[] => {
    const type = getPath(item, "type");
    if (type !== "Container" && type !== "Pod") return [];
    return [
      {
        name: nameOf(range),
        type,
        min: byName(getPath(item, "min")),
        max: byName(getPath(item, "max")),
        default: byName(getPath(item, "default")),
        ratio: byName(getPath(item, "maxLimitRequestRatio")),
      },
    ];
  });
}
