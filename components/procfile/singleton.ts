import type { Call } from "./call.ts";
import { callsIn, callText } from "./call.ts";
import { celeryCalls, isScheduler } from "./celery.ts";
import type { ProcfileEntry } from "./procfile.ts";

/** `beat`, `celery-beat`, `task-scheduler`, `clock`. */
const TYPES = /(^|-)(beat|celerybeat|scheduler|clock|cron)$/;
/** Programs that start jobs by the clock, each replica for itself. */
const PROGRAMS: readonly RegExp[] = [
  /^manage\.py (runapscheduler|run_?scheduler)( |$)/,
  /^(bundle exec )?clockwork /,
  /^php[\d.]* artisan schedule:(work|run)( |$)/,
  /^taskiq scheduler /,
  /^(supercronic|crond?|yacron|periodiq|dagster-daemon)( |$)/,
];
/** A script or module that is named after what it does: `python clock.py`, `node scheduler.js`. */
const SCRIPT = /(^|[/._-])(clock|scheduler|cron|beat)(\.(py|rb|m?js|ts))?$/;
const INTERPRETER = /^(python[\d.]*|node|ruby|bun|deno)$/;

/**
 * Whether two replicas of a process type would do everything twice: a scheduler by its name, or by
 * its command. One of rq may run many times, since only one at a time holds its lock.
 *
 * Sources: Celery docs, "Periodic Tasks": "You have to ensure only a single scheduler is running for
 * a schedule at a time, otherwise you'd end up with duplicate tasks."; taskiq docs, "Scheduling
 * tasks": "Please always run only one instance of the scheduler!";
 * https://github.com/jcass77/django-apscheduler#quick-start;
 * https://devcenter.heroku.com/articles/scheduled-jobs-custom-clock-processes.
 */
export function mustBeSingleton({ type, command }: ProcfileEntry): boolean {
  if (TYPES.test(type) || celeryCalls(command).some(isScheduler)) return true;
  const last = callsIn(command).at(-1);
  return last !== undefined && (PROGRAMS.some((it) => it.test(callText(last))) || isClock(last));
}

function isClock({ program, words, isPython }: Call): boolean {
  if (!INTERPRETER.test(program)) return isPython && SCRIPT.test(program);
  const script = words.slice(1).find(({ literal = "" }) => !literal.startsWith("-"));
  return SCRIPT.test(script?.literal ?? "");
}
