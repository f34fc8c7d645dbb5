import type { Warning } from "../errors.ts";
import type { Capacity, Hidden } from "./capacity.ts";
import type { Findings } from "./findings.ts";
import { together } from "./findings.ts";
import { fitLimits } from "./limits.ts";
import { fitNodes } from "./nodes.ts";
import { fitQuotas } from "./quota.ts";
import type { Wanted } from "./wanted.ts";

/** Whether a cluster takes what an app wants to run, and what stands in the way. */
export function fit(wanted: readonly Wanted[], capacity: Capacity): Findings {
  return together([
    { problems: [], warnings: capacity.hidden.map(hiddenWarning), notes: [] },
    { problems: fitLimits(wanted, capacity.limits), warnings: [], notes: [] },
    fitQuotas(wanted, capacity),
    fitNodes(wanted, capacity),
  ]);
}

const UNKNOWN: Readonly<Record<Hidden, string>> = {
  nodes: "whether the nodes have room",
  pods: "whether the nodes have room",
  "pods of the namespace": "what others use of the quotas",
  resourcequotas: "whether a quota would be exceeded",
  limitranges: "whether a LimitRange would refuse pods",
};

const RIGHTS: Readonly<Record<Hidden, string>> = {
  nodes: "nodes",
  pods: "the pods of all namespaces",
  "pods of the namespace": "the pods of its namespace",
  resourcequotas: "the resourcequotas of its namespace",
  limitranges: "the limitranges of its namespace",
};

function hiddenWarning(hidden: Hidden): Warning {
  const message = `the user of this context has no right to list ${RIGHTS[hidden]}, so ${UNKNOWN[hidden]} is not known`;
  return { place: "kubernetes:context", message };
}
