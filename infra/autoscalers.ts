import type { Findings } from "../components/fit/findings.ts";
import { NO_FINDINGS } from "../components/fit/findings.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";
import type { SeenAutoscaling } from "../components/plan/autoscaler-findings.ts";
import {
  autoscalerFindings,
  autoscalerKinds,
  needsMetrics,
} from "../components/plan/autoscaler-findings.ts";
import { readAutoscalers } from "./cluster/autoscalers.ts";
import type { HttpClient } from "./cluster/http.ts";
import { servingOf } from "./cluster/named-object.ts";
import type { ClusterQuery } from "./cluster/query.ts";
import { queryCluster, within } from "./cluster/query.ts";

const METRICS = "/apis/metrics.k8s.io/v1beta1";
/** The API server itself knows the answer, or has it from a server beside it. */
const METRICS_LIMIT_MS = 3_000;

/**
 * Whether the autoscalers of an app can tell how many replicas it takes. It never fails: what an
 * account may not see is not judged.
 */
export async function findAutoscalers(plan: AppPlan, query: ClusterQuery): Promise<Findings> {
  const { found } = await queryCluster(query, (http) => seeAutoscaling(http, plan));
  if (!found) return NO_FINDINGS;
  const { namespace } = plan.settings;
  return autoscalerFindings(plan.processes, found, { namespace, now: Date.now() });
}

async function seeAutoscaling(
  http: HttpClient,
  { processes, settings: { name: app, namespace } }: AppPlan,
): Promise<SeenAutoscaling> {
  const [metrics, autoscalers] = await Promise.all([
    // A metrics server that hangs keeps nobody from hearing what the autoscalers themselves say.
    processes.some(needsMetrics)
      ? within(METRICS_LIMIT_MS, () => servingOf(http, METRICS)).catch(() => undefined)
      : undefined,
    readAutoscalers(http, { namespace, app, kinds: autoscalerKinds(processes) }),
  ]);
  return { metrics, autoscalers };
}
