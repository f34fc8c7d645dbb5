/** How much CPU a replica should request. */
import type { Thousandths } from "../manifest/quantity.ts";
import { formatCpu, larger, parseQuantity, percentOf, roundedUp } from "../manifest/quantity.ts";
import type { ProcessPlan } from "../plan/process-plan.ts";
import { cpuForWorkers, usefulWorkers } from "../procfile/sizes.ts";
import type { Advice } from "./advice.ts";
import type { TypeEvidence, UsePeak } from "./evidence.ts";
import { peakText } from "./evidence.ts";

type Planned = Pick<ProcessPlan, "type" | "workers" | "server" | "scaling"> & {
  readonly pod: Pick<ProcessPlan["pod"], "cpu">;
};

/** One look is no evidence that something is idle: nobody may be at work just then. */
export const MIN_MINUTES = 10;
/** What VPA recommends at least: `--pod-recommendation-min-cpu-millicores`. */
const MIN_REQUEST = 25n;
const STEP = 5n;
const CORE = 1000n;

/**
 * Nothing where nothing was measured: workers that wait for a database need no CPU. Nor where an
 * autoscaler goes by the CPU: with another request it would run other replicas for the same work.
 */
export function cpuAdvice(plan: Planned, evidence: TypeEvidence | undefined): Advice[] {
  const request = parseQuantity(plan.pod.cpu);
  const use = evidence?.use;
  const { scaling } = plan;
  if (use === undefined || request === undefined || request === 0n) return [];
  if (scaling.kind === "auto" && scaling.cpu !== undefined) return [];
  if (use.cpu >= request) return raised(plan, request, use);
  return use.minutes >= MIN_MINUTES ? lowered(plan, request, use) : [];
}

/**
 * Where there are more workers than serve more requests, and use all that they request. A peak of
 * fewer workers is no reason: what nobody else uses is theirs.
 */
function raised(plan: Planned, request: Thousandths, use: UsePeak): Advice[] {
  const { type, workers = 1, server, pod } = plan;
  if (!server || BigInt(workers) <= usefulWorkers(request)) return [];
  const who = use.pods === 1 ? "The pod that was measured" : `The busiest of ${use.pods} pods`;
  const used = peakText(`${formatCpu(use.cpu)} CPU`, use.minutes, ["uses", "used"]);
  const message = `${who} ${used} with ${workers} workers of ${server.name}, and a replica requests ${pod.cpu}.`;
  const value = larger((use.cpu * 115n) / 100n, request + STEP);
  return [{ kind: "scale", type, message, field: "cpu", value: valueFor(plan, value) }];
}

/**
 * Half of what is requested goes unused even then.
 *
 * What is "low" is what AWS Trusted Advisor calls so: a use of 10 % or less ("Low Utilization
 * Amazon EC2 Instances").
 */
function lowered(plan: Planned, request: Thousandths, use: UsePeak): Advice[] {
  const { type, workers = 1, pod } = plan;
  if (use.cpu * 10n > request) return [];
  const whole = cpuForWorkers(workers);
  const value = [2n * use.cpu, MIN_REQUEST, whole > CORE ? whole : 0n].reduce(larger);
  if (value * 2n > request) return [];
  const percent = percentOf(use.cpu, request);
  const who = use.pods === 1 ? "The pod that was measured" : `Each of ${use.pods} pods`;
  const message = `${who} used at most ${formatCpu(use.cpu)} CPU in the last ${use.minutes} minutes, ${percent} % of the ${pod.cpu} that it requests; look at a busy hour before you lower it.`;
  return [{ kind: "scale", type, message, field: "cpu", value: valueFor(plan, value) }];
}

/** Of an autoscaled process type a plain number is what to aim at, in percent. */
function valueFor({ scaling }: Planned, cpu: Thousandths): string {
  const rounded = roundedUp(cpu, STEP);
  return scaling.kind === "auto" ? `${rounded}m` : formatCpu(rounded);
}
