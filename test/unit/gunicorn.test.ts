import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Variables } from "../../components/procfile/call.ts";
import { serverIn, serverSettings, withServerFlags } from "../../components/procfile/server.ts";

const runsGunicorn = (line: string) => serverIn(line)?.server.name === "gunicorn";

test.each([
  ["gunicorn index:server", true],
  ["/opt/venv/bin/gunicorn index:server", true],
  ["A=b exec gunicorn index:server", true],
  ["python3 -m gunicorn index:server", true],
  ["poetry run gunicorn index:server", true],
  ["newrelic-admin run-program gunicorn index:server", true],
  ["python manage.py migrate && gunicorn index:server", true],
  ["celery -A app worker", false],
  ["echo gunicorn", false],
  ["python app.py", false],
  ["$SERVER index:server", false],
])("%s runs gunicorn: %s", (line, expected) => expect(runsGunicorn(line)).toBe(expected));

describe("a flag of the stack takes the place of the command's", () => {
  test.each([
    ["gunicorn a:b", "gunicorn a:b --workers 3"],
    ["gunicorn a:b --workers 4", "gunicorn a:b --workers 3"],
    ["gunicorn --workers=4 a:b", "gunicorn --workers 3 a:b"],
    ["gunicorn -w 4 a:b", "gunicorn --workers 3 a:b"],
    ["gunicorn -w4 a:b", "gunicorn --workers 3 a:b"],
    ["gunicorn -w 4 --workers 5 a:b", "gunicorn --workers 3 --workers 3 a:b"],
    ['gunicorn --workers "$N" a:b', "gunicorn --workers 3 a:b"],
    ["gunicorn --workers=$N a:b", "gunicorn --workers 3 a:b"],
    ["gunicorn a:b > log # w", "gunicorn a:b --workers 3 > log # w"],
    ["migrate -w 4 && gunicorn a:b; true", "migrate -w 4 && gunicorn a:b --workers 3; true"],
    ["gunicorn --worker-class gthread a:b", "gunicorn --worker-class gthread a:b --workers 3"],
    ["gunicorn -w -w a:b", "gunicorn --workers 3 a:b"],
    ["gunicorn -- a:b", "gunicorn --workers 3 -- a:b"],
    ["python -m gunicorn a:b", "python -m gunicorn a:b --workers 3"],
  ])("%s", (line, expected) => expect(withServerFlags(line, { workers: 3 })).toBe(expected));

  test("workers and threads together", () => {
    expect(withServerFlags("gunicorn --threads 2 a:b", { workers: 3, threads: 8 })).toBe(
      "gunicorn --threads 8 a:b --workers 3",
    );
  });

  test("abbreviated, as argparse lets people", () => {
    expect(withServerFlags("gunicorn --thread=2 a:b --th 4", { threads: 8 })).toBe(
      "gunicorn --threads 8 a:b --threads 8",
    );
  });

  test("nothing set, nothing changed", () => {
    expect(withServerFlags("gunicorn  -w4   a:b", {})).toBe("gunicorn  -w4   a:b");
  });
});

