import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const NAME = "cron";
const PROCFILE =
  "release: python migrate.py\nweb: gunicorn index:server\nnightly: python report.py\n";
const EVERY_MINUTE = { processes: { nightly: { schedule: "* * * * *", timezone: "Asia/Tokyo" } } };
const AT_NIGHT = { processes: { nightly: { schedule: "0 3 * * *" } } };
const ALWAYS = { processes: {} };
/** The next minute, and what a busy machine may take beside. */
const RUN = { timeout: 110_000, interval: 500 };

interface JobObject {
  readonly metadata: { readonly name: string; readonly ownerReferences?: readonly object[] };
  readonly status: { readonly succeeded?: number };
}

// One app through its life: each test goes on from where the one before it left off.
describe("a process type with a schedule", () => {
  let project: Project;
  const kubectl = (...args: string[]) => project.kubectl("--namespace", NAME, ...args);
  const list = async (...args: string[]) =>
    JSON.parse(await kubectl("get", ...args, "--output", "json")).items;
  const cronJob = async () =>
    JSON.parse(await kubectl("get", "cronjob", "cron-nightly", "--output", "json"));
  const jobs = (): Promise<JobObject[]> =>
    list("jobs", "--selector", "app.kubernetes.io/component=nightly");
  const names = async (kind: string) => (await project.objects(kind)).map(({ name }) => name);
  const drift = async () => {
    const { status, stdout } = await project.drift();
    return { status, stdout: stdout.replace(/, \d{4}-\d\d-\d\d \d\d:\d\d UTC/, "") };
  };

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: NAME,
      procfile: PROCFILE,
      app: { env: { DAY: "yesterday" } },
      scale: { nightly: { memory: "1Gi" } },
      more: AT_NIGHT,
    });
    await project.setSecret("TOKEN", "canary");
  });
  afterAll(() => project.remove());

  test("is a CronJob after the release, and nothing waits for a pod of it", async () => {
    const { order } = await project.mustUp();
    expect(order.indexOf("Job cron-release")).toBeGreaterThan(-1);
    expect(order.indexOf("CronJob cron-nightly")).toBeGreaterThan(
      order.indexOf("Job cron-release"),
    );
    expect(await names("deployments")).toEqual(["cron-web"]);
    expect(await names("cronjobs")).toEqual(["cron-nightly"]);
    expect(await project.pods("nightly")).toEqual([]);
    expect(await project.outputs()).toMatchObject({
      processes: { nightly: { cronJob: "cron-nightly", replicas: { min: 0, max: 1 } } },
    });
    await project.mustUp("--refresh", "--expect-no-changes");
    expect(await drift()).toMatchObject({ status: 0 });
  });

  test("runs when it is due, in the pod of the app", async () => {
    await project.change({ more: EVERY_MINUTE });
    await project.mustUp();
    expect((await cronJob()).spec).toMatchObject({ timeZone: "Asia/Tokyo" });
    await expect.poll(async () => (await jobs()).length, RUN).toBeGreaterThan(0);
    const selector = "app.kubernetes.io/name=cron,app.kubernetes.io/component=nightly";
    await expect.poll(async () => (await list("pods", "-l", selector)).length).toBeGreaterThan(0);
    const [pod] = await list("pods", "-l", selector);
    expect(pod.spec).toMatchObject({ restartPolicy: "Never", serviceAccountName: NAME });
    expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true });
    const [container] = pod.spec.containers;
    expect(container).toMatchObject({
      image: "registry.example.com/shop:1",
      resources: { requests: { memory: "1Gi" }, limits: { memory: "1Gi" } },
    });
    expect(container.env).toContainEqual({ name: "DAY", value: "yesterday" });
    expect(container.envFrom).toEqual([
      { secretRef: { name: expect.stringContaining("cron-secrets") } },
    ]);
    const policy = JSON.parse(await kubectl("get", "networkpolicy", NAME, "--output", "json"));
    expect(pod.metadata.labels).toMatchObject(policy.spec.podSelector.matchLabels);
    // web's own, and none of a run.
    expect(await project.endpoints("cron-web")).toHaveLength(1);
  });

  test("comes to its end, and no run is a change or a drift", async () => {
    const succeeded = async () => (await jobs()).filter(({ status }) => status.succeeded === 1);
    await expect.poll(async () => (await succeeded()).length, RUN).toBeGreaterThan(0);
    await project.mustUp("--expect-no-changes");
    expect(await drift()).toMatchObject({ status: 0 });
    await project.mustUp("--refresh", "--expect-no-changes");
  });

  test("starts nothing while it is suspended by 0 replicas", async () => {
    await project.change({ scale: { nightly: 0 } });
    await project.mustUp();
    expect((await cronJob()).spec.suspend).toBe(true);
    expect(await project.outputs()).toMatchObject({ processes: { nightly: { replicas: 0 } } });
    // A run that was due just then may still begin.
    await sleep(15_000);
    const before = await names("jobs");
    const lastRun = (await cronJob()).status.lastScheduleTime;
    // What was due while it was suspended shows in nothing but what is not there.
    await sleep(65_000);
    expect((await cronJob()).status.lastScheduleTime).toBe(lastRun);
    expect((await names("jobs")).filter((name) => !before.includes(name))).toEqual([]);
  });

  test("that somebody has resumed and moved by hand has drifted, and is put back", async () => {
    const patch = JSON.stringify({ spec: { suspend: false, schedule: "0 5 * * *" } });
    await kubectl("patch", "cronjob", "cron-nightly", "--type", "merge", "--patch", patch);
    const { status, stdout } = await drift();
    expect(status).toBe(2);
    expect(stdout).toContain("CronJob cron-nightly: spec.suspend true → false");
    expect(stdout).toContain('CronJob cron-nightly: spec.schedule "* * * * *" → "0 5 * * *"');
    await project.mustUp("--refresh");
    expect((await cronJob()).spec).toMatchObject({ suspend: true, schedule: "* * * * *" });
    expect(await drift()).toMatchObject({ status: 0 });
  });

  test("becomes a Deployment in one up, and a CronJob again in another", async () => {
    await project.change({ more: ALWAYS, scale: { nightly: 1 } });
    await project.mustUp();
    expect(await names("deployments")).toEqual(["cron-nightly", "cron-web"]);
    expect(await names("cronjobs")).toEqual([]);
    const ready = async () =>
      (await project.pods("nightly")).filter((pod) => pod.ready && pod.name.includes("nightly-"));
    expect(await ready()).toHaveLength(1);
    // What the CronJob had started goes with it.
    await expect.poll(async () => (await jobs()).length).toBe(0);

    await project.change({ more: AT_NIGHT });
    await project.mustUp();
    expect(await names("deployments")).toEqual(["cron-web"]);
    expect((await cronJob()).spec).toMatchObject({ suspend: false, schedule: "0 3 * * *" });
    await expect.poll(() => project.pods("nightly")).toEqual([]);
    await project.mustUp("--refresh", "--expect-no-changes");
  });

  test("is gone after a destroy", async () => {
    expect(await project.destroy()).toMatchObject({ status: 0 });
    const selector = ["--selector", "app.kubernetes.io/name=cron", "--output", "name"];
    expect(await kubectl("get", "cronjobs,jobs,pods", ...selector)).toBe("");
  });
});
