import { describe, expect, test } from "vitest";
import type { JobPlan } from "../../components/manifest/job.ts";
import { jobManifest } from "../../components/manifest/job.ts";
import { limitsDisruption } from "../../components/manifest/disruption.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf } from "../support/plan.ts";

const PROCFILE = "release: python migrate.py\nweb: gunicorn a:b\nworker: celery\n";

function releaseOf(given: GivenStack): JobPlan {
  const { release } = planOf({ procfile: PROCFILE, ...given });
  if (!release) throw new Error("there is no release");
  return release;
}

const jobOf = (given: GivenStack, image = "shop:1") =>
  jobManifest(releaseOf(given), { namespace: "shop", serviceAccount: "shop", image });

test("a Procfile without a release line has no release", () => {
  expect(planOf({}).release).toBeUndefined();
});

describe("the Job", () => {
  test("runs the line of the Procfile, hardened like the app's pods, once", () => {
    expect(jobOf({})).toMatchObject({
      metadata: { name: "shop-release", namespace: "shop" },
      spec: {
        backoffLimit: 1,
        activeDeadlineSeconds: 600,
        podReplacementPolicy: "Failed",
        template: {
          spec: {
            restartPolicy: "Never",
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true },
            containers: [{ command: ["/bin/sh", "-c", "exec python migrate.py"] }],
          },
        },
      },
    });
  });
  test("stays when it is done: one that vanished would run again", () => {
    expect(jobOf({}).spec).not.toHaveProperty("ttlSecondsAfterFinished");
  });
  test("has the time that the stack gives it", () => {
    expect(jobOf({ app: { releaseTimeout: 1800 } })).toMatchObject({
      spec: { activeDeadlineSeconds: 1800 },
    });
  });
  test("has the size that the stack gives it, and that of other types otherwise", () => {
    expect(releaseOf({}).pod).toMatchObject({ memory: "512Mi", cpu: "250m", storage: "1Gi" });
    expect(releaseOf({ scale: { release: { memory: "2Gi", cpu: 1 } } }).pod).toMatchObject({
      memory: "2Gi",
      cpu: "1",
      storage: "1Gi",
    });
  });
  test("gets no traffic: neither PORT nor probes nor a place of its own", () => {
    const { pod } = releaseOf({});
    expect(pod).toMatchObject({ ports: {}, health: { kind: "off" }, spread: "off" });
    expect(pod.env).not.toHaveProperty("PORT");
  });
  test("has the variables of the app", () => {
    expect(releaseOf({ app: { env: { LOG_LEVEL: "info" } } }).pod.env).toEqual({
      LOG_LEVEL: "info",
    });
  });
});

describe("a change of scale is no other Job", () => {
  test.each([
    [{ web: 4 }],
    [{ web: 0, worker: 9 }],
    [{ web: { workers: 4, threads: 8, memory: "2Gi", cpu: 2, storage: "4Gi", spread: "off" } }],
  ])("%j", (scale) => expect(jobOf({ scale })).toEqual(jobOf({})));
  test.each<[string, GivenStack]>([
    ["health", { processes: { web: { health: "off" }, worker: { singleton: true } } }],
    ["another command of web", { procfile: PROCFILE.replace("a:b", "a:b --timeout 90") }],
    ["a proxy", { app: { proxy: "haproxy" } }],
    ["a way in", { app: { host: "shop.example.com", ingress: { className: "nginx" } } }],
    ["a deadline of rollouts", { app: { progressDeadline: 900, maxReplicas: 20 } }],
  ])("nor is %s", (_, given) => expect(jobOf(given)).toEqual(jobOf({})));
});

describe("another Job is", () => {
  test("another image", () => expect(jobOf({}, "shop:2")).not.toEqual(jobOf({}, "shop:1")));
  test.each<[string, GivenStack]>([
    ["another command", { procfile: PROCFILE.replace("migrate.py", "migrate.py --all") }],
    ["another variable", { app: { env: { A: "1" } } }],
    ["another launcher", { app: { launcher: "cnb" } }],
  ])("%s", (_, given) => expect(jobOf(given).spec).not.toEqual(jobOf({}).spec));
});

test.each([
  [0, false],
  [1, false],
  [2, true],
  [4, true],
])("draining a node is held back at %i replicas: %s", (replicas, expected) => {
  expect(limitsDisruption(replicas)).toBe(expected);
});
