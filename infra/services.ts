import type { Findings } from "../components/fit/findings.ts";
import type { SecretContents } from "../components/manifest/secret-digest.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";
import { withQueueAddresses } from "../components/plan/redis-access.ts";
import { contentsOf, serviceFindings } from "../components/plan/service-findings.ts";
import type { ClusterQuery } from "./cluster/query.ts";
import { queryCluster } from "./cluster/query.ts";
import { readSecrets } from "./cluster/secrets.ts";

/** What was found out about the services that an app uses. */
export interface FoundServices {
  readonly findings: Findings;
  /** Never to be handed on: see `App`. */
  readonly contents: SecretContents;
}

/**
 * Reads the Secrets that an app's services name, and judges what is there. It never fails.
 *
 * A queue whose Redis is not known is a warning in a preview, which may be for an account that reads
 * no Secrets, and a problem in an update, which cannot declare its autoscaler.
 */
export async function findServices(
  plan: AppPlan,
  query: ClusterQuery,
  {
    isPreview,
    unreachable,
  }: {
    readonly isPreview: boolean;
    /** Why the cluster has not answered before. */
    readonly unreachable: string | undefined;
  },
): Promise<FoundServices> {
  const names = [...new Set(plan.services.map(({ secret }) => secret))];
  const { found, reason } =
    unreachable === undefined
      ? await queryCluster(query, (http) => readSecrets(http, plan.settings.namespace, names))
      : { reason: unreachable };
  const contents = found ? contentsOf(found) : new Map<string, never>();
  const findings = found ? serviceFindings(plan, found) : unread(reason);
  const queues = withQueueAddresses(plan, contents).problems;
  return {
    contents,
    findings: {
      problems: [...findings.problems, ...(isPreview ? [] : queues)],
      warnings: [...findings.warnings, ...(isPreview ? queues : [])],
      notes: [],
    },
  };
}

function unread(reason: string): Findings {
  const message = `${reason}, so whether the Secrets of the services are there was not checked, and pods are not replaced for one that has changed`;
  return { problems: [], warnings: [{ location: "dash-scale:services", message }], notes: [] };
}
