import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { apiServer } from "../support/api-server.ts";
import { started } from "../support/command.ts";
import { resourceName, rightsOf } from "../support/rights.ts";
import { FakeCluster, PageProject } from "./fixture.ts";

let project: PageProject;
let asked: string[];
beforeEach(async () => {
  project = await PageProject.create();
  const { kubeconfig, asked: urls } = await apiServer(new FakeCluster().answer);
  asked = urls;
  await project.useCluster(kubeconfig);
});
afterEach(() => project.remove());

/** `list pods.metrics.k8s.io`: the right that a request needs; what is none, as it is. */
function rightOf(url: string): string {
  const { pathname, searchParams } = new URL(url, "http://host");
  const [, group = "", resource] =
    /^\/api(?:s\/([^/]+))?\/v\w+(?:\/namespaces\/[^/]+)?\/(\w+)$/.exec(pathname) ?? [];
  if (resource === undefined) return url;
  return `${searchParams.has("watch") ? "watch" : "list"} ${resourceName({ group, resource })}`;
}
const rights = () => new Set(asked.map(rightOf));

const LISTS = ["list deployments.apps", "list nodes", "list pods", "list pods.metrics.k8s.io"];
const AUTOSCALED = ["list horizontalpodautoscalers.autoscaling", "list scaledobjects.keda.sh"];
const WATCHES = ["watch deployments.apps", "watch pods"];

/** The rights that were needed, and are not given. */
async function beyondRole(): Promise<string[]> {
  const files = await Promise.all(["rbac.yaml", "rbac-cluster.yaml"].map(rightsOf));
  const given = new Set(files.flat().map((right) => `${right.verb} ${resourceName(right)}`));
  return [...rights()].filter((right) => !given.has(right));
}

test("`status` asks for no right that the pipeline's role does not give", async () => {
  await started(project.folder, ["status"], join(project.folder, "bin")).ended;
  expect([...rights()].toSorted()).toEqual(LISTS);
  expect(await beyondRole()).toEqual([]);
});

test("for autoscalers, too, where the app has some", async () => {
  const queue = '{ max: 3, queue: { redis: "redis.redis:6379", list: celery } }';
  await project.replace("    web: 2\n", `    web: ${queue}\n`);
  await started(project.folder, ["status"], join(project.folder, "bin")).ended;
  expect([...rights()].toSorted()).toEqual([...LISTS, ...AUTOSCALED].toSorted());
  expect(await beyondRole()).toEqual([]);
});

test("the page asks for no right that the pipeline's role does not give", async () => {
  const { origin, token } = await project.serve();
  const looking = new AbortController();
  const { signal } = looking;
  const headers = { authorization: `Bearer ${token}` };
  const { ok } = await fetch(`${origin}/api/events?stack=dev`, { headers, signal });
  expect(ok).toBe(true);
  await expect
    .poll(() => [...rights()].toSorted(), { timeout: 30_000 })
    .toEqual([...LISTS, ...WATCHES]);
  looking.abort();
  expect(await beyondRole()).toEqual([]);
});
