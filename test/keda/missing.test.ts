import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Project } from "../e2e/project.ts";
import { suiteEnvironment } from "../e2e/suite.ts";

let project: Project;

beforeAll(async () => {
  project = await Project.create(await suiteEnvironment(inject("paths")), {
    name: "keda-missing",
    procfile: "worker: celery -A app worker\n",
    scale: { worker: { min: 0, max: 3, queue: { redis: "redis.redis:6379", list: "celery" } } },
  });
});
afterAll(() => project.remove());

test.each(["preview", "up"] as const)("%s says that the cluster has no KEDA", async (verb) => {
  const { status, output, changes } = await project[verb]();
  expect(output).toContain(
    "dash-scale:scale.worker: KEDA scales by queue, schedule and concurrency, and the cluster has no KEDA: its API server does not know keda.sh/v1alpha1.",
  );
  expect({ failed: status !== 0, changes }).toEqual({ failed: true, changes: [] });
});
