import { describe, expect, test } from "vitest";
import type { HealthOverride } from "../../components/plan/health.ts";
import { healthPlan } from "../../components/plan/health.ts";
import { minReadySeconds, probes } from "../../components/manifest/health.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf, processOf, runningOf } from "../support/plan.ts";

const healthOf = (given: GivenStack, type?: string) => processOf(given, type).pod.health;
const stack = (health: unknown, type = "web"): GivenStack => ({
  processes: { [type]: { health } },
});

describe("the default", () => {
  test("for web is a path of Dash's own, which runs no user code, on the port of web", () => {
    expect(healthOf({})).toEqual({
      kind: "http",
      path: "/_dash-dependencies",
      port: 8000,
      timeout: 30,
      startupTimeout: 10,
    });
  });
  test("for the others is none at all", () => {
    expect(healthOf({}, "worker")).toEqual({ kind: "off" });
  });
  test("lies below the base path", () => {
    expect(healthOf({ app: { basePath: "/team/shop/" } })).toMatchObject({
      path: "/team/shop/_dash-dependencies",
    });
  });
  test.each([
    ["web: gunicorn a:b", 30],
    ["web: gunicorn a:b --timeout 10", 30],
    ["web: gunicorn a:b --timeout 60", 30],
    ["web: gunicorn a:b --timeout 61", 31],
    ["web: gunicorn a:b --timeout 120", 60],
    ["web: gunicorn a:b --timeout 0", 60],
    ["web: gunicorn a:b --timeout $T", 60],
    ["web: gunicorn a:b --timeout 600", 300],
    ["web: gunicorn a:b --timeout 601", 300],
    ["web: gunicorn a:b --timeout 36000", 300],
    ["web: python app.py", 60],
  ])("waits for an answer, with %s, %i s", (procfile, timeout) => {
    expect(healthOf({ procfile })).toMatchObject({ kind: "http", timeout });
  });
  test("never takes a pod out of traffic for one request as long as gunicorn lets it be", () => {
    for (const requestTimeout of [1, 30, 60, 120, 600]) {
      const served = { port: 8000, basePath: "/", isDash: true, requestTimeout };
      const { readinessProbe: probe } = probes(healthPlan(undefined, served));
      expect(probe).toMatchObject({ failureThreshold: 3 });
      expect(
        3 * Number(probe && "timeoutSeconds" in probe && probe.timeoutSeconds),
      ).toBeGreaterThan(requestTimeout);
    }
  });
});

test("an answer may take as long as the stack says, while the app comes up, too", () => {
  expect(healthOf(stack({ path: "/healthz", timeout: 45 }))).toMatchObject({ startupTimeout: 45 });
  expect(healthOf(stack({ path: "/healthz", timeout: 5 }))).toMatchObject({ startupTimeout: 10 });
});

describe("an app that is known to be none of Dash", () => {
  const served = { port: 8000, basePath: "/", isDash: false, requestTimeout: 30 };
  test.each<[string, HealthOverride | undefined, object]>([
    ["is asked for an open port", undefined, { kind: "tcp", port: 8000 }],
    [
      "is asked by HTTP once it has a path",
      { kind: "http", path: "/healthz", port: undefined, timeout: undefined },
      { kind: "http", path: "/healthz", port: 8000, timeout: 30 },
    ],
    ["may be off", { kind: "off" }, { kind: "off" }],
  ])("%s", (_, wish, health) => expect(healthPlan(wish, served)).toMatchObject(health));
});

