import type { Call, Variables } from "./call.ts";
import { callsIn, callText, IN_BACKGROUND } from "./call.ts";
import { celeryCalls } from "./celery.ts";
import { offsetOfVariable } from "./expand.ts";
import { lastGiven } from "./option.ts";
import type { LineFinding } from "./line-finding.ts";
import { isPerCpu, serverIn } from "./server.ts";

/** A program and words of it that change the database's tables. */
const MIGRATIONS: readonly RegExp[] = [
  /^manage\.py migrate\b/,
  /^flask( \S+)*? db upgrade\b/,
  /^alembic( \S+)*? upgrade\b/,
  /^aerich upgrade\b/,
  /^(superset|airflow) db (init|upgrade|migrate)\b/,
  /^php[\d.]* artisan migrate\b/,
  /^mix ecto\.migrate\b/,
  /^(bundle exec )?(rails|rake|bin\/rails|bin\/rake) db:(migrate|prepare|setup)\b/,
  /^(npx |yarn |pnpm |bunx )?(exec )?(prisma (migrate deploy|db push)|knex migrate:latest|sequelize(-cli)? db:migrate|typeorm migration:run)\b/,
  /^(npm|yarn|pnpm)( run)? [\w:-]*migrat[\w:-]*/,
];

/**
 * Migrations in a line that serves: every replica runs them at every start, all at once.
 *
 * Source: https://devcenter.heroku.com/articles/release-phase#use-cases
 */
export function migrationWarnings(line: string): LineFinding[] {
  const calls = callsIn(line);
  const found = calls.slice(0, -1).find((call) => MIGRATIONS.some((it) => it.test(callText(call))));
  if (!found) return [];
  const offset = found.words[0]?.start ?? 0;
  const message =
    'every replica migrates the database at each of its starts, all of them at once; move this into a line of its own, "release: …", which runs once for each version';
  return [{ offset, message }];
}

/** Programs that work off tasks, or start them by the clock. */
const WORKERS: readonly RegExp[] = [
  /^celery( \S+)*? (worker|beat|flower)\b/,
  /^manage\.py (qcluster|celery|celeryd|celerybeat|run_huey|djangohuey|rqworker|rqscheduler|process_tasks|rundramatiq|db_worker|runapscheduler)\b/,
  /^(rq worker|rqworker|rqscheduler|huey_consumer(\.py)?|dramatiq|arq|flower|procrastinate worker)\b/,
  /^(bundle exec )?sidekiq\b/,
];

/** `python manage.py qcluster & gunicorn …`: two programs in one replica. */
export function companionWarnings(line: string): LineFinding[] {
  if (!IN_BACKGROUND.test(line)) return [];
  return callsIn(line)
    .filter((call) => WORKERS.some((it) => it.test(callText(call))))
    .map(({ words }) => ({ offset: words[0]?.start ?? 0, message: COMPANION }));
}

/** What works off what there is, and ends then. */
const BURST = /(^| )(-b|--burst)( |$)/;

/** A line that runs by the clock, and never comes to its end by itself or has no port to use. */
export function scheduledWarnings(line: string, type: string): LineFinding[] {
  const offset = offsetOfVariable(line, "PORT");
  const call =
    serverIn(line)?.call ??
    callsIn(line).find((it) => {
      const text = callText(it);
      return WORKERS.some((worker) => worker.test(text)) && !BURST.test(text);
    });
  return [
    ...(offset === undefined ? [] : [{ offset, message: noPort(type) }]),
    ...(call ? [{ offset: call.words[0]?.start ?? 0, message: endless(call.program, type) }] : []),
  ];
}

function noPort(type: string): string {
  return `$PORT is not set for "${type}", which runs by a schedule and listens on nothing; write what is meant`;
}

function endless(program: string, type: string): string {
  return `${program} does not end by itself, so each run would take its whole timeout, and those that are due meanwhile are left out; run something that ends, or leave out dash-scale:processes.${type}.schedule`;
}

const COMPANION =
  'every replica runs this beside its server, so that scaling the one scales the other, nobody starts this again when it ends, and SIGTERM does not reach it; move this into a line of its own, such as "worker: …"';

/**
 * What ends a running task at SIGTERM, whatever the grace period.
 *
 * Sources: https://docs.celeryq.dev/en/stable/userguide/workers.html#remap-sigterm,
 * https://huey.readthedocs.io/en/latest/consumer.html#consumer-shutdown
 */
export function shutdownWarnings(line: string, environment: Variables): LineFinding[] {
  const calls = callsIn(line);
  const first = calls[0]?.words[0]?.start ?? 0;
  const remapped = calls.some(({ variables }) => isCold({ ...environment, ...variables }));
  const isWorker = celeryCalls(line).some(({ command }) => command === "worker");
  const huey = calls.find(isHuey);
  return [
    ...(isWorker && remapped ? [{ offset: first, message: REMAPPED }] : []),
    ...(huey ? [{ offset: huey.words[0]?.start ?? first, message: HUEY }] : []),
  ];
}

function isCold({ REMAP_SIGTERM: signal = "" }: Variables): boolean {
  return /^(SIG)?QUIT$/i.test(signal);
}

function isHuey({ program, words }: Call): boolean {
  if (/^huey_consumer(\.py)?$/.test(program)) return true;
  const [, second] = words;
  if (program === "manage.py") return /^(run_huey|djangohuey)$/.test(second?.literal ?? "");
  return program.startsWith("python") && /(^|\/)huey_consumer\.py$/.test(second?.literal ?? "");
}

const REMAPPED =
  "with REMAP_SIGTERM=SIGQUIT celery cuts running tasks off at SIGTERM, whatever the grace period; leave REMAP_SIGTERM out, and set gracePeriod to the length of the longest task";
const HUEY =
  "huey cuts running tasks off at SIGTERM and ends gracefully at SIGINT only, whatever the grace period; have tasks retried (retries=…), or start huey by a script that turns SIGTERM into SIGINT";

/** Each consumer of huey starts periodic tasks, unless it is told not to. */
export function periodicWarnings(line: string, replicas: number): LineFinding[] {
  const huey = callsIn(line).find(isHuey);
  const isOff = huey?.words.some(({ literal }) => literal === "-n" || literal === "--no-periodic");
  if (!huey || isOff === true || replicas <= 1) return [];
  const message = `each of the ${replicas} replicas starts every periodic task of huey; run one replica, and others by a line of its own with --no-periodic (https://github.com/coleifer/huey/issues/716)`;
  return [{ offset: huey.words[0]?.start ?? 0, message }];
}

/** `--workers $(nproc)`: the node's processors, of which a pod requested only some. */
export function processorWarnings(line: string, key: string): LineFinding[] {
  const found = serverIn(line);
  const option = found?.server.workers.option;
  const given = found && option && lastGiven(found.words, option);
  if (given && CPUS.test(given.raw))
    return [{ offset: given.from, message: ofNode(given.raw, key) }];
  if (!found || !isPerCpu(found)) return [];
  return [
    { offset: given?.from ?? found.call.words[0]?.start ?? 0, message: ofNode("the command", key) },
  ];
}

/** What counts the CPUs of the node. */
export const CPUS = /\b(nproc|cpu_count|getconf)\b/;

function ofNode(subject: string, key: string): string {
  return `${subject} counts the CPUs of the node, not those of the pod; set ${key}`;
}
