import { describe, expect, test } from "vitest";
import { costOf } from "../../components/cost/cost.ts";
import { costTable } from "../../components/cost/table.ts";
import {
  horizontalPodAutoscalerManifest,
  scaledObjectManifest,
} from "../../components/manifest/autoscaler.ts";
import { deploymentManifest } from "../../components/manifest/deployment.ts";
import { needsKeda } from "../../components/manifest/scaling.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf, problemsOf, processOf, runningOf } from "../support/plan.ts";

const REFERENCES = { namespace: "shop", deployment: "shop-web", proxy: undefined };
const REDIS = { redis: "redis.redis:6379", list: "celery" };

function autoscalingOf(given: GivenStack, type = "web") {
  const { scaling } = processOf(given, type);
  if (scaling.kind !== "auto") throw new Error(`${type} is not autoscaled`);
  return scaling;
}

const web = (fields: object): GivenStack => ({ scale: { web: { max: 10, ...fields } } });

describe("what an autoscaler goes by", () => {
  test("a plain number of cpu or memory is what to aim at, and the size is the usual one", () => {
    const given = web({ min: 2, cpu: 70, memory: "80" });
    expect(autoscalingOf(given)).toMatchObject({ min: 2, max: 10, cpu: 70, memory: 80 });
    expect(processOf(given).pod).toMatchObject({ cpu: "250m", memory: "512Mi" });
  });
  test("a quantity is the size, beside a target", () => {
    const given = web({ cpu: 2, memory: "1Gi", target: { cpu: 70 } });
    expect(autoscalingOf(given)).toMatchObject({ min: 1, cpu: 70, memory: undefined });
    expect(processOf(given).pod).toMatchObject({ cpu: "2", memory: "1Gi" });
  });
  test("one of each: memory to aim at, CPU as a size", () => {
    const given = web({ cpu: "500m", memory: 80 });
    expect(autoscalingOf(given)).toMatchObject({ cpu: undefined, memory: 80 });
    expect(processOf(given).pod).toMatchObject({ cpu: "500m", memory: "512Mi" });
  });
  test("without an autoscaler a plain number stays a size", () => {
    expect(processOf({ scale: { web: { cpu: 70 } } }).pod.cpu).toBe("70");
  });
  test.each([
    [{ cpu: 70 }, false],
    [{ cpu: 70, queue: REDIS }, true],
    [{ schedule: [{ start: "0 8 * * *", end: "0 18 * * *", replicas: 2 }] }, true],
  ])("%j takes KEDA: %s", (fields, expected) => {
    expect(needsKeda(autoscalingOf(web(fields)))).toBe(expected);
  });
});

describe("what is told", () => {
  const told = (fields: object) => problemsOf(web(fields)).map(({ message }) => message);
  test("replicas and an autoscaler", () => {
    expect(told({ replicas: 4, cpu: 70 })).toEqual([
      "is a fixed number, and min and max let an autoscaler choose; keep one of the two",
    ]);
  });
  test("cores where a percentage is meant", () => {
    expect(told({ cpu: 1 })).toEqual([
      "got 1; expected a whole number from 10 to 500, such as 10: percent of the CPU that is requested; cores are written 1000m, beside target: { cpu: 70 }",
    ]);
  });
  test("nothing to go by", () => {
    expect(told({ min: 2 })).toEqual([
      "nothing says when to run more; add cpu: 70 (percent), memory: 80 (percent), target: { concurrency: 70 }, queue or schedule",
    ]);
  });
  test("a password that the app does not have, and one that it has", () => {
    expect(told({ queue: { ...REDIS, password: "REDIS_PASSWORD" } })).toEqual([
      "the app has no variable REDIS_PASSWORD; run: pulumi config set --secret --path dash-scale:secrets.REDIS_PASSWORD",
    ]);
    const given = web({ queue: { ...REDIS, password: "REDIS_PASSWORD" } });
    expect(problemsOf({ ...given, app: { env: { REDIS_PASSWORD: "x" } } })).toEqual([]);
  });
});

