import { isDeepStrictEqual } from "node:util";
import { log, runtime } from "@pulumi/pulumi";
import type { Cost } from "../components/cost/cost.ts";
import { costOf } from "../components/cost/cost.ts";
import type { Prices } from "../components/cost/price.ts";
import { costTable } from "../components/cost/table.ts";
import { inCode } from "../components/config/code-names.ts";
import type { Warning } from "../components/config/errors.ts";
import { throwIfAny } from "../components/config/errors.ts";
import type { Findings } from "../components/fit/findings.ts";
import { mergeFindings } from "../components/fit/findings.ts";
import type { CheckedGuards } from "../components/config/guards.ts";
import { verifyCluster } from "../components/guards/own-cluster.ts";
import type { SecretContents } from "../components/manifest/secret-digest.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";
import {
  staleConfirmations,
  scaleDowns,
  missingConfirmations,
} from "../components/guards/scale-down.ts";
import { findInCluster, NOTHING_FOUND } from "./cluster-findings.ts";
import type { ClusterQuery } from "./cluster/query.ts";
import { identifyCluster } from "./cluster/identity.ts";
import type { LastOutputs } from "./last-outputs.ts";
import { lastOutputs } from "./last-outputs.ts";

/** What was found out before anything is declared. */
export interface PreflightResult {
  /**
   * The cluster that the stack is to remember: UID of its namespace `kube-system`; undefined where
   * it is not known.
   */
  readonly cluster: string | undefined;
  /** Whether the cluster answers the program, so that it can follow rollouts. */
  readonly answers: boolean;
  /** What the Secrets of the services hold. Never to be handed on: see `App`. */
  readonly secretContents: SecretContents;
}

/** Where an app goes, and where the stack has what the app gave out last. */
export interface PreflightQuery extends ClusterQuery {
  /** @default all outputs of the stack */
  readonly outputName?: string;
}

/**
 * Reports in a preview what a change of the scale costs, and whether the cluster has room for it.
 * Holds every change to the stack's guards, and to the cluster that the stack belongs to.
 *
 * A process type that does not grow is not checked against capacity: a fix must not wait for a node
 * that was lost.
 *
 * @throws ConfigError with all that is wrong with the change, before anything is changed
 */
export async function preflight(plan: AppPlan, query: PreflightQuery): Promise<PreflightResult> {
  const [last, seen] = await Promise.all([lastOutputs(query.outputName), identifyCluster(query)]);
  const change = { before: last.cost, after: costOf(plan), prices: plan.prices };
  const { remember, ...judged } = verifyCluster(
    { named: plan.guards.cluster, remembered: last.cluster },
    seen,
    query.settings.mayBeUnreachable,
  );
  // On the wrong cluster, capacity and rights are of no interest.
  const isRight = judged.problems.length === 0;
  const { contents, ...found } = isRight
    ? await findInCluster({ plan, before: last.cost, after: change.after, seen }, query)
    : NOTHING_FOUND;
  const named = plan.isInCode ? findingsInCode : (findings: Findings) => findings;
  const guarded = named(guardedChange(plan.guards, last, change.after));
  const always = named(mergeFindings([{ ...judged, notes: [] }, found.always]));
  const [fits, rights] = [named(found.fits), named(found.rights)];
  await (runtime.isDryRun()
    ? reportPreview(change, { always, found: [guarded, fits], rights, app: plan.notes })
    : reportWarnings(always));
  const held = [always, guarded, fits, ...(runtime.isDryRun() ? [] : [rights])];
  throwIfAny(mergeFindings(held).problems);
  return {
    cluster: last.hidden === undefined ? remember : undefined,
    answers: !("unreachable" in seen),
    secretContents: contents,
  };
}

function findingsInCode({ problems, warnings, notes }: Findings): Findings {
  return { problems: problems.map(inCode), warnings: warnings.map(inCode), notes };
}

/** What was found out for a preview, in the order in which it is reported. */
interface PreviewFindings {
  readonly always: Findings;
  readonly found: readonly Findings[];
  /** Warnings in a preview: that waits for nothing, and may be for an account that only reads. */
  readonly rights: Findings;
  /** What is worth knowing of the app, and nothing to worry about. */
  readonly app: readonly Warning[];
}

/** What an app came to and comes to, and what an hour of that costs. */
interface CostChange {
  readonly before: Cost | undefined;
  readonly after: Cost;
  readonly prices: Prices | undefined;
}

async function reportPreview(
  change: CostChange,
  { always, found, rights, app }: PreviewFindings,
): Promise<void> {
  await reportWarnings(always);
  const { notes, ...rest } = mergeFindings(found);
  if (!isDeepStrictEqual(change.before, change.after)) await reportCost(change, notes);
  for (const { location, message } of app) await log.info(`${location}: ${message}`);
  await reportWarnings({ ...rest, notes });
  await reportWarnings({ ...rights, warnings: rights.problems });
}

async function reportWarnings({ warnings }: Findings): Promise<void> {
  for (const warning of warnings) await warn(warning);
}

/** What the guards say of a change, apart from what they say of the app. */
function guardedChange(
  { confirms, confirmations }: CheckedGuards,
  { cost, hidden }: LastOutputs,
  after: Cost,
): Findings {
  if (hidden !== undefined) return { problems: [], warnings: [unknownLast(hidden)], notes: [] };
  const downs = scaleDowns(cost, after);
  return {
    problems: confirms ? missingConfirmations(downs, confirmations) : [],
    warnings: staleConfirmations(downs, confirmations),
    notes: [],
  };
}

function unknownLast(reason: string): Warning {
  const message = `the stack's last outputs cannot be read, so neither another cluster nor a scale-down of more than half would be noticed: ${reason}`;
  return { location: "dash-scale:guards", message };
}

async function reportCost(
  { before, after, prices }: CostChange,
  notes: readonly string[],
): Promise<void> {
  const lines = notes.length === 0 ? "" : `\n${notes.join("\n")}\n`;
  await log.info(`Resource summary:\n\n${costTable(before, after, { prices })}\n${lines}`);
}

async function warn({ location, message }: Warning): Promise<void> {
  await log.warn(`${location}: ${message}`);
}
