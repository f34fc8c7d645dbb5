import { describe, expect, test } from "vitest";
import { mustBeSingleton } from "../../components/procfile/singleton.ts";
import { parseProcfile } from "../../components/procfile/procfile.ts";
import { planOf, problemsOf, processOf } from "../support/plan.ts";

const detected = (line: string) => parseProcfile(line).entries.map(mustBeSingleton);

describe("at most one replica may run of", () => {
  test.each([
    "beat: python beat.py",
    "scheduler: rqscheduler",
    "clock: python clock.py",
    "Beat: x",
    "cron: celery -A app beat",
    "cron: celery --app app beat --loglevel info",
    "cron: celery --app=app -q beat",
    "cron: celery -Aapp beat",
    "cron: celery -A $APP beat",
    "cron: /opt/venv/bin/celery -A app beat",
    "cron: python -m celery -A app beat",
    "cron: poetry run celery -A app beat",
    "cron: migrate && exec celery -A app beat",
    "worker: celery -A app worker -B",
    "worker: celery -A app worker --beat",
    "cron: celery -A app 'beat'",
    "shop_scheduler: python -m shop.jobs",
    "celery_beat: ./start.sh",
    "jobs: python clock.py",
    "jobs: python -m shop.scheduler",
    "jobs: uv run cron.py",
    "jobs: node dist/scheduler.js",
    "jobs: bundle exec clockwork config/clock.rb",
    "jobs: python manage.py runapscheduler",
    "jobs: php artisan schedule:work",
    "jobs: taskiq scheduler shop:scheduler",
    "jobs: supercronic /app/crontab",
    "jobs: python manage.py migrate && exec python scheduler.py",
  ])("%s", (line) => expect(detected(line)).toEqual([true]));
});

describe("any number may run of", () => {
  test.each([
    "web: gunicorn index:server",
    "worker: celery -A app worker",
    "worker: celery -A beat worker --hostname beat@%h",
    "worker: celery -A app worker -Q beat,default",
    "worker: celery -A app worker -Q beat",
    "worker: celery -A app worker -b redis://x",
    "heartbeat: python heartbeat.py",
    "worker: beat celery",
    "worker: echo beat",
    "worker: python work.py --queue clock.py",
    "worker: python upbeat.py",
    "worker: rq worker --with-scheduler",
    "worker: python -m shop.scheduler.worker",
    "worker: taskiq worker shop:broker",
    "worker: php artisan queue:work",
    "beats: python beats.py",
  ])("%s", (line) => expect(detected(line)).toEqual([false]));
});

describe("a singleton", () => {
  const procfile = "web: gunicorn a:b\nbeat: celery -A app beat\n";

  test("may run once or not at all", () => {
    expect(problemsOf({ procfile, scale: { beat: 1 } })).toEqual([]);
    expect(problemsOf({ procfile, scale: { beat: 0 } })).toEqual([]);
  });
  test("of which there shall be more is an error that says why, and how to have them all the same", () => {
    expect(problemsOf({ procfile, scale: { beat: 3 } })).toEqual([
      {
        location: "dash-scale:scale.beat",
        message:
          'got 3 replicas of "beat"; expected 1 or 0, since each replica of a scheduler runs every job; if it is not a scheduler, write dash-scale:processes.beat.singleton: false',
      },
    ]);
  });
  test("is none by the stack's word, in both directions", () => {
    const free = { procfile, scale: { beat: 3 }, processes: { beat: { singleton: false } } };
    expect(processOf(free, "beat")).toMatchObject({
      singleton: false,
      scaling: { kind: "fixed", replicas: 3 },
    });
    const bound = { procfile, processes: { web: { singleton: "true" } } };
    expect(processOf(bound, "web").singleton).toBe(true);
  });
  test("adds no pod for a rollout", () => {
    expect(planOf({ procfile }).processes.map(({ singleton }) => singleton)).toEqual([false, true]);
  });
});