describe("the Deployment of an autoscaled process type", () => {
  const manifest = (given: GivenStack) =>
    deploymentManifest(runningOf(given), { namespace: "shop", image: "a", serviceAccount: "shop" });
  test("says no replicas, and who sets them", () => {
    const { metadata, spec } = manifest(web({ cpu: 70 }));
    expect(spec).not.toHaveProperty("replicas");
    const path = ["annotations", "dash-scale/scaled-by"];
    expect(metadata).toHaveProperty(path, "horizontal-pod-autoscaler");
    expect(manifest(web({ queue: REDIS })).metadata).toHaveProperty(path, "keda");
    expect(manifest({}).metadata).not.toHaveProperty(path);
  });
  test("has the pods of a fixed one: switching restarts none", () => {
    const { spec } = manifest(web({ cpu: 70 }));
    expect(spec).toHaveProperty("template");
    expect(spec).toMatchObject({ template: Reflect.get(manifest({}).spec, "template") });
  });
});

test("an HPA goes by CPU and memory, twice as fast up as it goes down", () => {
  const scaling = autoscalingOf(web({ min: 2, cpu: 70, memory: 80 }));
  const { spec } = horizontalPodAutoscalerManifest(processOf({}), scaling, REFERENCES);
  expect(spec).toMatchObject({
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "shop-web" },
    minReplicas: 2,
    maxReplicas: 10,
    metrics: [
      { resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
      { resource: { name: "memory", target: { type: "Utilization", averageUtilization: 80 } } },
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
  });
});

test("a ScaledObject goes by all there is; every value is text, as KEDA wants it", () => {
  const scaling = autoscalingOf({
    app: { env: { PASSWORD: "x" } },
    ...web({
      min: 0,
      cpu: 70,
      queue: { ...REDIS, length: 5, database: 1, tls: true, password: "PASSWORD" },
      schedule: [{ start: "0 8 * * 1-5", end: "0 18 * * 1-5", replicas: 4 }],
    }),
  });
  const { spec } = scaledObjectManifest(processOf({}), scaling, REFERENCES);
  expect(spec).toMatchObject({
    scaleTargetRef: { name: "shop-web" },
    minReplicaCount: 0,
    maxReplicaCount: 10,
    triggers: [
      { type: "cpu", metricType: "Utilization", metadata: { value: "70" } },
      {
        type: "redis",
        metadata: {
          address: "redis.redis:6379",
          listName: "celery",
          listLength: "5",
          databaseIndex: "1",
          enableTLS: "true",
          passwordFromEnv: "PASSWORD",
        },
      },
      {
        type: "cron",
        metadata: {
          timezone: "Etc/UTC",
          start: "0 8 * * 1-5",
          end: "0 18 * * 1-5",
          desiredReplicas: "4",
        },
      },
    ],
  });
});

describe("what it costs", () => {
  const fixed = costOf(planOf({ scale: { web: 4, worker: 0 } }));
  const auto = costOf(planOf({ scale: { web: { min: 2, max: 10, cpu: 70 }, worker: 0 } }));
  test("as a stack output: what it comes to at most", () => {
    expect(auto.processes["web"]).toEqual({
      deployment: "shop-web",
      replicas: { min: 2, max: 10 },
      workers: 1,
      threads: 1,
      concurrency: 10,
      memory: "5Gi",
      cpu: "2500m",
      storage: "10Gi",
      surgePods: 3,
      spread: "preferred",
    });
    expect(auto.totals).toMatchObject({ pods: 10, memory: "5Gi", concurrency: 10 });
  });
  test("as a table: from least to most", () => {
    expect(costTable(fixed, auto)).toBe(`\
type        pods         memory             CPU  concurrency  surge
web     4 → 2-10  2Gi → 1Gi-5Gi  1 → 500m-2500m     4 → 2-10  1 → 3
worker         0              0               0            -      0
total   4 → 2-10  2Gi → 1Gi-5Gi  1 → 500m-2500m     4 → 2-10  1 → 3`);
  });
  test("what left the Procfile costs nothing any more", () => {
    const alone = costOf(planOf({ procfile: "web: gunicorn a:b\n" }));
    expect(costTable(costOf(planOf({ scale: { worker: 3 } })), alone)).toBe(`\
type     pods       memory       CPU  concurrency  surge
web         1        512Mi      250m            1      1
worker  3 → 0   1536Mi → 0  750m → 0            -  1 → 0
total   4 → 1  2Gi → 512Mi  1 → 250m            1  2 → 1`);
  });
  test("with the proxy, in a row of its own", () => {
    const queued = costOf(planOf({ app: { proxy: "haproxy" }, procfile: "web: gunicorn a:b\n" }));
    const direct = costOf(planOf({ procfile: "web: gunicorn a:b\n" }));
    expect(costTable(direct, queued).split("\n")[2]).toMatch(/^\(proxy\) +0 → 2 +0 → 128Mi/);
  });
});
