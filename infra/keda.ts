import type { Findings } from "../components/fit/findings.ts";
import { NO_FINDINGS } from "../components/fit/findings.ts";
import type { Serving } from "../components/plan/autoscaler-findings.ts";
import type { KedaUse, Lease, SeenKeda } from "../components/plan/keda-findings.ts";
import { kedaFindings, OPERATOR_LEASE } from "../components/plan/keda-findings.ts";
import type { ProcessPlan } from "../components/plan/process-plan.ts";
import type { HttpClient } from "./cluster/http.ts";
import { getPath, list, text } from "./cluster/json.ts";
import type { Json } from "./cluster/json.ts";
import { readObject, servingOf } from "./cluster/named-object.ts";
import type { ClusterQuery } from "./cluster/query.ts";
import { queryCluster } from "./cluster/query.ts";

const KEDA = "/apis/keda.sh/v1alpha1";
const METRICS = "/apis/external.metrics.k8s.io/v1beta1";
const LEASES = "/apis/coordination.k8s.io/v1/leases";

/**
 * Whether KEDA is there and at work, for those that need it. It never fails: what an account may not
 * see is left to the cluster.
 */
export async function findKeda(
  use: KedaUse,
  namespace: string,
  query: ClusterQuery,
): Promise<Findings> {
  const { found } = await queryCluster(query, async (http) => {
    const released = await scaledByKeda(http, namespace, use.maybeReleased);
    if (released.length === 0 && use.scaled.length === 0) return undefined;
    return { ...(await seeKeda(http)), released };
  });
  return found ? kedaFindings(use, found, Date.now()) : NO_FINDINGS;
}

async function scaledByKeda(
  http: HttpClient,
  namespace: string,
  candidates: readonly ProcessPlan[],
): Promise<string[]> {
  const found = candidates.map(async ({ type, name }) => {
    const path = `${KEDA}/namespaces/${encodeURIComponent(namespace)}/scaledobjects/${name}`;
    return (await readObject(http, path)).kind === "read" ? [type] : [];
  });
  return (await Promise.all(found)).flat();
}

async function seeKeda(http: HttpClient): Promise<Omit<SeenKeda, "released">> {
  const [group, metrics, leases] = await Promise.all([
    servingOf(http, KEDA),
    servingOf(http, METRICS),
    readLeases(http),
  ]);
  return { isInstalled: answers(group), metricsAnswer: answers(metrics), leases };
}

function answers(serving: Serving | undefined): boolean | undefined {
  return serving === undefined ? undefined : serving === "answers";
}

/** In all namespaces, since KEDA may be in any: only administrators may see that. */
async function readLeases(http: HttpClient): Promise<Lease[] | undefined> {
  const query = `?fieldSelector=metadata.name%3D${OPERATOR_LEASE}`;
  const reading = await readObject(http, `${LEASES}${query}`);
  if (reading.kind !== "read") return undefined;
  return list(getPath(reading.object, "items")).flatMap((it) => leaseOf(it) ?? []);
}

function leaseOf(object: Json): Lease | undefined {
  const namespace = text(getPath(object, "metadata", "namespace"));
  const renewed = Date.parse(text(getPath(object, "spec", "renewTime")) ?? "");
  const durationSeconds = getPath(object, "spec", "leaseDurationSeconds");
  if (namespace === undefined || Number.isNaN(renewed) || typeof durationSeconds !== "number")
    return undefined;
  return { namespace, renewed, durationSeconds };
}
