import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { suiteEnvironment } from "./suite.ts";
import type { Pod } from "./project.ts";
import { Project } from "./project.ts";

const PROCFILE = "web: gunicorn index:server\nworker: celery -A tasks worker\n";
const uids = (pods: readonly Pod[]) => pods.map(({ uid }) => uid);
const nodes = (pods: readonly Pod[]) => new Set(pods.map(({ node }) => node));

// One app through its life: each test goes on from where the one before it left off.
describe("an app", () => {
  let project: Project;
  const scaled = async (web: number) => {
    await project.change({ scale: { web, worker: 1 } });
    return project.mustUp();
  };

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: "scaling",
      procfile: PROCFILE,
      scale: { web: 2 },
    });
  });
  afterAll(() => project.remove());

  test("is created: every process type runs, its replicas on different nodes", async () => {
    const { changes } = await project.mustUp();
    expect(changes.map(({ op, resource }) => `${op} ${resource}`)).toEqual([
      "create App e2e-scaling",
      "create Deployment scaling-web",
      "create Deployment scaling-worker",
      "create Namespace scaling",
      "create Network scaling-network",
      "create NetworkPolicy scaling",
      "create NetworkPolicy scaling-web",
      "create PodDisruptionBudget scaling-web",
      "create Service scaling-web",
      "create ServiceAccount scaling",
      "create Traffic scaling-web-traffic",
    ]);
    const web = await project.pods("web");
    expect(web).toHaveLength(2);
    expect(web.every(({ ready }) => ready)).toBe(true);
    expect(nodes(web).size).toBe(2);
    expect(await project.pods("worker")).toHaveLength(1);
  });

  test("says what it comes to", async () => {
    expect(await project.outputs()).toEqual({
      processes: {
        web: {
          deployment: "scaling-web",
          replicas: 2,
          workers: 1,
          threads: 1,
          concurrency: 2,
          memory: "1Gi",
          cpu: "500m",
          storage: "2Gi",
          surgePods: 1,
          spread: "preferred",
        },
        worker: {
          deployment: "scaling-worker",
          replicas: 1,
          memory: "512Mi",
          cpu: "250m",
          storage: "1Gi",
          surgePods: 1,
          spread: "preferred",
        },
      },
      totals: { pods: 3, cpu: "750m", memory: "1536Mi", concurrency: 2, surgePods: 2 },
      cluster: await project.clusterUid(),
    });
  });

  test("stays as it is when nothing was changed", async () => {
    const before = await project.deployments();
    expect((await project.preview("--expect-no-changes")).status).toBe(0);
    expect((await project.mustUp("--expect-no-changes")).changes).toEqual([]);
    expect(await project.deployments()).toEqual(before);
  });

  test("2 → 4 is one update of spec.replicas: the pods that ran go on, the four are on four nodes", async () => {
    const before = await project.pods("web");
    const worker = await project.pods("worker");
    const { changes } = await scaled(4);
    expect(changes).toEqual([
      { op: "update", resource: "Deployment scaling-web", paths: ["spec.replicas"] },
    ]);
    const after = await project.pods("web");
    expect(after).toHaveLength(4);
    expect(uids(after)).toEqual(expect.arrayContaining(uids(before)));
    expect(nodes(after).size).toBe(4);
    expect(await project.pods("worker")).toEqual(worker);
  });

  test("4 → 1 ends three pods and touches no other; the disruption budget goes", async () => {
    const before = await project.pods("web");
    const { changes } = await scaled(1);
    expect(changes).toEqual([
      { op: "update", resource: "Deployment scaling-web", paths: ["spec.replicas"] },
      // It would keep the only replica from ever leaving a node.
      { op: "delete", resource: "PodDisruptionBudget scaling-web", paths: [] },
    ]);
    await expect.poll(async () => (await project.pods("web")).length).toBe(1);
    const after = await project.pods("web");
    expect(uids(before)).toEqual(expect.arrayContaining(uids(after)));
  });

  test("goes to 0, and back", async () => {
    await scaled(0);
    await expect.poll(() => project.pods("web")).toEqual([]);
    await project.mustUp("--expect-no-changes");
    await scaled(2);
    expect(await project.pods("web")).toHaveLength(2);
  });

  test("that someone scaled by hand is put back by up --refresh", async () => {
    const before = await project.pods("web");
    await project.kubectl(
      "--namespace",
      "scaling",
      "scale",
      "deployment/scaling-web",
      "--replicas=3",
    );
    const { changes } = await project.mustUp("--refresh");
    expect(changes).toContainEqual({
      op: "update",
      resource: "Deployment scaling-web",
      paths: ["spec.replicas"],
    });
    const [web] = await project.deployments();
    expect(web).toMatchObject({ name: "scaling-web", replicas: 2 });
    // Which of the three goes is the ReplicaSet's business.
    await expect.poll(async () => (await project.pods("web")).length).toBe(before.length);
  });

  test("lives in a namespace that enforces Pod Security restricted", async () => {
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "root", namespace: "scaling" },
      spec: { containers: [{ name: "root", image: "x", securityContext: { privileged: true } }] },
    };
    await expect(project.apply(pod)).rejects.toThrow(/violates PodSecurity "restricted/);
  });

  test("loses the Deployment of a process type that left the Procfile, and nothing else", async () => {
    const web = await project.pods("web");
    await project.change({ procfile: "web: gunicorn index:server\n", scale: { web: 2 } });
    const { changes } = await project.mustUp();
    expect(changes.map(({ op, resource }) => `${op} ${resource}`)).toEqual([
      "delete Deployment scaling-worker",
    ]);
    expect((await project.deployments()).map(({ name }) => name)).toEqual(["scaling-web"]);
    expect(uids(await project.pods("web"))).toEqual(uids(web));
  });

  test("leaves nothing when it is destroyed", async () => {
    expect((await project.destroy()).status).toBe(0);
    expect(await project.kubectl("get", "namespaces", "--output", "name")).not.toContain(
      "namespace/scaling\n",
    );
    expect(JSON.parse(await project.state())).not.toHaveProperty("deployment.resources.1");
  });
});