describe("the stack's word", () => {
  test.each([
    ["off", { kind: "off" }],
    [false, { kind: "off" }],
    [{ path: "/healthz" }, { kind: "http", path: "/healthz", port: 8000, timeout: 30 }],
    [{ port: 9000 }, { kind: "http", path: "/_dash-dependencies", port: 9000, timeout: 30 }],
    [{ timeout: "5" }, { kind: "http", path: "/_dash-dependencies", port: 8000, timeout: 5 }],
    [{ exec: ["true"] }, { kind: "exec", command: ["true"], timeout: 30 }],
    [
      { exec: ["true"], timeout: 7 },
      { kind: "exec", command: ["true"], timeout: 7 },
    ],
  ])("for web: %j", (health, expected) => expect(healthOf(stack(health))).toMatchObject(expected));
  test("for a worker: a command, or a port and a path", () => {
    const ping = ["celery", "-A", "app", "inspect", "ping"];
    expect(healthOf(stack({ exec: ping }, "worker"), "worker")).toEqual({
      kind: "exec",
      command: ping,
      timeout: 30,
    });
    expect(healthOf(stack({ port: 9000, path: "/up" }, "worker"), "worker")).toMatchObject({
      kind: "http",
      path: "/up",
      port: 9000,
    });
  });
  test("is the whole path, with a base path too", () => {
    const given = { app: { basePath: "/shop/" }, processes: { web: { health: { path: "/up" } } } };
    expect(healthOf(given)).toMatchObject({ path: "/up" });
  });
});

test("a change of health touches no other process type", () => {
  const before = planOf({}).processes;
  const after = planOf(stack("off")).processes;
  expect(after[1]).toEqual(before[1]);
});

describe("the probes", () => {
  test("by HTTP: startup and readiness by HTTP, liveness by an open port", () => {
    const httpGet = { path: "/up", port: 8000 };
    expect(
      probes({ kind: "http", path: "/up", port: 8000, timeout: 45, startupTimeout: 10 }),
    ).toEqual({
      startupProbe: { httpGet, periodSeconds: 2, failureThreshold: 150, timeoutSeconds: 10 },
      readinessProbe: { httpGet, periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 45 },
      livenessProbe: {
        tcpSocket: { port: 8000 },
        periodSeconds: 10,
        failureThreshold: 6,
        timeoutSeconds: 5,
      },
    });
  });
  test("by an open port: all three", () => {
    const tcpSocket = { port: 8000 };
    const found = probes({ kind: "tcp", port: 8000 });
    expect(Object.keys(found).sort()).toEqual(["livenessProbe", "readinessProbe", "startupProbe"]);
    for (const probe of Object.values(found)) expect(probe).toMatchObject({ tcpSocket });
  });
  test("by a command: no readiness, since nothing is sent to it; every $ doubled", () => {
    const found = probes({ kind: "exec", command: ["ping", "$HOST"], timeout: 7 });
    expect(Object.keys(found).sort()).toEqual(["livenessProbe", "startupProbe"]);
    for (const probe of Object.values(found)) {
      expect(probe).toMatchObject({ exec: { command: ["ping", "$$HOST"] }, timeoutSeconds: 7 });
    }
  });
  test("off: none", () => expect(probes({ kind: "off" })).toEqual({}));
});

describe("how long a pod has to be ready before it counts", () => {
  const seconds = (given: GivenStack, type?: string) =>
    minReadySeconds(processOf(given, type).pod.health);

  test("is a moment where the check answers only when the app is loaded", () => {
    expect(seconds({})).toBe(1);
    expect(seconds(stack({ exec: ["is-well"] }, "worker"), "worker")).toBe(1);
  });
  test("is longer where a pod is ready before that", () => {
    expect(seconds({ app: { framework: "other" } })).toBe(5);
    expect(seconds(stack("off"))).toBe(5);
    expect(seconds({}, "worker")).toBe(5);
  });
  test("is less than the shortest progressDeadline, as the API server demands", () => {
    const shortest = { app: { progressDeadline: 10, framework: "other" } };
    expect(() => planOf({ app: { progressDeadline: 9 } })).toThrow("progressDeadline");
    for (const type of ["web", "worker"]) {
      const { pod, progressDeadlineSeconds } = runningOf(shortest, type);
      expect(minReadySeconds(pod.health)).toBeLessThan(progressDeadlineSeconds);
    }
  });
});
