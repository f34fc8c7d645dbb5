import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { LocalEnvironment } from "../../local/environment.ts";
import { canary } from "../support/canary.ts";
import { conditionSince } from "../e2e/autoscaler.ts";
import { Project } from "../e2e/project.ts";
import { sampledWhile } from "../e2e/sampling.ts";
import { suiteEnvironment } from "../e2e/suite.ts";
import { LACKS_KEDA, RunningKeda } from "./keda.ts";
import { LACKS_REDIS, RunningRedis } from "./redis.ts";
import { available, condition, hurry, inNamespace } from "./scaled-object.ts";

const LACKING = LACKS_REDIS || LACKS_KEDA;
const PASSWORD = canary();
/** Longer than KEDA's polling interval, on a machine that is busy with other work. */
const SOON = { timeout: 120_000, interval: 500 };
const PROCFILE = "web: gunicorn index:server\nworker: celery -A app worker\n";

let environment: LocalEnvironment;
let keda: RunningKeda;

beforeAll(async () => {
  environment = await suiteEnvironment(inject("paths"));
  keda = await RunningKeda.start(environment);
});
afterAll(() => keda.remove());

// One app through its life: each test goes on from where the one before it left off.
describe.skipIf(LACKING)("a worker scaled by a list in a Redis with a password", () => {
  const NAME = "keda-life";
  let redis: RunningRedis;
  let project: Project;
  const count = async () => (await project.pods("worker")).length;
  const replicas = async () =>
    (await project.deployments()).find(({ name }) => name === `${NAME}-worker`)?.replicas;
  const auto = (more = {}) => ({
    min: 1,
    max: 6,
    queue: { redis: redis.address, list: "celery", length: 10, password: "REDIS_PASSWORD" },
    ...more,
  });
  /** Brings a scale of the worker up, and tells the fewest pods that were there meanwhile. */
  const scaled = async (worker: unknown) => {
    await project.change({ scale: { worker } });
    const { outcome, samples } = await sampledWhile(() => project.mustUp(), count);
    return { update: outcome, fewest: Math.min(...samples, await count()) };
  };

  beforeAll(async () => {
    redis = await RunningRedis.start(PASSWORD);
    const scale = { worker: 3 };
    project = await Project.create(environment, { name: NAME, procfile: PROCFILE, scale });
    await project.setSecret("REDIS_PASSWORD", PASSWORD);
    await project.mustUp();
  });
  afterAll(async () => {
    await project.remove();
    await redis.remove();
  });

  test("goes from fixed to autoscaled without losing a pod", async () => {
    await redis.fill("celery", 30);
    const before = await project.pods("worker");
    const { update, fewest } = await scaled(auto());
    expect(update.changes.map(({ op, resource }) => `${op} ${resource}`)).toEqual([
      `update Deployment ${NAME}-worker`,
      `create ScaledObject ${NAME}-worker`,
    ]);
    expect(fewest).toBe(3);
    await expect.poll(() => condition(project, `${NAME}-worker`, "Ready"), SOON).toBe("True");
    expect(await project.pods("worker")).toEqual(before);
  });

  test("gets more replicas for a longer list, which the next up leaves alone", async () => {
    await redis.fill("celery", 60);
    await expect.poll(count, SOON).toBe(6);
    await available(project, `${NAME}-worker`);
    await project.mustUp("--expect-no-changes");
    await project.mustUp("--refresh", "--expect-no-changes");
    expect(await project.drift({})).toMatchObject({ status: 0 });
  });

  test("is left as it is while somebody has paused KEDA", async () => {
    const paused = "autoscaling.keda.sh/paused";
    const annotate = (value: string) =>
      inNamespace(project, "annotate", "scaledobject", `${NAME}-worker`, value);
    await annotate(`${paused}=true`);
    await expect.poll(() => project.objects("horizontalpodautoscalers"), SOON).toEqual([]);
    await project.mustUp("--refresh", "--expect-no-changes");
    const deployment = ["deployment", `${NAME}-worker`];
    await inNamespace(project, "scale", ...deployment, "--replicas=2");
    await available(project, `${NAME}-worker`);
    await project.mustUp("--refresh", "--expect-no-changes");
    // Longer than the autoscaler takes to look again.
    await sleep(5000);
    expect(await replicas()).toBe(2);
    await annotate(`${paused}-`);
    await expect.poll(count, SOON).toBe(6);
  });

  test("goes back to as many as the stack says though the list is long", async () => {
    const { update, fewest } = await scaled(3);
    expect(update.changes.map(({ op, resource }) => `${op} ${resource}`)).toEqual([
      `update Deployment ${NAME}-worker`,
      `delete ScaledObject ${NAME}-worker`,
    ]);
    expect(fewest).toBeGreaterThanOrEqual(3);
    expect(await project.objects("horizontalpodautoscalers")).toEqual([]);
    await sleep(5000);
    expect(await replicas()).toBe(3);
    await project.mustUp("--refresh", "--expect-no-changes");
  });
});

