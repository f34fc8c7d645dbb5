import type { Findings } from "../components/fit/findings.ts";
import { fit } from "../components/fit/fit.ts";
import { wantedOf } from "../components/fit/wanted.ts";
import type { AppPlan } from "../components/plan.ts";
import type { Asked } from "./cluster/ask.ts";
import { askCluster } from "./cluster/ask.ts";
import { readCapacity } from "./cluster/capacity.ts";

/**
 * Whether the cluster has room for an app. It never fails and changes nothing: where the cluster cannot be asked, that is a
 * warning.
 */
export async function fitOf(plan: AppPlan, asked: Asked): Promise<Findings> {
  const { namespace } = plan.settings;
  const { found, reason } = await askCluster(asked, (http) => readCapacity(http, namespace));
  return found ? fit(wantedOf(plan), found) : unknownFit(reason);
}

/** That nothing is known of it, and why. */
export function unknownFit(reason: string): Findings {
  const message = `${reason}, so whether it fits is not known`;
  return { problems: [], warnings: [{ place: "kubernetes:context", message }], notes: [] };
}
