import type { Warning } from "../config/errors.ts";
import { maxReplicasOf } from "../manifest/scaling.ts";
import { celeryCalls, isScheduler } from "../procfile/celery.ts";
import type { ProcfileEntry } from "../procfile/procfile.ts";
import type { ProcessPlan } from "./process-plan.ts";

/** Schedulers that wait while another one holds their lock. */
const LOCKING = /redbeat/i;

/**
 * `worker -B` beside `beat`: two schedulers of one app, each of which sends every task.
 *
 * @see https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#introduction
 */
export function schedulerWarnings(
  entries: readonly ProcfileEntry[],
  processes: readonly ProcessPlan[],
): Warning[] {
  const running = new Set(
    processes.filter(({ scaling }) => maxReplicasOf(scaling) > 0).map(({ type }) => type),
  );
  const firsts = new Map<string, string>();
  return entries.flatMap(({ type, command, commandLocation }) => {
    const scheduler = celeryCalls(command).find(isScheduler);
    if (!scheduler || LOCKING.test(command) || !running.has(type)) return [];
    const { app } = scheduler;
    const first = firsts.get(app);
    firsts.set(app, first ?? type);
    if (first === undefined) return [];
    const message = `${first} and ${type} are schedulers of the same app of Celery, so every periodic task is sent twice; leave one of them out, or run it with 0 replicas`;
    return [{ location: commandLocation, message }];
  });
}
