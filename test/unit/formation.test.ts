import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costOf, replicasOf } from "../../components/cost/cost.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf, problemsOf, processOf } from "../support/plan.ts";

const types = (given: GivenStack) =>
  planOf(given).processes.map(({ type, scaling }) => [type, replicasOf(scaling)]);
const command = (given: GivenStack, type?: string) => processOf(given, type).pod.command;

describe("replicas", () => {
  test("every process type runs as one replica unless the stack says otherwise", () => {
    expect(types({})).toEqual([
      ["web", 1],
      ["worker", 1],
    ]);
  });
  test("0 stays 0, in both forms and as text", () => {
    expect(types({ scale: { web: 0, worker: { replicas: 0 } } })).toEqual([
      ["web", 0],
      ["worker", 0],
    ]);
    expect(types({ scale: { web: "0" } })[0]).toEqual(["web", 0]);
  });
  test("one process type is scaled at a time", () => {
    const before = planOf({ scale: { web: 2 } }).processes;
    const after = planOf({ scale: { web: 4 } }).processes;
    expect(after[0]).toEqual({ ...before[0], scaling: { kind: "fixed", replicas: 4 } });
    expect(after[1]).toEqual(before[1]);
  });
  test("the stack may spell a process type as the Procfile does, or as Kubernetes does", () => {
    const procfile = "my_Worker: a";
    expect(types({ procfile, scale: { my_Worker: 3 } })).toEqual([["my-worker", 3]]);
    expect(types({ procfile, scale: { "my-worker": 3 } })).toEqual([["my-worker", 3]]);
  });
  test("release is none of the processes that stay", () => {
    const { processes, release, warnings } = planOf({
      procfile: "release: migrate\nweb: gunicorn a:b",
    });
    expect(processes.map(({ type }) => type)).toEqual(["web"]);
    expect(release?.name).toBe("shop-release");
    expect(warnings).toEqual([]);
  });
  test("the order is the Procfile's, whatever the stack's", () => {
    expect(
      types({ procfile: "b: x\na: x\nc: x", scale: { c: 1, a: 2 } }).map(([type]) => type),
    ).toEqual(["b", "a", "c"]);
  });
});

describe("the command", () => {
  test("runs in a shell, which the program takes the place of", () => {
    expect(command({})).toEqual(["/bin/sh", "-c", "exec gunicorn index:server"]);
  });
  test("has every $ doubled, since Kubernetes expands $(VAR) itself", () => {
    expect(command({ procfile: "web: run $PORT $(date) $$" })).toEqual([
      "/bin/sh",
      "-c",
      "exec run $$PORT $$(date) $$$$",
    ]);
  });
  test("takes workers and threads from the stack", () => {
    expect(command({ scale: { web: { workers: 3, threads: 2 } } })).toEqual([
      "/bin/sh",
      "-c",
      "exec gunicorn index:server --workers 3 --threads 2",
    ]);
  });
  test("under buildpacks is the process of the image, by the name that the Procfile gives it", () => {
    const procfile = "web: gunicorn a:b\nmy_worker: run";
    expect(command({ procfile, app: { launcher: "cnb" } }, "my-worker")).toEqual([
      "/cnb/process/my_worker",
    ]);
  });
  test("under buildpacks is the line itself once the stack has changed it", () => {
    expect(command({ app: { launcher: "cnb" }, scale: { web: { workers: 3 } } })).toEqual([
      "/cnb/lifecycle/launcher",
      "exec gunicorn index:server --workers 3",
    ]);
  });
  test("is not run by Herokuish, whose start script needs root", () => {
    const [problem, ...others] = problemsOf({ app: { launcher: "herokuish" } });
    expect(others).toEqual([]);
    expect(problem?.location).toBe("dash-scale:app.launcher");
    expect(problem?.message).toMatch(/usermod.*use cnb.*use shell/);
  });
  test("is warned of where a shell would keep SIGTERM for itself", () => {
    const { warnings } = planOf({ procfile: "web: migrate && gunicorn a:b" });
    expect(warnings.map(({ location }) => location)).toEqual(["Procfile:1:6"]);
    expect(planOf({ procfile: "web: migrate && exec gunicorn a:b" }).warnings).toEqual([]);
  });
});

