import { secret } from "@pulumi/pulumi";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { GivenStack } from "../support/plan.ts";
import { planOf, processOf } from "../support/plan.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "dash-scale-environment-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));
writeFileSync(join(FOLDER, "requirements.txt"), "dash\nPrometheus_Client>=0.20\n");

function withMetrics(line: string): string {
  const file = join(FOLDER, "Procfile");
  writeFileSync(file, `${line}\n`);
  return file;
}

describe("counts of several workers are kept where the container can write", () => {
  const podOf = (line: string, more: GivenStack = {}) =>
    processOf({ ...more, app: { procfile: withMetrics(line) } }).pod;

  test.each(["web: gunicorn -w 2 a:b", "web: gunicorn -w $(nproc) a:b"])("%s", (line) => {
    expect(podOf(line)).toMatchObject({
      env: { PROMETHEUS_MULTIPROC_DIR: "/tmp/prometheus" },
      writable: ["/tmp/prometheus"],
    });
  });
  test("not for one worker", () => {
    expect(podOf("web: gunicorn a:b").env).not.toHaveProperty("PROMETHEUS_MULTIPROC_DIR");
  });
  test("not over what a secret says", () => {
    const secrets = { PROMETHEUS_MULTIPROC_DIR: secret("/tmp") };
    expect(podOf("web: gunicorn -w 2 a:b", { secrets })).toMatchObject({ writable: [] });
  });
});

describe("Bokeh and Panel take WebSockets of the pages at the app's host", () => {
  const originOf = (line: string, host?: string) => {
    const exposure = host === undefined ? {} : { host, ingress: { className: "nginx" } };
    return processOf({ procfile: `web: ${line}\n`, app: exposure }).pod.env[
      "BOKEH_ALLOW_WS_ORIGIN"
    ];
  };
  test.each([
    ["panel serve app.py", "shop.example.com", "shop.example.com"],
    ["bokeh serve app.py", "shop.example.com", "shop.example.com"],
    ["bokeh serve app.py --allow-websocket-origin=other", "shop.example.com", undefined],
    ["bokeh serve app.py", undefined, undefined],
    ["gunicorn a:b", "shop.example.com", undefined],
  ])("%s, %s: %s", (line, host, origin) => expect(originOf(line, host)).toBe(origin));
});

describe("files that variables name", () => {
  const told = (env: object, app: object = {}, line = "gunicorn a:b") =>
    planOf({ procfile: `web: ${line}\n`, app: { ...app, env: { SECRET_KEY: "x", ...env } } })
      .warnings;

  test.each([
    ["sqlite:///db.sqlite3", /gone with its pod, and db.sqlite3 cannot be written/],
    ["sqlite+aiosqlite:////app/db.sqlite3", /gone with its pod, and \/app\/db.sqlite3 cannot/],
    ["sqlite:////tmp/db.sqlite3?timeout=5", /gone with its pod; use/],
  ])("a database in a file is lost: %s", (url, message) => {
    expect(told({ DATABASE_URL: url })).toEqual([
      { location: "dash-scale:app.env.DATABASE_URL", message: expect.stringMatching(message) },
    ]);
    expect(told({}, {}, `DATABASE_URL=${url.replace("?", "'?'")} gunicorn a:b`)).toMatchObject([
      { location: expect.stringMatching(/^Procfile:1:/) },
    ]);
  });
  test.each(["sqlite://", "sqlite:///:memory:", "postgresql://db.example.com:443/x"])(
    "not: %s",
    (url) => expect(told({ DATABASE_URL: url })).toEqual([]),
  );
  test("a folder has to be one that can be written", () => {
    const env = { PROMETHEUS_MULTIPROC_DIR: "/app/metrics" };
    expect(told(env).map((it) => it.location)).toEqual([
      "dash-scale:app.env.PROMETHEUS_MULTIPROC_DIR",
    ]);
    expect(told(env, { writable: ["/app/metrics"] })).toEqual([]);
  });
});

describe("a worker that web starts beside its server is warned of, at its column", () => {
  test.each([
    ["python manage.py qcluster & gunicorn a:b", ["Procfile:1:13"]],
    ["celery -A a worker & exec gunicorn a:b", ["Procfile:1:6"]],
    ["gunicorn a:b & rq worker", ["Procfile:1:21"]],
    ["nginx & exec gunicorn a:b", []],
    ["gunicorn a:b", []],
  ])("%s", (line, locations) => {
    const { warnings } = planOf({ procfile: `web: ${line}\n`, app: { env: { SECRET_KEY: "x" } } });
    const found = warnings.filter(({ message }) => message.includes("beside its server"));
    expect(found.map((it) => it.location)).toEqual(locations);
  });
});
