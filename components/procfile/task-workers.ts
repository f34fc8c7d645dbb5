import type { Call, Variables } from "./call.ts";
import { callsIn } from "./call.ts";
import { celeryCalls } from "./celery.ts";
import type { LineFinding } from "./line-finding.ts";
import { CPUS } from "./line-warnings.ts";
import type { Occurrence, Option } from "./option.ts";
import { lastGiven, wholeNumber } from "./option.ts";

const CONCURRENCY: Option = { long: "--concurrency", short: "-c" };
const AUTOSCALE: Option = { long: "--autoscale" };
const POOL: Option = { long: "--pool", short: "-P" };
/** Pools of processes; every other one has threads or coroutines. */
const OF_PROCESSES = /^(prefork|processes)$/;
/** Celery 5 reads the variable as it reads the option: seen with 5.7.0. */
const CONCURRENCY_VARIABLE = "CELERY_WORKER_CONCURRENCY";

/**
 * Whether a line starts a worker of Celery that has as many processes as the node has CPUs.
 *
 * @see https://docs.celeryq.dev/en/stable/userguide/workers.html#concurrency
 */
export function isPerCpuWorker(line: string, environment: Variables): boolean {
  const isSet = callsIn(line).some(({ variables }) =>
    Object.hasOwn({ ...environment, ...variables }, CONCURRENCY_VARIABLE),
  );
  return celeryCalls(line).some(({ command, words, isDjango }) => {
    if (command !== "worker" || lastGiven(words, AUTOSCALE)) return false;
    const given = lastGiven(words, CONCURRENCY);
    const pool = lastGiven(words, POOL)?.value ?? "prefork";
    return (given ? isCounted(given) : isDjango || !isSet) && OF_PROCESSES.test(pool);
  });
}

/** `auto` counts by the cgroup's quota, which a pod without a limit of CPU has none of. */
function isCounted({ raw, value }: Occurrence): boolean {
  return value === "auto" || CPUS.test(raw);
}

const TIMEOUT: Option = { long: "--timeout", short: "-t" };
/** Of each job, unless the option or `:timeout:` of its file says otherwise. */
const SIDEKIQ_SECONDS = 25;
/** What Sidekiq needs to put jobs back into the queue that it has cut off. */
const SIDEKIQ_MARGIN_SECONDS = 5;
/** A grace period that is this much longer is meant for longer jobs. */
const MAX_IDLE_SECONDS = 15;

/** Seconds that `sidekiq -t` gives jobs after SIGTERM; undefined where the line does not say. */
export function jobSeconds(line: string): number | undefined {
  const call = sidekiqIn(line);
  const given = call && lastGiven(call.words, TIMEOUT);
  return given && wholeNumber(given.value);
}

/**
 * Jobs of Sidekiq that are cut off by a grace period, or in spite of one.
 *
 * @param gracePeriod what the stack says
 * @see https://github.com/sidekiq/sidekiq/wiki/Deployment#overview
 */
export function jobWarnings(
  line: string,
  gracePeriod: number | undefined,
  key: string,
): LineFinding[] {
  const call = sidekiqIn(line);
  const given = call && lastGiven(call.words, TIMEOUT);
  const said = jobSeconds(line);
  // What only the shell knows contradicts nothing.
  const isHidden = given !== undefined && said === undefined;
  if (!call || gracePeriod === undefined || isHidden) return [];
  const message = contradiction(said, gracePeriod, key);
  return message === undefined
    ? []
    : [{ offset: given?.from ?? call.words[0]?.start ?? 0, message }];
}

function contradiction(
  said: number | undefined,
  gracePeriod: number,
  key: string,
): string | undefined {
  const seconds = said ?? SIDEKIQ_SECONDS;
  const needed = seconds + SIDEKIQ_MARGIN_SECONDS;
  const unless = said === undefined ? ", unless :timeout: in its file says otherwise" : "";
  if (gracePeriod < needed)
    return `sidekiq lets jobs run for ${seconds} s after SIGTERM${unless}, and is killed after ${gracePeriod} s (${key}), so that jobs are lost; raise gracePeriod to ${needed} at least`;
  if (gracePeriod <= seconds + MAX_IDLE_SECONDS) return undefined;
  return `sidekiq cuts jobs off ${seconds} s after SIGTERM, whatever gracePeriod (${gracePeriod} s) is${unless}; write -t ${gracePeriod - SIDEKIQ_MARGIN_SECONDS}`;
}

function sidekiqIn(line: string): Call | undefined {
  return callsIn(line).find(({ program }) => program === "sidekiq");
}