describe("the environment", () => {
  test("PORT is for web alone, GUNICORN_CMD_ARGS for gunicorn alone", () => {
    const given = { app: { env: { LOG_LEVEL: "info", RETRIES: 3, DEBUG: true } } };
    const own = { LOG_LEVEL: "info", RETRIES: "3", DEBUG: "true" };
    expect(processOf(given).pod.env).toEqual({
      ...own,
      PORT: "8000",
      GUNICORN_CMD_ARGS: "--worker-tmp-dir /dev/shm",
    });
    expect(processOf(given, "worker").pod.env).toEqual(own);
  });
  test("the user's GUNICORN_CMD_ARGS come last, so that they win", () => {
    const given = { app: { env: { GUNICORN_CMD_ARGS: "--threads 4" } } };
    expect(processOf(given).pod.env["GUNICORN_CMD_ARGS"]).toBe(
      "--worker-tmp-dir /dev/shm --threads 4",
    );
    expect(processOf(given).threads).toBe(4);
  });
});

describe("the end of a pod", () => {
  test.each([
    ["web: gunicorn a:b", "web", 5, 45],
    ["web: gunicorn a:b --graceful-timeout 90", "web", 5, 105],
    ["web: python app.py", "web", 5, 45],
    ["worker: celery -A app worker", "worker", 0, 40],
  ])("%s", (procfile, type, preStopSeconds, gracePeriodSeconds) => {
    expect(processOf({ procfile }, type).pod).toMatchObject({ preStopSeconds, gracePeriodSeconds });
  });
  test("is as the stack says, after the time in which proxies hear of it", () => {
    const processes = { web: { gracePeriod: 90 }, worker: { gracePeriod: 3600 } };
    expect(processOf({ processes }, "web").pod.gracePeriodSeconds).toBe(95);
    expect(processOf({ processes }, "worker").pod.gracePeriodSeconds).toBe(3600);
  });
});

describe("what it comes to", () => {
  const { processes } = planOf({
    procfile: "web: gunicorn a:b --workers 2\nworker: celery\nodd: gunicorn a:b --workers $N",
    scale: {
      web: { replicas: 5, threads: 4, memory: "1.5Gi", cpu: "250m" },
      worker: { replicas: 3, memory: "100M", cpu: 1, spread: "required" },
      odd: 0,
    },
  });
  test("per process type", () => {
    expect(costOf({ processes, traffic: undefined }).processes).toEqual({
      web: {
        deployment: "shop-web",
        replicas: 5,
        workers: 2,
        threads: 4,
        concurrency: 40,
        memory: "7680Mi",
        cpu: "1250m",
        storage: "5Gi",
        surgePods: 2,
        spread: "preferred",
      },
      worker: {
        deployment: "shop-worker",
        replicas: 3,
        memory: "300000000",
        cpu: "3",
        storage: "3Gi",
        surgePods: 0,
        spread: "required",
      },
      odd: {
        deployment: "shop-odd",
        replicas: 0,
        threads: 1,
        memory: "0",
        cpu: "0",
        storage: "0",
        surgePods: 0,
        spread: "preferred",
      },
    });
  });
  test("in all, with the pods that a rollout adds", () => {
    // 7680Mi + 300 MB = 8,353,063,680 bytes; surge: 25 % of 5, rounded up, and none where a node of
    // its own is required
    expect(costOf({ processes, traffic: undefined }).totals).toEqual({
      pods: 8,
      cpu: "4250m",
      memory: "8353063680",
      concurrency: 40,
      surgePods: 2,
    });
  });
});

test("any scale that is accepted has its replicas in the plan, and no other process type moves", () => {
  fc.assert(
    fc.property(fc.nat({ max: 100 }), fc.nat({ max: 100 }), (web, worker) => {
      expect(types({ scale: { web, worker: String(worker) } })).toEqual([
        ["web", web],
        ["worker", worker],
      ]);
    }),
  );
});
