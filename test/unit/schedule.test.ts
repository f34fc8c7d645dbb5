import { describe, expect, test } from "vitest";
import { costOf } from "../../components/cost/cost.ts";
import { costFromOutputs } from "../../components/cost/outputs.ts";
import { costTable } from "../../components/cost/table.ts";
import { fit } from "../../components/fit/fit.ts";
import { demandOf } from "../../components/fit/pod-demand.ts";
import { scaleDowns } from "../../components/guards/scale-down.ts";
import { cronJobManifest } from "../../components/manifest/cron-job.ts";
import { selectorLabels } from "../../components/manifest/labels.ts";
import type { ScheduledPlan } from "../../components/plan/process-plan.ts";
import { isScheduled } from "../../components/plan/process-plan.ts";
import { capacity, nodeOfPods } from "../support/fit.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf, problemsOf, processOf } from "../support/plan.ts";

const PROCFILE = "web: gunicorn a:b\nnightly: python report.py --since $DAY\n";
const REFERENCES = { namespace: "shop", image: "shop:1", serviceAccount: "shop" };
const nightly = (
  scale?: unknown,
  options: object = {},
  more: Omit<GivenStack, "processes"> = {},
): GivenStack => ({
  procfile: PROCFILE,
  processes: { nightly: { schedule: "0 3 * * *", ...options } },
  ...(scale === undefined ? {} : { scale: { nightly: scale } }),
  ...more,
});

function planned(given: GivenStack): ScheduledPlan {
  const plan = processOf(given, "nightly");
  if (!isScheduled(plan)) throw new Error("the process type always runs");
  return plan;
}

const manifest = (given: GivenStack) => cronJobManifest(planned(given), REFERENCES);

describe("the CronJob of a process type with a schedule", () => {
  test("runs one Job at a time, in UTC unless the stack says otherwise, and keeps few", () => {
    expect(manifest(nightly())).toMatchObject({
      metadata: { name: "shop-nightly", namespace: "shop" },
      spec: {
        schedule: "0 3 * * *",
        timeZone: "Etc/UTC",
        suspend: false,
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        jobTemplate: { spec: { backoffLimit: 0, activeDeadlineSeconds: 86_400 } },
      },
    });
    expect(manifest(nightly(1, { timezone: "Europe/Berlin", timeout: 60 }))).toMatchObject({
      spec: {
        timeZone: "Europe/Berlin",
        jobTemplate: { spec: { activeDeadlineSeconds: 60 } },
      },
    });
  });

  test("is suspended by 0 replicas, and by nothing else", () => {
    for (const scale of [0, { replicas: 0, memory: "2Gi" }])
      expect(manifest(nightly(scale))).toMatchObject({ spec: { suspend: true } });
    for (const scale of [undefined, 1, { memory: "2Gi" }])
      expect(manifest(nightly(scale))).toMatchObject({ spec: { suspend: false } });
  });

  test("has the pod that a Deployment would have, but for how its replicas are spread", () => {
    const scale = { memory: "2Gi", cpu: "1", storage: "3Gi" };
    const more = {
      app: { env: { DAY: "today" }, writable: ["/app/out"], user: 12_345, launcher: "shell" },
      more: {
        services: { db: { cloudnativepg: "shop-db" } },
      },
    };
    const options = { gracePeriod: 300, priorityClass: "batch" };
    const { pod } = planned(nightly(scale, options, more));
    const running = { processes: { nightly: options }, procfile: PROCFILE, ...more };
    const always = processOf({ ...running, scale: { nightly: scale } }, "nightly");
    expect(pod).toEqual({ ...always.pod, spread: "off" });
    expect(pod).toMatchObject({ gracePeriodSeconds: 300, priorityClass: "batch", memory: "2Gi" });
    expect(pod.secretEnv).toHaveProperty("DATABASE_URL");
  });

  test("has pods that no Service of the app selects, and that the app's policy does", () => {
    const found = JSON.parse(JSON.stringify(manifest(nightly())));
    const own: Record<string, string> = found.spec.jobTemplate.spec.template.metadata.labels;
    expect(own["app.kubernetes.io/name"]).toBe("shop");
    const web = selectorLabels({ app: "shop", type: "web", name: "shop-web" });
    expect(Object.entries(web).every(([name, value]) => own[name] === value)).toBe(false);
  });

  test("has no probe, and does not start a container again", () => {
    const text = JSON.stringify(manifest(nightly()));
    expect(text).toContain('"restartPolicy":"Never"');
    expect(text).not.toMatch(/Probe|preStop|"ports"/);
  });
});

