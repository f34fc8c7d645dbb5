import { describe, expect, test } from "vitest";
import { isPerCpuWorker } from "../../components/procfile/task-workers.ts";
import { planOf, processOf } from "../support/plan.ts";

describe("a worker of Celery has as many processes as the node has CPUs", () => {
  test.each<[string, boolean]>([
    ["celery -A a worker", true],
    ["celery -A a worker -l info -B", true],
    ["sh -c 'celery -A a worker -l info'", true],
    ["celery -A a worker -c auto", true],
    ["celery -A a worker --concurrency=$(nproc)", true],
    ["celery -A a worker -P prefork", true],
    ["python manage.py celery worker", true],
    ["CELERY_WORKER_CONCURRENCY=2 python manage.py celery worker", true],
    ["celery -A a worker -c 4", false],
    ["celery -A a worker -c4", false],
    ["celery -A a worker --concurrency=$N", false],
    ["celery -A a worker --autoscale 4,1", false],
    ["celery -A a worker -P solo", false],
    ["celery -A a worker --pool=gevent", false],
    ["celery -A a beat", false],
    ["CELERY_WORKER_CONCURRENCY=2 celery -A a worker", false],
    ["gunicorn a:b", false],
  ])("%s: %s", (line, expected) => expect(isPerCpuWorker(line, {})).toBe(expected));
  test("which one line says, with the memory that they share", () => {
    const given = { procfile: "jobs: celery -A a worker", scale: { jobs: { memory: "1Gi" } } };
    const said = (env: object) =>
      planOf({ ...given, app: { env } }).notes.filter(({ message }) => message.includes("CPUs"));
    expect(said({})).toEqual([
      {
        location: "dash-scale:scale.jobs.memory",
        message: expect.stringContaining("(1Gi); write --concurrency N"),
      },
    ]);
    expect(said({ CELERY_WORKER_CONCURRENCY: "2" })).toEqual([]);
  });
});

const warned = (line: string, gracePeriod?: number, type = "jobs") =>
  planOf({
    procfile: `${type}: ${line}`,
    ...(gracePeriod === undefined ? {} : { processes: { [type]: { gracePeriod } } }),
  })
    .warnings.filter(({ message }) => message.includes("SIGTERM"))
    .map(({ location, message }) => [location, message]);

describe("the grace period and what Sidekiq gives its jobs", () => {
  test("go together where the stack says nothing", () => {
    const grace = (line: string) =>
      processOf({ procfile: `jobs: ${line}` }, "jobs").pod.gracePeriodSeconds;
    expect(grace("bundle exec sidekiq")).toBe(40);
    expect(grace("bundle exec sidekiq -t 120")).toBe(130);
    expect(grace("sidekiq --timeout=8 -c 2")).toBe(18);
    expect(warned("bundle exec sidekiq -t 120")).toEqual([]);
  });
  test.each([
    ["sidekiq -t 120", 60, "Procfile:1:15", "is killed after 60 s"],
    ["bundle exec sidekiq", 20, "Procfile:1:19", "for 25 s after SIGTERM, unless :timeout:"],
    ["bundle exec sidekiq", 600, "Procfile:1:19", "write -t 595"],
    ["bundle exec sidekiq -C a.yml", 600, "Procfile:1:19", "unless :timeout: in its file"],
    ["sidekiq -t 25", 600, "Procfile:1:15", "25 s after SIGTERM, whatever gracePeriod (600 s)"],
  ])("are told where they contradict each other: %s, %i s", (line, grace, location, words) => {
    expect(warned(line, grace)).toEqual([[location, expect.stringContaining(words)]]);
  });
  test.each([
    ["sidekiq -t 25", 30],
    ["sidekiq -t 25", 40],
    ["sidekiq", 35],
    ["sidekiq -t $T", 600],
    ["rq worker", 600],
  ])("are not told where they go together, or cannot be known: %s, %i s", (line, grace) => {
    expect(warned(line, grace)).toEqual([]);
  });
});

describe("the grace period and what a server gives its requests", () => {
  const DAY = "gunicorn --graceful-timeout 86400 a:b";
  test("are at most a day", () => {
    const plan = (line: string) => processOf({ procfile: `web: ${line}` }).pod.gracePeriodSeconds;
    expect(plan(DAY)).toBe(86_405);
    expect(plan("gunicorn --graceful-timeout 999999 a:b")).toBe(86_405);
    expect(plan("gunicorn --graceful-timeout 3600 a:b")).toBe(3615);
  });
  const told = (line: string, gracePeriod?: number) =>
    planOf({
      procfile: `web: ${line}`,
      ...(gracePeriod === undefined ? {} : { processes: { web: { gracePeriod } } }),
    }).warnings.filter(({ location }) => location.startsWith("Procfile"));
  test.each<[string, number | undefined, string]>([
    [DAY, undefined, "keeps a replica, and the drain of its node, for 86400 s"],
    [DAY, 60, "is killed after 60 s"],
    ["gunicorn --graceful-timeout 90 a:b", 60, "for 90 s after SIGTERM"],
    ["hypercorn -b 0.0.0.0:80 --graceful-timeout 90 a:b", 60, "for 90 s after SIGTERM"],
  ])("are told: %s, %s s", (line, grace, words) => {
    expect(told(line, grace)).toContainEqual({
      location: expect.stringMatching(/^Procfile:1:\d+$/),
      message: expect.stringContaining(words),
    });
  });
  test.each<[string, number | undefined]>([
    ["gunicorn a:b", 10],
    ["gunicorn --graceful-timeout 90 a:b", 90],
    ["gunicorn --graceful-timeout 3600 a:b", undefined],
    [DAY, 86_400],
  ])("are not told where somebody means it: %s, %s s", (line, grace) => {
    expect(told(line, grace)).toEqual([]);
  });
});
