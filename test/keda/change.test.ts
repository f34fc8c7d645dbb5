import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { LocalEnvironment } from "../../local/environment.ts";
import { SimulatedMetrics } from "../e2e/metrics.ts";
import { Project } from "../e2e/project.ts";
import { sampledWhile } from "../e2e/sampling.ts";
import { suiteEnvironment } from "../e2e/suite.ts";
import { LACKS_KEDA, RunningKeda } from "./keda.ts";
import { LACKS_REDIS, RunningRedis } from "./redis.ts";
import { available } from "./scaled-object.ts";

const LACKING = LACKS_REDIS || LACKS_KEDA;
const PASSWORD = "not-a-secret-of-anybody";
const SOON = { timeout: 120_000, interval: 500 };
const REQUEST = 250; // CPU of one replica, in thousandths: the default
const CPU = 50;

let environment: LocalEnvironment;
let keda: RunningKeda;

beforeAll(async () => {
  environment = await suiteEnvironment(inject("paths"));
  keda = await RunningKeda.start(environment);
});
afterAll(() => keda.remove());

describe.skipIf(LACKING)("a worker that goes from an HPA to KEDA and back", () => {
  const NAME = "keda-change";
  const BY_CPU = { min: 2, max: 6, cpu: CPU };
  let redis: RunningRedis;
  let metrics: SimulatedMetrics;
  let project: Project;
  const count = async () => (await project.pods("worker")).length;
  const hpas = async () =>
    (await project.objects("horizontalpodautoscalers")).map(({ name }) => name);
  const scaled = async (worker: unknown) => {
    await project.change({ scale: { worker } });
    const { samples } = await sampledWhile(() => project.mustUp(), count);
    return { fewest: Math.min(...samples, await count()) };
  };

  beforeAll(async () => {
    redis = await RunningRedis.start(PASSWORD);
    metrics = await SimulatedMetrics.start(environment);
    metrics.load = 4 * REQUEST * (CPU / 100);
    project = await Project.create(environment, {
      name: NAME,
      procfile: "worker: celery -A app worker\n",
      app: { env: { REDIS_PASSWORD: PASSWORD } },
      scale: { worker: BY_CPU },
    });
    await project.mustUp();
  });
  afterAll(async () => {
    await project.remove();
    await metrics.stop();
    await redis.remove();
  });

  test("is scaled by CPU at first", async () => {
    await expect.poll(count, SOON).toBe(4);
  });

  test("keeps its pods on the way to KEDA, which scales by CPU and by a list", async () => {
    const queue = {
      redis: redis.address,
      list: "celery",
      length: 10,
      password: "REDIS_PASSWORD",
    };
    const { fewest } = await scaled({ ...BY_CPU, queue });
    expect(fewest).toBe(4);
    await expect.poll(hpas, SOON).toEqual([`keda-hpa-${NAME}-worker`]);
    await redis.fill("celery", 60);
    await expect.poll(count, SOON).toBe(6);
    await available(project, `${NAME}-worker`);
    await project.mustUp("--refresh", "--expect-no-changes");
  });

  test("keeps them on the way back, where KEDA has let go of it", async () => {
    const { fewest } = await scaled(BY_CPU);
    expect(fewest).toBe(6);
    expect(await hpas()).toEqual([`${NAME}-worker`]);
    await project.mustUp("--refresh", "--expect-no-changes");
  });
});

describe.skipIf(LACKS_KEDA)("a schedule", () => {
  const NAME = "keda-schedule";
  let project: Project;
  /** An hour of the day, from now on, in cron. */
  const at = (hours: number) => `0 ${(new Date().getUTCHours() + hours + 24) % 24} * * *`;
  const during = (from: number, to: number) => [{ start: at(from), end: at(to), replicas: 3 }];

  beforeAll(async () => {
    project = await Project.create(environment, {
      name: NAME,
      procfile: "now: celery -A app worker -Q a\nlater: celery -A app worker -Q b\n",
      scale: {
        now: { min: 1, max: 5, schedule: during(-2, 4) },
        later: { min: 1, max: 5, schedule: during(6, 8) },
      },
    });
    await project.mustUp();
  });
  afterAll(() => project.remove());

  test("has so many replicas while it lasts, and the fewest at other times", async () => {
    await expect.poll(async () => (await project.pods("now")).length, SOON).toBe(3);
    expect(await project.pods("later")).toHaveLength(1);
  });
});

describe.skipIf(LACKS_KEDA)("a cluster whose KEDA does not work", () => {
  const NAME = "keda-absent";
  const BY_CLOCK = {
    min: 1,
    max: 5,
    schedule: [{ start: "0 8 * * *", end: "0 9 * * *", replicas: 2 }],
  };
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(environment, {
      name: NAME,
      procfile: "worker: celery -A app worker\n",
      scale: { worker: BY_CLOCK },
    });
    await project.mustUp();
  });
  afterAll(async () => {
    await keda.startOperator();
    await project.remove();
  });

  test("is told before anything is changed, also where KEDA is to let go", async () => {
    await keda.stopOperator();
    await keda.ageLease();
    const says = /dash-scale:scale\.worker: KEDA's operator does not run: .* namespace keda since/;
    const preview = await project.preview();
    expect(preview.output).toMatch(says);
    expect(preview.status).not.toBe(0);
    await project.change({ scale: { worker: 3 } });
    const { status, output, changes } = await project.up();
    expect(output).toMatch(says);
    expect({ status: status !== 0, changes }).toEqual({ status: true, changes: [] });
    expect(await project.objects("scaledobjects")).toHaveLength(1);
  });
});
