import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeCluster } from "../../local/commands/stop.ts";
import type { LocalPaths } from "../../local/paths.ts";
import { startTestCluster } from "./cluster.ts";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const NAME = "own-cluster";

// One app through its life, and a second cluster: its kubeconfig has the same contexts as the
// suite's.
describe("a stack", () => {
  let project: Project;
  let other: LocalPaths;
  const own = { uid: "", other: "" };

  const namespaces = () => project.kubectl("get", "namespaces", "--output", "name");
  const resources = async () => (await project.state()).match(/"urn":.*/g)?.sort();
  const providers = async (): Promise<unknown[]> => {
    const { deployment } = JSON.parse(await project.state());
    return deployment.resources.filter(({ type }: { type: string }) => type.includes("providers:"));
  };
  const inOther = async <Found>(work: () => Promise<Found>): Promise<Found> => {
    project.kubeconfig = other.kubeconfig;
    try {
      return await work();
    } finally {
      project.kubeconfig = undefined;
    }
  };

  beforeAll(async () => {
    other = (await startTestCluster()).paths;
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: NAME,
      procfile: "web: gunicorn index:server\n",
      scale: { web: 2 },
    });
    own.uid = await project.clusterUid();
    own.other = await inOther(() => project.clusterUid());
  });
  afterAll(async () => {
    await project.kubectl("delete", "namespace", NAME, "--ignore-not-found", "--wait=false");
    await inOther(() => project.remove());
    await removeCluster(other);
  });

  test("remembers the cluster that it was applied to first", async () => {
    expect(own.uid).not.toBe(own.other);
    const preview = await project.preview();
    expect(preview.output).not.toContain("warning: kubernetes:context");
    expect(preview.output).not.toContain("warning: dash-scale:guards");
    await project.mustUp();
    expect(await project.outputs()).toMatchObject({ cluster: own.uid });
  });

  test("refuses another one, however often it is tried, and changes nothing: here, there, or in what it remembers", async () => {
    const before = await resources();
    await project.change({ scale: { web: 3 } });
    const runs = await inOther(async () => [
      await project.preview(),
      await project.up(),
      await project.up(),
      await project.destroy("--run-program"),
      // Its preview ends before the state is refreshed.
      await project.change({ scale: { web: 2 } }).then(() => project.upAsPeopleDo("--refresh")),
    ]);
    for (const { status, output, changes } of runs) {
      expect(status).not.toBe(0);
      expect(output).toContain("1 problem, nothing was changed:");
      expect(output).toContain(
        `points to the cluster ${own.other}, but this stack was applied to ${own.uid}`,
      );
      expect(output).toContain(
        `pulumi config set dash-scale:cluster ${own.other} && pulumi up --refresh`,
      );
      expect(changes).toEqual([]);
    }
    expect(await inOther(namespaces)).not.toContain(`namespace/${NAME}\n`);
    expect(await resources()).toEqual(before);
    expect(await project.outputs()).toMatchObject({ cluster: own.uid });
    await project.mustUp("--expect-no-changes");
  });

  test("goes on with a warning where the user has no right to see which one it is, and does not forget it", async () => {
    const mine = project.kubeconfig;
    project.kubeconfig = await kubeconfigOfPipeline(project);
    await project.change({ scale: { web: 3 } });
    for (const { status, output } of [await project.preview(), await project.up()]) {
      expect(status).toBe(0);
      expect(output).toContain(
        'warning: kubernetes:context: namespaces "kube-system" is forbidden: User "system:serviceaccount:default:own-cluster" cannot get',
      );
    }
    project.kubeconfig = mine;
    expect(await project.outputs()).toMatchObject({ cluster: own.uid });
    await project.change({ scale: { web: 2 } });
    await project.mustUp();
  });

  test("keeps the settings of its provider where a change of them and of the scale is refused: the next refresh goes by them", async () => {
    await project.change({ scale: { web: 4 }, more: { guards: { scaleDown: "confirm" } } });
    await project.mustUp();
    const before = await providers();
    const contexts = (await project.kubectl("config", "get-contexts", "--output=name")).split("\n");
    const current = (await project.kubectl("config", "current-context")).trim();
    const another = contexts.find((it) => it !== "" && it !== current);
    await project.mustPulumi("config", "set", "kubernetes:context", another ?? "");
    await project.change({ scale: { web: 1 } });
    const { status, output } = await project.up();
    expect(status).not.toBe(0);
    expect(output).toContain("1 problem, nothing was changed:");
    expect(await providers()).toEqual(before);
    await project.mustPulumi("config", "rm", "kubernetes:context");
    await project.change({ scale: { web: 4 } });
    await project.mustUp("--expect-no-changes");
    await project.change({ scale: { web: 2 }, more: {} });
    await project.mustUp();
  });

  test("refuses the one that it was applied to where its file names another", async () => {
    await project.change({ more: { cluster: own.other } });
    const { status, output } = await project.preview();
    expect(status).not.toBe(0);
    expect(output).toContain(`but dash-scale:cluster is ${own.other}`);
  });

  test("moves to another one that its file names, is wholly there with --refresh, and then belongs there", async () => {
    await inOther(async () => {
      expect((await project.preview("--refresh")).output).toContain(
        `the stack moves here from the cluster ${own.uid}`,
      );
      await project.mustUp("--refresh");
      expect(await project.outputs()).toMatchObject({ cluster: own.other });
      expect((await project.pods("web")).map(({ ready }) => ready)).toEqual([true, true]);
    });
    await project.change({ more: {} });
    expect((await project.preview()).output).toContain(`this stack was applied to ${own.other}`);
    await inOther(() => project.mustUp("--expect-no-changes"));
  });
});

/** Who may do all that `up` does, and not see the namespace `kube-system`. */
async function kubeconfigOfPipeline(project: Project): Promise<string> {
  const name = NAME;
  const verbs = ["*"];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
  const subjects = [{ kind: "ServiceAccount", name, namespace: "default" }];
  const core = ["pods", "secrets", "serviceaccounts", "services", "events", "nodes"];
  const rules = [
    { apiGroups: ["apps", "networking.k8s.io", "policy"], resources: ["*"], verbs },
    { apiGroups: [""], resources: [...core, "resourcequotas", "limitranges"], verbs },
    { apiGroups: [""], resources: ["namespaces"], resourceNames: [NAME], verbs },
  ];
  const apiVersion = "rbac.authorization.k8s.io/v1";
  for (const object of [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: "default" } },
    { apiVersion, kind: "ClusterRole", metadata: { name }, rules },
    { apiVersion, kind: "ClusterRoleBinding", metadata: { name }, roleRef, subjects },
  ])
    await project.apply(object);
  const token = await project.kubectl("create", "token", name, "--namespace", "default");
  const config: { users: unknown } = JSON.parse(
    await project.kubectl("config", "view", "--raw", "--output", "json"),
  );
  const users = [{ name: "dash-scale-local", user: { token: token.trim() } }];
  return project.write("pipeline.json", JSON.stringify({ ...config, users }));
}
