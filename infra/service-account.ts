import type { Findings } from "../components/fit/findings.ts";
import { NO_FINDINGS } from "../components/fit/findings.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";
import type { SeenServiceAccount } from "../components/plan/service-account-findings.ts";
import {
  serviceAccountFindings,
  unknownServiceAccount,
} from "../components/plan/service-account-findings.ts";
import type { HttpClient } from "./cluster/http.ts";
import { hasNamespace, namespacePath, readObject } from "./cluster/named-object.ts";
import type { ClusterQuery } from "./cluster/query.ts";
import { queryCluster } from "./cluster/query.ts";

/**
 * Whether the ServiceAccount that an app names exists. It never fails.
 *
 * @param unreachable why the cluster has not answered before
 */
export async function findServiceAccount(
  plan: AppPlan,
  query: ClusterQuery,
  unreachable: string | undefined,
): Promise<Findings> {
  const { namespace, serviceAccount } = plan.settings;
  const { name } = serviceAccount;
  if (name === undefined) return NO_FINDINGS;
  const { found, reason } =
    unreachable === undefined
      ? await queryCluster(query, (http) => readServiceAccount(http, namespace, name))
      : { reason: unreachable };
  return found ? serviceAccountFindings(plan, found) : unknownServiceAccount(reason);
}

async function readServiceAccount(
  http: HttpClient,
  namespace: string,
  name: string,
): Promise<SeenServiceAccount> {
  const path = `${namespacePath(namespace)}/serviceaccounts/${encodeURIComponent(name)}`;
  const { kind } = await readObject(http, path);
  const isThere = kind !== "missing" || (await hasNamespace(http, namespace));
  return { name, reading: kind, hasNamespace: isThere };
}
