import { runtime } from "@pulumi/pulumi";
import { growingTypes } from "../components/cost/change.ts";
import type { Cost } from "../components/cost/cost.ts";
import type { Findings } from "../components/fit/findings.ts";
import { NO_FINDINGS, mergeFindings } from "../components/fit/findings.ts";
import type { ClusterIdentity } from "../components/guards/own-cluster.ts";
import type { SecretContents } from "../components/manifest/secret-digest.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";
import { kedaUse } from "../components/plan/keda-findings.ts";
import type { ClusterQuery } from "./cluster/query.ts";
import type { ScaleChange } from "./fit.ts";
import { rightsOf } from "./rights.ts";
import type { FoundServices } from "./services.ts";

/** A change of an app, and the cluster that it goes to. */
export interface ClusterChange {
  readonly plan: AppPlan;
  /** What the app came to; undefined where that is unknown. */
  readonly before: Cost | undefined;
  readonly after: Cost;
  readonly seen: ClusterIdentity;
}

export interface ClusterFindings {
  /** Whether there is room for what grows. */
  readonly fits: Findings;
  /** Which rights the account lacks. */
  readonly rights: Findings;
  /** What has nothing to do with the change: services, service account, KEDA, autoscalers. */
  readonly always: Findings;
  /** What the Secrets of the services hold. */
  readonly contents: SecretContents;
}

/** Where the cluster is not the right one. */
export const NOTHING_FOUND: ClusterFindings = {
  fits: NO_FINDINGS,
  rights: NO_FINDINGS,
  always: NO_FINDINGS,
  contents: new Map(),
};

/** Looks into the right cluster, for everything at once: each takes a while. It never fails. */
export async function findInCluster(
  { plan, before, after, seen }: ClusterChange,
  query: ClusterQuery,
): Promise<ClusterFindings> {
  const growing = growingTypes(before, after);
  const answers = !("unreachable" in seen);
  const [fits, rights, services, serviceAccount, keda, autoscalers] = await Promise.all([
    growing.size > 0 ? fitInto({ plan, growing }, seen, query) : NO_FINDINGS,
    answers ? rightsOf(plan, query) : NO_FINDINGS,
    servicesOf(plan, seen, query),
    serviceAccountOf(plan, seen, query),
    answers ? kedaOf(plan, before, query) : NO_FINDINGS,
    answers ? autoscalersOf(plan, query) : NO_FINDINGS,
  ]);
  const always = mergeFindings([services.findings, serviceAccount, keda, autoscalers]);
  return { fits, rights, always, contents: services.contents };
}

const NO_SERVICES: FoundServices = { findings: NO_FINDINGS, contents: new Map() };

/** A cluster that has not answered is not queried again. */
async function servicesOf(
  plan: AppPlan,
  seen: ClusterIdentity,
  query: ClusterQuery,
): Promise<FoundServices> {
  if (plan.services.length === 0) return NO_SERVICES;
  const { findServices } = await import("./services.ts");
  const unreachable = "unreachable" in seen ? seen.unreachable : undefined;
  return findServices(plan, query, { isPreview: runtime.isDryRun(), unreachable });
}

/** A cluster that has not answered is not queried again. */
async function serviceAccountOf(
  plan: AppPlan,
  seen: ClusterIdentity,
  query: ClusterQuery,
): Promise<Findings> {
  if (plan.settings.serviceAccount.name === undefined) return NO_FINDINGS;
  const { findServiceAccount } = await import("./service-account.ts");
  return findServiceAccount(plan, query, "unreachable" in seen ? seen.unreachable : undefined);
}

/** Loaded where it is needed: most apps have no KEDA. */
async function kedaOf(
  plan: AppPlan,
  before: Cost | undefined,
  query: ClusterQuery,
): Promise<Findings> {
  const use = kedaUse(plan.processes, before);
  if (use.scaled.length === 0 && use.maybeReleased.length === 0) return NO_FINDINGS;
  const { findKeda } = await import("./keda.ts");
  return findKeda(use, plan.settings.namespace, query);
}

/** Loaded where it is needed. */
async function autoscalersOf(plan: AppPlan, query: ClusterQuery): Promise<Findings> {
  if (!plan.processes.some(({ scaling }) => scaling.kind === "auto")) return NO_FINDINGS;
  const { findAutoscalers } = await import("./autoscalers.ts");
  return findAutoscalers(plan, query);
}

/** A cluster that has not answered is not queried again. */
async function fitInto(
  change: ScaleChange,
  seen: ClusterIdentity,
  query: ClusterQuery,
): Promise<Findings> {
  const { fitOf, unknownFit } = await import("./fit.ts");
  return "unreachable" in seen ? unknownFit(seen.unreachable) : fitOf(change, query);
}
