import { describe, expect, test } from "vitest";
import { celeryWarnings, scheduleVariables } from "../../components/procfile/celery.ts";
import { mustBeSingleton } from "../../components/procfile/singleton.ts";
import { parseProcfile } from "../../components/procfile/procfile.ts";
import { planOf, processOf } from "../support/plan.ts";

const BEAT = { CELERY_BEAT_SCHEDULE: "/tmp/celerybeat-schedule" };
const WORKER = { CELERY_WORKER_SCHEDULE_FILENAME: "/tmp/celerybeat-schedule" };

describe("a scheduler keeps its schedule where it can write", () => {
  test.each([
    ["celery -A a beat", BEAT],
    ["sh -c 'celery -A a beat -l info'", BEAT],
    ["celery -A a beat -S celery.beat.PersistentScheduler", BEAT],
    ["celery -A a worker -B", WORKER],
    ["celery -A a worker -EB -l info", WORKER],
    ["celery -A a worker -BEl info", WORKER],
    ["celery -A a worker --beat", WORKER],
    ["celery -A a worker -E", {}],
    ["celery -A a worker -Q Batch -l info", {}],
    ["celery -A a beat -s /tmp/x", {}],
    ["celery -A a beat --schedule=/data/x", {}],
    ["celery -A a beat -S redbeat.RedBeatScheduler", {}],
    ["celery -A a beat --scheduler django_celery_beat.schedulers:DatabaseScheduler", {}],
    ["celery -A a worker -B --scheduler redbeat.RedBeatScheduler", {}],
    ["python manage.py celerybeat", {}],
  ])("%s", (line, expected) => expect(scheduleVariables(line)).toEqual(expected));
  test("unless the stack says where", () => {
    const given = {
      procfile: "beat: celery -A a beat",
      app: { env: { CELERY_BEAT_SCHEDULE: "/data/x" } },
    };
    expect(processOf(given, "beat").pod.env).toEqual({ CELERY_BEAT_SCHEDULE: "/data/x" });
  });
});

describe("a file that cannot be written is told at its column", () => {
  test.each([
    ["celery -A a beat -s schedule", [17]],
    ["celery -A a beat -s /app/schedule --pidfile=beat.pid", [17, 34]],
    ["celery -A a beat -s /tmp/../app/x", [17]],
    ["celery -A a worker -f worker.log", [19]],
    ["python manage.py celerybeat", [27]],
    ["celery -A a beat -s /tmp/x --pidfile=", []],
    ["celery -A a beat -s $HOME/x", []],
    ["celery -A a beat -s /home/app/x", []],
    ["celery -A a beat -s /data/x", []],
  ])("%s", (line, offsets) => {
    expect(celeryWarnings(line, ["/data"]).map(({ offset }) => offset)).toEqual(offsets);
  });
});

describe("a scheduler is known by its command or its name", () => {
  test.each([
    "a: celery -A p worker -BE -l info",
    "a: celery -A p worker -EB",
    "a: sh -c 'celery -A p beat -l info'",
    "a: python manage.py celerybeat",
    "a: python manage.py celery beat",
    "a: ./manage.py celery worker -B",
    "celerybeat: ./start",
    "celery-beat: ./start",
    "celery_beat: ./start",
    "cron: ./start",
  ])("%s", (line) => expect(parseProcfile(line).entries.map(mustBeSingleton)).toEqual([true]));
  test.each([
    "a: python manage.py celery worker -E",
    "a: celery -A p worker -Q B",
    "celery: celery -A p worker",
  ])("not: %s", (line) =>
    expect(parseProcfile(line).entries.map(mustBeSingleton)).toEqual([false]),
  );
});

describe("what cuts running tasks off is warned of", () => {
  const warned = (procfile: string, env = {}) =>
    planOf({ procfile: `web: gunicorn a:b\n${procfile}`, app: { env } }).warnings.map(
      ({ location }) => location,
    );
  test.each([
    ["w: REMAP_SIGTERM=SIGQUIT celery -A a worker", "Procfile:2:26"],
    ["w: huey_consumer.py a.huey", "Procfile:2:4"],
    ["w: python manage.py run_huey", "Procfile:2:11"],
  ])("%s", (line, location) => expect(warned(line)).toEqual([location]));
  test("also by a variable of the stack", () => {
    expect(warned("w: celery -A a worker", { REMAP_SIGTERM: "SIGQUIT" })).toEqual(["Procfile:2:4"]);
    expect(warned("w: python x.py", { REMAP_SIGTERM: "SIGQUIT" })).toEqual([]);
  });
});