test("what does not go with a schedule is said all at once, with the way out", () => {
  const options = { schedule: "0 3 * * 7", port: 9000, health: "off", singleton: false };
  const given = nightly({ min: 1, max: 3, cpu: 70 }, options);
  expect(problemsOf(given).map(({ location, message }) => `${location} ${message}`)).toEqual([
    "dash-scale:scale.nightly.min is for what always runs, and dash-scale:processes.nightly.schedule has it run by the clock; leave one of the two out",
    "dash-scale:scale.nightly.max is for what always runs, and dash-scale:processes.nightly.schedule has it run by the clock; leave one of the two out",
    'dash-scale:processes.nightly.schedule got "0 3 * * 7": the day of the week "7" is not from 0 to 6, where Sunday is 0; expected a cron expression of five fields, or a name, such as 0 3 * * * or @hourly',
    "dash-scale:processes.nightly.port does not go with schedule: nothing reaches a run; leave one of the two out",
    "dash-scale:processes.nightly.health does not go with schedule: a run ends by itself, and is not restarted; leave one of the two out",
    "dash-scale:processes.nightly.singleton does not go with schedule: there is one run at a time anyway; leave one of the two out",
  ]);
  expect(problemsOf(nightly(2))).toEqual([
    {
      location: "dash-scale:scale.nightly",
      message:
        "got 2; expected a whole number from 0 to 1, such as 1; it runs by its schedule, one run at a time: 1 to have it run, 0 to suspend it",
    },
  ]);
});

describe("what a process type with a schedule costs", () => {
  const cost = costOf(planOf(nightly({ memory: "2Gi" })));
  test("is one pod at most, and none in between", () => {
    expect(cost.processes["nightly"]).toEqual({
      cronJob: "shop-nightly",
      schedule: "0 3 * * *, Etc/UTC",
      replicas: { min: 0, max: 1 },
      memory: "2Gi",
      cpu: "250m",
      storage: "1Gi",
      surgePods: 0,
      spread: "off",
    });
    expect(cost.totals).toMatchObject({ pods: 2, memory: "2560Mi", surgePods: 1 });
    expect(costOf(planOf(nightly(0))).processes["nightly"]).toMatchObject({
      replicas: 0,
      memory: "0",
    });
  });
  test("is read back from the outputs", () => {
    expect(costFromOutputs(JSON.parse(JSON.stringify(cost)))).toEqual(cost);
  });
  test("is shown as from nothing to one pod, and when", () => {
    const table = costTable(undefined, cost);
    expect(table).toMatch(/^nightly +0-1 +0-2Gi +0-250m +- +0$/m);
    expect(table).toMatch(/^total +1-2 +512Mi-2560Mi /m);
    expect(table).toContain("nightly takes this only while it runs (0 3 * * *, Etc/UTC).");
    expect(costTable(cost, costOf(planOf(nightly(0))))).toContain(
      "(suspended; 0 3 * * *, Etc/UTC)",
    );
    expect(costTable(undefined, costOf(planOf({})))).not.toContain("only while");
  });
});

test("giving a process type a schedule, or suspending it, is a scale-down like others", () => {
  const at = (given: GivenStack) => costOf(planOf(given));
  const always = at({ procfile: PROCFILE });
  expect(scaleDowns(always, at(nightly()))).toEqual([
    {
      type: "nightly",
      change: "1 -> 0-1",
      summary: "1 replicas of nightly become 0-1, since it has a schedule now",
    },
  ]);
  expect(scaleDowns(at(nightly()), at(nightly(0)))).toMatchObject([{ change: "0-1 -> 0" }]);
  expect(scaleDowns(at(nightly(0)), at(nightly()))).toEqual([]);
  expect(scaleDowns(at(nightly()), always)).toEqual([]);
});

test("a run that finds no room is warned of, and stops nothing", () => {
  const demand = demandOf(planOf(nightly()), new Set(["web", "nightly"]));
  expect(fit(demand, capacity({ nodes: [nodeOfPods("a", 1)] }))).toMatchObject({
    problems: [],
    warnings: [
      expect.anything(),
      {
        location: "dash-scale:processes.nightly.schedule",
        message: expect.stringContaining("when it runs, 1 of 1 replica would stay Pending"),
      },
    ],
  });
});

describe("what is said of the line", () => {
  const findings = (command: string, schedule?: string) => {
    const processes = schedule === undefined ? {} : { nightly: { schedule } };
    const plan = planOf({ procfile: `web: gunicorn a:b\nnightly: ${command}\n`, processes });
    return [...plan.warnings, ...plan.notes].map(
      ({ location, message }) => `${location} ${message}`,
    );
  };
  test("nothing of one that ends: not that it is started again, nor of SIGTERM", () => {
    expect(findings("python report.py", "@daily")).toEqual([]);
    expect(findings("python report.py").join()).toContain(
      "to run one by the clock: dash-scale:processes.TYPE.schedule",
    );
  });
  test.each(["gunicorn a:b", "celery -A app worker", "exec celery -A app beat", "rq worker high"])(
    "that it does not end: %s",
    (command) => {
      expect(findings(command, "@daily").join("\n")).toContain("does not end by itself");
    },
  );
  test.each([
    "rq worker --burst high",
    "celery -A app call tasks.report",
    "python manage.py clearsessions",
  ])("not of %s", (command) => {
    expect(findings(command, "@daily").join("\n")).not.toContain("does not end by itself");
  });
  test("that there is no port to use", () => {
    expect(findings("curl localhost:$PORT", "@daily")).toEqual([
      'Procfile:2:25 $PORT is not set for "nightly", which runs by a schedule and listens on nothing; write what is meant',
    ]);
  });
});
