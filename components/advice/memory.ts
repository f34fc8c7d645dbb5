/** How much memory a replica should have. */
import type { Thousandths } from "../manifest/quantity.ts";
import { formatMemory, larger, MEBIBYTE, parseQuantity, roundedUp } from "../manifest/quantity.ts";
import type { ProcessPlan } from "../plan/process-plan.ts";
import { smallestMemory } from "../procfile/sizes.ts";
import type { Advice } from "./advice.ts";
import type { TypeEvidence } from "./evidence.ts";
import { peakText } from "./evidence.ts";

type Planned = Pick<ProcessPlan, "type" | "workers" | "server"> & {
  readonly pod: Pick<ProcessPlan["pod"], "memory">;
  /** Whether the workers share what the app has loaded. */
  readonly isPreloaded: boolean;
};

/** Amounts that people write. */
const STEP = 64n * MEBIBYTE;

/** An amount, and why it should be at least that. */
interface Need {
  readonly amount: Thousandths;
  readonly message: string;
}

/** Advises the largest amount of all that speak for more. */
export function memoryAdvice(plan: Planned, evidence: TypeEvidence | undefined): Advice[] {
  const limit = parseQuantity(plan.pod.memory);
  if (limit === undefined) return [];
  const needs = [...afterKill(evidence), ...byUse(plan, evidence), ...bySmallest(plan, evidence)];
  const [most] = needs
    .filter(({ amount }) => amount > limit)
    .toSorted((a, b) => (a.amount < b.amount ? 1 : -1));
  if (!most) return [];
  const value = formatMemory(roundedUp(most.amount, STEP));
  return [{ kind: "scale", type: plan.type, message: most.message, field: "memory", value }];
}

/**
 * A fifth more, and 100Mi at least, as the Vertical Pod Autoscaler does: the memory that was
 * missing cannot be seen.
 *
 * Source: kubernetes/autoscaler, vertical-pod-autoscaler/docs/flags.md, `--oom-bump-up-ratio`,
 * `--oom-min-bump-up-bytes`.
 */
function afterKill(evidence: TypeEvidence | undefined): Need[] {
  const killed = evidence?.outOfMemory;
  if (!killed) return [];
  const { pods, limit } = killed;
  const who = pods === 1 ? "1 pod was" : `${pods} pods were`;
  const message = `${who} ended for lack of memory (OOMKilled) within the last hour, at ${shown(limit)}.`;
  return [{ amount: larger((limit * 6n) / 5n, limit + 100n * MEBIBYTE), message }];
}

/**
 * With the margin that the Vertical Pod Autoscaler adds to what is used. More workers than run now
 * take as much each: what they share cannot be seen from outside.
 *
 * Source: kubernetes/autoscaler, vertical-pod-autoscaler/docs/flags.md,
 * `--recommendation-margin-fraction` (0.15).
 */
function byUse({ workers, pod }: Planned, evidence: TypeEvidence | undefined): Need[] {
  const use = evidence?.use;
  if (!use) return [];
  const { memory, minutes, pods } = use;
  const running = evidence.workers;
  const isMore = workers !== undefined && running !== undefined && workers > running && running > 0;
  const expected = isMore ? (memory * BigInt(workers)) / BigInt(running) : memory;
  const who = pods === 1 ? "The pod that was measured" : `The largest of ${pods} pods`;
  const used = `${who} ${peakText(shown(memory), minutes, ["uses", "used"])}`;
  const message = isMore
    ? `${used} with ${running} ${running === 1 ? "worker" : "workers"}; ${workers} would take up to ${shown(expected)}, and a replica has ${pod.memory}.`
    : `${used}, and a replica has ${pod.memory}.`;
  return [{ amount: (expected * 115n) / 100n, message }];
}

/** What was measured of the app itself says more than what any app takes. */
function bySmallest(
  { workers, server, pod, isPreloaded }: Planned,
  evidence: TypeEvidence | undefined,
): Need[] {
  if (evidence?.use || !server || workers === undefined || workers <= 1) return [];
  const amount = smallestMemory(server, workers, isPreloaded);
  if (amount === undefined) return [];
  const message = `${workers} workers of ${server.name} take about ${formatMemory(amount)} with an app that does nothing (measured), and a replica has ${pod.memory}.`;
  return [{ amount, message }];
}

function shown(amount: Thousandths): string {
  return formatMemory(roundedUp(amount, MEBIBYTE));
}
