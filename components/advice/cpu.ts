/** How much CPU a replica should request. */
import type { Thousandths } from "../manifest/quantity.ts";
import { formatCpu, parseQuantity } from "../manifest/quantity.ts";
import type { ProcessPlan } from "../plan/process-plan.ts";
import { cpuForWorkers, usefulWorkers } from "../procfile/sizes.ts";
import type { Advice } from "./advice.ts";
import type { TypeEvidence, UsePeak } from "./evidence.ts";

type Planned = Pick<ProcessPlan, "type" | "workers" | "server" | "scaling"> & {
  readonly pod: Pick<ProcessPlan["pod"], "cpu">;
};

/** One look is no evidence that something is idle: nobody may be at work just then. */
export const MIN_MINUTES = 10;
/** What VPA recommends at least: `--pod-recommendation-min-cpu-millicores`. */
const MIN_REQUEST = 25n;
const STEP = 5n;
const CORE = 1000n;

export function cpuAdvice(plan: Planned, evidence: TypeEvidence | undefined): Advice[] {
  const request = parseQuantity(plan.pod.cpu);
  if (request === undefined || request === 0n) return [];
  const use = evidence?.use;
  const isIdle = use !== undefined && use.minutes >= MIN_MINUTES && use.cpu < request;
  return isIdle ? lowered(plan, request, use) : raised(plan, request);
}

/** By gunicorn's rule, as `check` warns; not where the workers were seen to leave CPU over. */
function raised(plan: Planned, request: Thousandths): Advice[] {
  const { type, workers, server, pod } = plan;
  if (workers === undefined || workers <= 1 || !server) return [];
  const useful = usefulWorkers(request);
  if (BigInt(workers) <= useful) return [];
  const message = `${workers} workers of ${server.name} share ${pod.cpu} CPU, and more than ${useful} (2 × CPU + 1) rarely serve more requests.`;
  return [
    { kind: "scale", type, message, field: "cpu", value: valueFor(plan, cpuForWorkers(workers)) },
  ];
}

/**
 * Half of what is requested goes unused even then. Not where an autoscaler goes by the CPU: with a
 * lower request it would run more replicas for the same work.
 *
 * What is "low" is what AWS Trusted Advisor calls so: a use of 10 % or less ("Low Utilization
 * Amazon EC2 Instances").
 */
function lowered(plan: Planned, request: Thousandths, use: UsePeak): Advice[] {
  const { type, workers = 1, scaling, pod } = plan;
  if (scaling.kind === "auto" && scaling.cpu !== undefined) return [];
  if (use.cpu * 10n > request) return [];
  const whole = cpuForWorkers(workers);
  const value = [2n * use.cpu, MIN_REQUEST, whole > CORE ? whole : 0n].reduce(larger);
  if (value * 2n > request) return [];
  const percent = Math.round(Number((use.cpu * 1000n) / request) / 10);
  const who = use.pods === 1 ? "The pod that was measured" : `Each of ${use.pods} pods`;
  const message = `${who} used at most ${formatCpu(use.cpu)} CPU in the last ${use.minutes} minutes, ${percent} % of the ${pod.cpu} that it requests; look at a busy hour before you lower it.`;
  return [{ kind: "scale", type, message, field: "cpu", value: valueFor(plan, value) }];
}

/** Of an autoscaled process type a plain number is what to aim at, in percent. */
function valueFor({ scaling }: Planned, cpu: Thousandths): string {
  const rounded = ((cpu + STEP - 1n) / STEP) * STEP;
  return scaling.kind === "auto" ? `${rounded}m` : formatCpu(rounded);
}

function larger(a: Thousandths, b: Thousandths): Thousandths {
  return a > b ? a : b;
}
