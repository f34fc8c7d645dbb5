import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const IMAGE = "registry.example.com/shop:1";
const OTHER = "registry.example.com/shop:2";

const NO_DRIFT = {
  status: 0,
  stdout: "No drift: the stack test has all 8 objects as Pulumi left them.\n",
};
const AS_DECLARED = {
  scales: [
    { name: "drifting-web", replicas: 2, image: IMAGE },
    { name: "drifting-worker", replicas: 1, image: IMAGE },
  ],
  ready: 2,
  drift: NO_DRIFT,
};
const drifted = (...lines: string[]) => ({
  status: 2,
  stdout: `${lines.join("\n")}\n\nPut back with: pulumi up --refresh --stack test\n`,
});

/** What controllers report goes on changing, whoever looks. */
const REPORTS = new Set(["status", "resourceVersion", "deployment.kubernetes.io/revision"]);
const withoutReports = (key: string, value: unknown) => (REPORTS.has(key) ? undefined : value);

// One app, drifting in one way after the other: each test begins and ends with an app that has not
// drifted.
describe("what somebody changes by hand", () => {
  let project: Project;
  const kubectl = (...args: string[]) => project.kubectl("--namespace", "drifting", ...args);
  const deployment = async (name: string) =>
    JSON.parse(await kubectl("get", "deployment", name, "--output", "json"));
  /** What `dash-scale drift` says, without the times. */
  const drift = async (...flags: string[]) => {
    const { status, stdout, stderr } = await project.drift({}, ...flags);
    expect(stderr).toBe("");
    return { status, stdout: stdout.replaceAll(/, \d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "") };
  };
  /** The same, when telling has changed nothing. */
  const told = async () => {
    const now = async () => [
      await project.state(),
      JSON.parse(await kubectl("get", "deployments", "--output", "json"), withoutReports),
    ];
    const before = await now();
    const said = await drift();
    expect(await now()).toEqual(before);
    return said;
  };
  const putBack = async () => {
    await project.mustUp("--refresh");
    const ready = (await project.pods("web")).filter((pod) => pod.ready).length;
    return { scales: await scales(), ready, drift: await drift() };
  };
  const scales = () =>
    Promise.all(
      ["drifting-web", "drifting-worker"].map(async (name) => {
        const { spec } = await deployment(name);
        return { name, replicas: spec.replicas, image: spec.template.spec.containers[0].image };
      }),
    );

  const applyAsSomebody = (name: string, spec: object) =>
    project.apply(
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace: "drifting" },
        spec,
      },
      "--server-side",
      "--force-conflicts",
      "--field-manager=somebody",
    );

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: "drifting",
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      scale: { web: 2 },
    });
    await project.mustUp();
  });
  afterAll(() => project.remove());

  test("is nothing after an up", async () => {
    expect(await drift()).toEqual(NO_DRIFT);
  });

  test("is not what others keep on our objects: restarts, labels, annotations, variables", async () => {
    await kubectl("rollout", "restart", "deployment/drifting-web");
    await kubectl("label", "deployment/drifting-web", "team=shop");
    await kubectl("annotate", "service/drifting-web", "example.com/owner=me");
    await kubectl("set", "env", "deployment/drifting-worker", "EXTRA=1");
    await kubectl("rollout", "status", "deployment/drifting-web", "--timeout", "60s");
    await kubectl("rollout", "status", "deployment/drifting-worker", "--timeout", "60s");
    expect(await drift()).toEqual(NO_DRIFT);
    await project.mustUp("--refresh", "--expect-no-changes");
  });

  test("with kubectl: a replica count and an image", async () => {
    await kubectl("scale", "deployment/drifting-web", "--replicas=5");
    await kubectl("set", "image", "deployment/drifting-worker", `app=${OTHER}`);
    expect(await told()).toEqual(
      drifted(
        "Deployment drifting-web: replicas 2 → 5 (by kubectl scale)",
        `Deployment drifting-worker: image of container app ${IMAGE} → ${OTHER} (by kubectl-set)`,
      ),
    );
    expect(await putBack()).toEqual(AS_DECLARED);
  });

  test("with kubectl: to 0, and a Deployment and its pods deleted", async () => {
    await kubectl("scale", "deployment/drifting-worker", "--replicas=0");
    await kubectl("delete", "deployment/drifting-web");
    await expect.poll(() => project.pods("web")).toEqual([]);
    expect(await told()).toEqual(
      drifted(
        "Deployment drifting-web: deleted",
        // Of a scale to 0 the cluster notes no owner.
        "Deployment drifting-worker: replicas 1 → 0",
      ),
    );
    expect(await putBack()).toEqual(AS_DECLARED);
  });

  test("by another field manager, which applies by force", async () => {
    await applyAsSomebody("drifting-web", { replicas: 5 });
    await applyAsSomebody("drifting-worker", {
      replicas: 0,
      template: { spec: { containers: [{ name: "app", image: OTHER }] } },
    });
    expect(await told()).toEqual(
      drifted(
        "Deployment drifting-web: replicas 2 → 5 (by somebody)",
        "Deployment drifting-worker: replicas 1 → 0 (by somebody)",
        `Deployment drifting-worker: image of container app ${IMAGE} → ${OTHER} (by somebody)`,
      ),
    );
    expect(await putBack()).toEqual(AS_DECLARED);
  });

  test("by another field manager, which replaces the whole object", async () => {
    const web = await deployment("drifting-web");
    web.spec.replicas = 0;
    web.spec.template.spec.containers[0].image = OTHER;
    await project.replace(web, "--field-manager=somebody");
    expect(await told()).toEqual(
      drifted(
        "Deployment drifting-web: replicas 2 → 0 (by somebody)",
        `Deployment drifting-web: image of container app ${IMAGE} → ${OTHER} (by somebody)`,
      ),
    );
    expect(await putBack()).toEqual(AS_DECLARED);
  });

  test("is nothing where another field manager only owns the same value; the next update is no conflict", async () => {
    await applyAsSomebody("drifting-web", { replicas: 2 });
    expect(await drift()).toEqual(NO_DRIFT);
    await project.change({ scale: { web: 3 } });
    // What the stack file has changed since is no drift.
    expect(await drift()).toEqual(NO_DRIFT);
    await project.mustUp();
    expect(await scales()).toMatchObject([{ replicas: 3 }, { replicas: 1 }]);
    expect(await drift()).toEqual(NO_DRIFT);
    await project.change({ scale: { web: 2 } });
    await project.mustUp();
  });

  test("is told to scripts as JSON", async () => {
    await kubectl("scale", "deployment/drifting-web", "--replicas=1");
    const { status, stdout } = await drift("--json");
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      stack: "test",
      objects: 8,
      drift: [
        {
          kind: "Deployment",
          name: "drifting-web",
          namespace: "drifting",
          change: "changed",
          path: "spec.replicas",
          before: 2,
          after: 1,
          by: "kubectl scale",
        },
      ],
    });
  });

  test.each([
    ["the cluster", { server: "https://127.0.0.1:1" }, {}, "127.0.0.1:1"],
    ["credentials", {}, { user: { username: undefined } }, "has no credentials"],
  ])("cannot be found out without %s: 1, at once, and why", async (_, cluster, user, why) => {
    const kubeconfig = JSON.parse(await kubectl("config", "view", "--raw", "--output", "json"));
    for (const it of kubeconfig.clusters) Object.assign(it.cluster, cluster);
    for (const it of kubeconfig.users) Object.assign(it, user);
    const env = { KUBECONFIG: await project.write("nowhere.json", JSON.stringify(kubeconfig)) };
    const begun = performance.now();
    const { status, stdout, stderr } = await project.drift(env);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("Pulumi could not compare the stack test with its cluster");
    expect(stderr).toContain(why);
    expect(performance.now() - begun).toBeLessThan(30_000);
  });
});