describe("what gunicorn runs with", () => {
  const settings = (line: string, variables: Variables = {}, hasFile = false) =>
    serverSettings(line, { variables, hasFile });

  test("its own defaults", () => {
    expect(settings("gunicorn a:b")).toEqual({
      workers: 1,
      threads: 1,
      asynchronous: false,
      gracefulTimeout: 30,
      requestTimeout: 30,
    });
  });
  test("a flag beats GUNICORN_CMD_ARGS, which beats WEB_CONCURRENCY", () => {
    const env = { GUNICORN_CMD_ARGS: "--workers 3 --threads=2", WEB_CONCURRENCY: "2" };
    expect(settings("gunicorn -w 4 a:b", env)).toMatchObject({ workers: 4, threads: 2 });
    expect(settings("gunicorn a:b", env)).toMatchObject({ workers: 3 });
    expect(settings("gunicorn a:b", { WEB_CONCURRENCY: "2" })).toMatchObject({ workers: 2 });
  });
  test("the last of several flags counts", () => {
    expect(settings("gunicorn -w 4 a:b --workers 6")).toMatchObject({ workers: 6 });
  });
  test("a number that only the shell knows is not guessed", () => {
    expect(settings("gunicorn --workers $N a:b")?.workers).toBeUndefined();
  });
  test.each(["--graceful-timeout 90", "--graceful-timeout=90", "--graceful 90", "--gra=90"])(
    "its graceful timeout: %s",
    (flag) => expect(settings(`gunicorn ${flag} a:b`)?.gracefulTimeout).toBe(90),
  );
  test.each([
    ["gunicorn a:b --timeout 90", 90],
    ["gunicorn a:b --timeout=90", 90],
    ["gunicorn a:b -t 90", 90],
    ["gunicorn a:b -t90", 90],
    ["gunicorn a:b --time 90", 90],
    ["gunicorn a:b --time=90", 90],
    ["gunicorn a:b --timeout 0", 0],
    ["gunicorn a:b --timeout 60 -t 120", 120],
    ["gunicorn a:b --graceful-timeout 90", 30],
    ["gunicorn a:b --t 4", 30],
    ["gunicorn a:b --timeout $T", undefined],
  ])("its timeout in %s", (line, timeout) => {
    expect(settings(line)?.requestTimeout).toBe(timeout);
  });
  test("its timeout in GUNICORN_CMD_ARGS, which a flag beats", () => {
    const env = { GUNICORN_CMD_ARGS: "--timeout 200" };
    expect(settings("gunicorn a:b", env)?.requestTimeout).toBe(200);
    expect(settings("gunicorn a:b -t 60", env)?.requestTimeout).toBe(60);
  });
  test.each([
    ["gunicorn -k gthread a:b", 1],
    ["gunicorn -k gthread --threads 4 a:b", 4],
    ["gunicorn -kgevent a:b", undefined],
    ["gunicorn --worker-class=uvicorn.workers.UvicornWorker a:b", undefined],
    ["gunicorn --worker-cl gevent --threads 50 a:b", 50],
    ["gunicorn -k $CLASS a:b", undefined],
  ])("what a worker serves at once, and for as long as it likes: %s", (line, threads) => {
    expect(settings(line)).toMatchObject({ threads, requestTimeout: 0 });
  });
  test("a sync worker of several threads is one of the class gthread", () => {
    expect(settings("gunicorn -t 90 --threads 2 a:b")).toMatchObject({ requestTimeout: 0 });
    expect(settings("gunicorn -k sync -t 90 a:b")).toMatchObject({ requestTimeout: 90 });
  });
  test.each(["gunicorn -c gunicorn.conf.py a:b", "gunicorn --config=python:conf a:b"])(
    "a file may say what no flag does: %s",
    (line) => {
      const unknown = { workers: undefined, threads: undefined, gracefulTimeout: undefined };
      expect(settings(line, { WEB_CONCURRENCY: "4" })).toEqual({
        ...unknown,
        requestTimeout: 0,
        asynchronous: false,
      });
      const told = `${line} -w 4 --threads 1 -k sync -t 60 --graceful-timeout 70`;
      const known = {
        workers: 4,
        threads: 1,
        gracefulTimeout: 70,
        requestTimeout: 60,
        asynchronous: false,
      };
      expect(settings(told)).toEqual(known);
    },
  );
  test("so may one that it finds unasked", () => {
    expect(settings("gunicorn -w 4 a:b", {}, true)).toMatchObject({
      workers: 4,
      threads: undefined,
    });
  });
  test.each([
    ["WEB_CONCURRENCY=4 gunicorn a:b", { workers: 4 }],
    ["exec env WEB_CONCURRENCY='4' gunicorn a:b", { workers: 4 }],
    ["WEB_CONCURRENCY=$N gunicorn a:b", { workers: undefined }],
    ["export WEB_CONCURRENCY=4; exec gunicorn a:b", { workers: undefined }],
    ["true && WEB_CONCURRENCY=4 true && gunicorn a:b", { workers: undefined }],
    ["WEB_CONCURRENCY=$N gunicorn -w 3 a:b", { workers: 3 }],
    [
      'GUNICORN_CMD_ARGS="-t 300 --graceful-timeout 310" gunicorn a:b',
      { workers: 9, gracefulTimeout: 310, requestTimeout: 300 },
    ],
  ])("what the line itself sets beats the environment: %s", (line, expected) => {
    const env = { WEB_CONCURRENCY: "9", GUNICORN_CMD_ARGS: "--timeout 5" };
    expect(settings(line, env)).toMatchObject(expected);
  });
  test("a variable whose value is secret", () => {
    expect(settings("gunicorn a:b", { WEB_CONCURRENCY: undefined })).toMatchObject({
      workers: undefined,
      threads: 1,
    });
  });
  test("nothing where it does not run", () => {
    expect(settings("celery worker -w 4")).toBeUndefined();
  });
});

test("uwsgi reads each of its options by any of their names as a variable", () => {
  const workers = (variables: Variables) =>
    serverSettings("uwsgi -w a:b", { variables, hasFile: false })?.workers;
  expect(workers({ UWSGI_WORKERS: "2" })).toBe(2);
  expect(workers({ UWSGI_PROCESSES: "3" })).toBe(3);
  expect(workers({})).toBe(1);
});

test("whatever the line, a flag that was put in is the one that counts", () => {
  const words = fc.constantFrom(
    "a:b",
    "-w 4",
    "-w4",
    "--workers=5",
    "--workers $N",
    "--threads 2",
    "'x y'",
    "--bind :80",
    "--name -w",
    "> log",
    "--preload",
  );
  fc.assert(
    fc.property(fc.array(words), fc.integer({ min: 1, max: 99 }), (rest, workers) => {
      const line = withServerFlags(`gunicorn ${rest.join(" ")}`, { workers });
      expect(serverSettings(line, { variables: {}, hasFile: true })?.workers).toBe(workers);
    }),
  );
});
