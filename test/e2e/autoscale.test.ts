import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { conditionSince } from "./autoscaler.ts";
import { SimulatedMetrics } from "./metrics.ts";
import { Project } from "./project.ts";
import { sampledWhile } from "./sampling.ts";
import { suiteEnvironment } from "./suite.ts";

const REQUEST = 250; // CPU of one replica, in thousandths: the default
const AUTO = { min: 5, max: 10, cpu: 50 };

describe("an app whose web is autoscaled by CPU in a cluster without a metrics server", () => {
  const NAME = "autoscale-blind";
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: NAME,
      procfile: "web: gunicorn index:server\n",
      scale: { web: { min: 2, max: 4, cpu: 50 } },
    });
  });
  afterAll(() => project.remove());

  test.each(["preview", "up"] as const)("is told so by %s, which goes on", async (verb) => {
    const { status, output } = await project[verb]();
    expect(output).toContain(
      "dash-scale:scale.web: the cluster has no metrics server, so nothing is scaled by cpu: the autoscaler leaves the replicas as they are, and only keeps them from 2 to 4.",
    );
    expect(status).toBe(0);
  });

  test("has its least number, and `status` tells what the autoscaler says after a minute", async () => {
    expect(await project.pods("web")).toHaveLength(2);
    const since = await conditionSince(project, `${NAME}-web`, "ScalingActive=False");
    await sleep(Math.max(0, since + 61_000 - Date.now()));
    const { stdout } = await project.command("status", "--stack", "test", "--json");
    expect(JSON.parse(stdout).formation[0].autoscalerTrouble).toEqual({
      kind: "HorizontalPodAutoscaler",
      name: `${NAME}-web`,
      reason: "FailedGetResourceMetric",
      message: expect.stringContaining("unable to fetch metrics from resource metrics API"),
    });
    // The cause is known already, and is told once.
    const { output } = await project.preview();
    expect(output).toContain("the cluster has no metrics server");
    expect(output).not.toContain("cannot tell how many");
  });
});

// One app through its life: each test goes on from where the one before it left off.
describe("an app whose web is autoscaled by the real autoscaler, by simulated metrics", () => {
  let project: Project;
  let metrics: SimulatedMetrics;

  /** CPU for which the autoscaler wants so many replicas. */
  const loadFor = (replicas: number) => replicas * REQUEST * (AUTO.cpu / 100);
  const count = async () => (await project.pods("web")).length;
  const replicas = async () =>
    (await project.deployments()).find(({ name }) => name === "autoscale-web")?.replicas;
  const available = () => {
    const deployment = ["--namespace", "autoscale", "deployment/autoscale-web"];
    return project.kubectl("rollout", "status", ...deployment);
  };
  /** Brings a scale of web up, and tells the fewest pods that were there meanwhile. */
  const scaled = async (web: unknown, app = {}) => {
    await project.change({ scale: { web }, app });
    const { outcome, samples } = await sampledWhile(() => project.mustUp(), count);
    return { update: outcome, fewest: Math.min(...samples, await count()) };
  };

  beforeAll(async () => {
    const environment = await suiteEnvironment(inject("paths"));
    metrics = await SimulatedMetrics.start(environment);
    project = await Project.create(environment, {
      name: "autoscale",
      procfile: "web: gunicorn index:server\n",
      scale: { web: 4 },
    });
    await project.mustUp();
  });
  afterAll(async () => {
    await project.remove();
    await metrics.stop();
  });

  test("goes from fixed to autoscaled without losing a pod", async () => {
    metrics.load = loadFor(4);
    const before = await project.pods("web");
    const { update, fewest } = await scaled(AUTO);
    expect(update.changes.map(({ op, resource }) => `${op} ${resource}`)).toEqual([
      "update Deployment autoscale-web",
      "create HorizontalPodAutoscaler autoscale-web",
    ]);
    // A field that is left out of what is applied is not left alone by the API server: it would be
    // 1 again.
    expect(fewest).toBe(4);
    const after = await project.pods("web");
    expect(after).toEqual(expect.arrayContaining(before));
    // The autoscaler has raised them to its least number, and that was waited for.
    expect(after.filter(({ ready }) => ready)).toHaveLength(AUTO.min);
  });

  test("gets more replicas under load, which the next up leaves alone", async () => {
    metrics.load = loadFor(8);
    await expect.poll(count, { timeout: 60_000, interval: 500 }).toBe(8);
    await available();
    await project.mustUp("--expect-no-changes");
    await project.mustUp("--refresh", "--expect-no-changes");
    expect(await project.drift({})).toMatchObject({ status: 0 });
    expect(await count()).toBe(8);
  });

  test("keeps them through a rollout", async () => {
    const { fewest } = await scaled(AUTO, { env: { LOG_LEVEL: "debug" } });
    expect(fewest).toBeGreaterThanOrEqual(8);
    await expect.poll(count).toBe(8);
    expect(await replicas()).toBe(8);
  });

  test("goes back to as many as it had though the autoscaler wants more", async () => {
    // The new pods take a while, in which an autoscaler that is still there sets the replicas to
    // its least.
    const { update, fewest } = await scaled(4, { env: { LOG_LEVEL: "info" } });
    expect(update.changes.map(({ op, resource }) => `${op} ${resource}`)).toEqual([
      "update Deployment autoscale-web",
      "delete HorizontalPodAutoscaler autoscale-web",
    ]);
    expect(fewest).toBeGreaterThanOrEqual(4);
    // Longer than the autoscaler takes to look again.
    await sleep(5000);
    expect(await replicas()).toBe(4);
    await project.mustUp("--refresh", "--expect-no-changes");
  });

  test("is autoscaled again after an up that failed on the way from it, as that one says", async () => {
    await scaled(AUTO);
    // More local disk than any node has.
    const [app, scale] = [{ progressDeadline: 10 }, { web: { replicas: 4, storage: "10Ti" } }];
    await project.change({ app, scale });
    const { status, output } = await project.up();
    expect(status).not.toBe(0);
    expect(output).toContain("restore it with: pulumi up --refresh");
    expect(await project.objects("horizontalpodautoscalers")).toEqual([]);
    await project.change({ app: {}, scale: { web: AUTO } });
    await project.mustUp("--refresh");
    expect(await project.objects("horizontalpodautoscalers")).toHaveLength(1);
  });

  test("is autoscaled from no replica at all, which the autoscaler alone would leave so", async () => {
    await scaled(0);
    expect(await count()).toBe(0);
    metrics.load = loadFor(AUTO.min);
    await scaled(AUTO);
    await expect.poll(count, { timeout: 60_000, interval: 500 }).toBe(AUTO.min);
    await available();
    await project.mustUp("--refresh", "--expect-no-changes");
    await scaled(4);
    expect(await replicas()).toBe(4);
  });
});
