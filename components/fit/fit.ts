import type { Problem, Warning } from "../config/errors.ts";
import type { Capacity, Hidden } from "./capacity.ts";
import type { Findings } from "./findings.ts";
import { mergeFindings } from "./findings.ts";
import { fitLimits } from "./limits.ts";
import { fitNodes } from "./nodes.ts";
import { fitQuotas } from "./quota.ts";
import type { PodDemand } from "./pod-demand.ts";

/** Whether a cluster takes what an app wants to run, and what stands in the way. */
export function fit(demand: readonly PodDemand[], capacity: Capacity): Findings {
  return mergeFindings([
    { problems: [], warnings: capacity.hidden.map(hiddenWarning), notes: [] },
    { problems: fitLimits(demand, capacity.limits), warnings: [], notes: [] },
    fitQuotas(demand, capacity),
    fitNodes(demand, capacity),
    { problems: missingPriorityClasses(demand, capacity), warnings: [], notes: [] },
  ]);
}

/**
 * A pod of a PriorityClass that does not exist is refused by the API server, so no replica would
 * come up.
 */
function missingPriorityClasses(
  demand: readonly PodDemand[],
  { missingPriorityClasses: missing = [] }: Capacity,
): Problem[] {
  return demand.flatMap(({ type, priorityClass }) => {
    if (priorityClass === undefined || !missing.includes(priorityClass)) return [];
    const message = `the cluster has no PriorityClass "${priorityClass}", so every pod of ${type} would be refused; have it created, or name one that kubectl get priorityclasses lists`;
    return [{ location: `dash-scale:processes.${type}.priorityClass`, message }];
  });
}

/** What is not checked where the user may not read something. */
const UNCHECKED: Readonly<Record<Hidden, string>> = {
  nodes: "node capacity was",
  pods: "node capacity was",
  "pods of the namespace": "what other pods use of the quotas was",
  resourcequotas: "quotas were",
  limitranges: "LimitRanges were",
  priorityclasses: "PriorityClass and preemption were",
};

const RIGHTS: Readonly<Record<Hidden, string>> = {
  nodes: "nodes",
  pods: "the pods of all namespaces",
  "pods of the namespace": "the pods of its namespace",
  resourcequotas: "the resourcequotas of its namespace",
  limitranges: "the limitranges of its namespace",
  priorityclasses: "priorityclasses",
};

function hiddenWarning(hidden: Hidden): Warning {
  const message = `the user of this context has no right to ${hidden === "priorityclasses" ? "get" : "list"} ${RIGHTS[hidden]}, so ${UNCHECKED[hidden]} not checked`;
  return { location: "kubernetes:context", message };
}