describe.skipIf(LACKING)("a worker of a list that cannot be reached", () => {
  const NAME = "keda-blind";
  let project: Project;
  let redis: RunningRedis;
  /** What a preview and `status` say of it. */
  const told = async () => {
    const [{ status, output }, { stdout }] = await Promise.all([
      project.preview(),
      project.command("status", "--stack", "test", "--json"),
    ]);
    const { formation } = JSON.parse(stdout);
    return { status, output, trouble: formation[1].autoscalerTrouble };
  };
  const scaleBy = (address: string) => ({
    worker: {
      min: 1,
      max: 6,
      queue: { redis: address, list: "celery", length: 10, password: "REDIS_PASSWORD" },
    },
  });

  beforeAll(async () => {
    redis = await RunningRedis.start(PASSWORD);
    project = await Project.create(environment, {
      name: NAME,
      procfile: PROCFILE,
      scale: scaleBy("localhost:1"),
    });
    await project.setSecret("REDIS_PASSWORD", PASSWORD);
    await project.mustUp();
  });
  afterAll(async () => {
    await project.remove();
    await redis.remove();
  });

  test("is reported when nothing has ever listened at its address", async () => {
    const ready = () => condition(project, `${NAME}-worker`, "Ready");
    await expect.poll(ready, SOON).toBe("False");
    await sleep(61_000);
    const { status, output, trouble } = await told();
    expect(output).toMatch(
      /dash-scale:scale\.worker: the autoscaler in the cluster cannot tell how many replicas it takes, .*connection refused \(ScaledObjectCheckFailed\)\. See more: kubectl describe scaledobject keda-blind-worker --namespace keda-blind/,
    );
    expect({ status, trouble }).toMatchObject({
      status: 0,
      trouble: { kind: "ScaledObject", reason: "ScaledObjectCheckFailed" },
    });
  });

  test("is not when its address is right, and is again when the Redis goes", async () => {
    await redis.fill("celery", 20);
    await project.change({ scale: scaleBy(redis.address) });
    await project.mustUp();
    await expect.poll(async () => (await project.pods("worker")).length, SOON).toBe(2);
    const { output, trouble } = await told();
    expect(output).not.toContain("cannot tell how many");
    expect(trouble).toBeUndefined();
    await redis.end();
    const since = await conditionSince(project, `keda-hpa-${NAME}-worker`, "ScalingActive=False");
    await sleep(Math.max(0, since + 61_000 - Date.now()));
    expect(await told()).toMatchObject({
      status: 0,
      output: expect.stringMatching(/dash-scale:scale\.worker: .* \(FailedGetExternalMetric\)/),
      trouble: { kind: "HorizontalPodAutoscaler", reason: "FailedGetExternalMetric" },
    });
  });
});

describe.skipIf(LACKING)("a worker of two lists in a service's Redis by TLS", () => {
  const NAME = "keda-lists";
  let redis: RunningRedis;
  let project: Project;
  const count = async () => (await project.pods("worker")).length;

  beforeAll(async () => {
    const keys = join(environment.paths.controlPlane, "clusters", "local", "pki");
    const authority = join(keys, "ca.crt");
    const [certificate, key] = [join(keys, "admin.crt"), join(keys, "admin.key")];
    redis = await RunningRedis.start(PASSWORD, { authority, certificate, key });
    const to = { namespace: "redis", port: 6379 };
    const service = { secret: "shop-redis", env: { REDIS_URL: "uri" }, to };
    project = await Project.create(environment, {
      name: NAME,
      procfile: PROCFILE,
      scale: { worker: { min: 0, max: 4, queue: { service: "cache", lists: ["high", "low"] } } },
      app: { createNamespace: false },
      more: { services: { cache: service } },
    });
    await project.kubectl("create", "namespace", NAME);
    const uri = await project.write("uri", `rediss://:${PASSWORD}@${redis.address}/0`);
    const password = await project.write("password", PASSWORD);
    const files = [`uri=${uri}`, `password=${password}`, `ca.crt=${authority}`];
    const from = files.map((it) => `--from-file=${it}`);
    await inNamespace(project, "create", "secret", "generic", "shop-redis", ...from);
    await project.mustUp();
    await hurry(project, `${NAME}-worker`);
  });
  afterAll(async () => {
    await project.remove();
    await project.kubectl("delete", "namespace", NAME);
    await redis.remove();
  });

  test("has no replica while both are empty", async () => {
    await expect.poll(count, SOON).toBe(0);
  });

  test("has as many as the longer list takes, up to its most", async () => {
    await redis.fill("low", 25);
    await expect.poll(count, SOON).toBe(3);
    await redis.fill("high", 100);
    await expect.poll(count, SOON).toBe(4);
    expect(await condition(project, `${NAME}-worker`, "Ready")).toBe("True");
  });

  test("has none again when both are empty", async () => {
    await redis.fill("low", 0);
    await redis.fill("high", 0);
    await expect.poll(count, SOON).toBe(0);
  });
});
