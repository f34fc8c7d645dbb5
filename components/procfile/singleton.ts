import { celeryCalls, isScheduler } from "./celery.ts";
import type { ProcfileEntry } from "./procfile.ts";

const SINGLETON_TYPES = new Set(
  "beat celerybeat celery-beat scheduler celery-scheduler clock cron".split(" "),
);

/**
 * Whether two replicas of a process type would do everything twice: a scheduler by its name, or
 * Celery's by its command.
 *
 * Source: Celery docs, "Periodic Tasks": "You have to ensure only a single scheduler is running for
 * a schedule at a time, otherwise you'd end up with duplicate tasks."
 */
export function mustBeSingleton({ type, command }: ProcfileEntry): boolean {
  return SINGLETON_TYPES.has(type) || celeryCalls(command).some(isScheduler);
}
