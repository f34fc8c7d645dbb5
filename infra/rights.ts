import type { Findings } from "../components/fit/findings.ts";
import { NO_FINDINGS } from "../components/fit/findings.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";
import type { ClusterQuery } from "./cluster/query.ts";
import { queryCluster } from "./cluster/query.ts";
import type { Right } from "./cluster/rights.ts";
import { missingRights, rightName } from "./cluster/rights.ts";
import { neededRights } from "./needed-rights.ts";

/**
 * Which rights the account lacks without which `pulumi up` would hang or would not know whether the
 * app runs.
 *
 * Rights whose lack ends an update at once, with the API server's own words, are left to the API
 * server: what an update changes is not known here.
 */
export async function rightsOf(plan: AppPlan, query: ClusterQuery): Promise<Findings> {
  const { namespace } = plan.settings;
  const { found } = await queryCluster(query, (http) =>
    missingRights(http, namespace, neededRights(plan)),
  );
  // A cluster that does not answer such questions may let the account do everything.
  if (found === undefined || found.length === 0) return NO_FINDINGS;
  return {
    problems: [{ location: "kubernetes:context", message: message(found, namespace) }],
    warnings: [],
    notes: [],
  };
}

function message(missing: readonly Right[], namespace: string): string {
  const names = missing.map(rightName).join(", ");
  return `the account has no right to ${names} in namespace ${namespace}. Pulumi's Kubernetes provider would wait for ever without them. Grant them, as examples/pipeline/rbac.yaml does`;
}
