import type { Findings } from "../components/fit/findings.ts";
import { fit } from "../components/fit/fit.ts";
import { demandOf } from "../components/fit/pod-demand.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";
import type { ClusterQuery } from "./cluster/query.ts";
import { queryCluster } from "./cluster/query.ts";
import { readCapacity } from "./cluster/capacity.ts";

/** An app, and the process types that want more of the cluster than they had. */
export interface ScaleChange {
  readonly plan: AppPlan;
  readonly growing: ReadonlySet<string>;
}

/**
 * Whether the cluster has room for a change of an app's scale. It never fails and changes nothing:
 * where the cluster cannot be asked, that is a warning.
 */
export async function fitOf(
  { plan, growing }: ScaleChange,
  query: ClusterQuery,
): Promise<Findings> {
  const { namespace } = plan.settings;
  const classes = new Set(plan.processes.flatMap(({ pod: { priorityClass: name } }) => name ?? []));
  const { found, reason } = await queryCluster(query, (http) =>
    readCapacity(http, namespace, [...classes]),
  );
  return found ? fit(demandOf(plan, growing), found) : unknownFit(reason);
}

/** That nothing is known of it, and why. */
export function unknownFit(reason: string): Findings {
  const message = `${reason}, so capacity was not checked`;
  return { problems: [], warnings: [{ location: "kubernetes:context", message }], notes: [] };
}
