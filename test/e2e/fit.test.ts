import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { freePorts } from "../../local/system/ports.ts";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";
import type { Update } from "./update.ts";

const NAME = "fit";

// One app through its life: each test goes on from where the one before it left off. The cluster
// has four nodes.
describe("a preview", () => {
  let project: Project;
  const deployment = async () => (await project.deployments()).map(({ replicas }) => replicas);
  /** The lines that a preview says of what it comes to, without its margin. */
  const previewed = async (web: unknown, more = {}) => {
    await project.change({ scale: { web }, ...more });
    const { status, output } = await project.preview();
    return { status, output: output.replaceAll(/^ {4}/gm, "") };
  };

  beforeAll(async () => {
    project = await Project.create(await suiteEnvironment(inject("paths")), {
      name: NAME,
      procfile: "web: gunicorn index:server\nworker: celery -A tasks worker\n",
      scale: { web: 2 },
    });
  });
  afterAll(() => project.remove());

  test("says what the first up comes to", async () => {
    const { status, output } = await previewed(2);
    expect(status).toBe(0);
    // By hand: 512Mi and 250m a replica; one more pod each in a rollout.
    expect(output).toContain(`
type    pods  memory   CPU  concurrency  surge
web        2     1Gi  500m            2      1
worker     1   512Mi  250m            -      1
total      3  1536Mi  750m            2      2
`);
    await project.mustUp();
  });

  test("says nothing where nothing changes", async () => {
    expect((await previewed(2)).output).not.toContain("Resource summary");
  });

  test("says what a change costs, and how many replicas will share a node", async () => {
    const { status, output } = await previewed({ replicas: 6, memory: "1Gi" });
    expect(status).toBe(0);
    expect(output.replaceAll(/ +/g, " ")).toContain(
      "\ntotal 3 → 7 1536Mi → 6656Mi 750m → 1750m 2 → 6 2 → 3\n",
    );
    expect(output).toContain("web: 6 replicas on 4 nodes, so up to 2 share a node");
  });

  test("warns where nodes would have to be added", async () => {
    const { status, output } = await previewed({ replicas: 5, memory: "9Gi" });
    expect(status).toBe(0);
    expect(output).toContain(
      "warning: dash-scale:scale.web.replicas: 1 of 5 replicas would stay Pending",
    );
  });

  test("fails where replicas need a node each and there are too few, and so does an up", async () => {
    const web = { replicas: 6, spread: "required" };
    const { status, output } = await previewed(web);
    expect(status).not.toBe(0);
    expect(output).toContain(
      "dash-scale:scale.web.replicas: 2 of 6 replicas would stay Pending: of 4 nodes, 4 have one already",
    );
    expect((await project.up()).status).not.toBe(0);
    expect(await deployment()).toEqual([2, 1]);
  });

  test("fails where a quota of the namespace leaves no room", async () => {
    await project.apply({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "team", namespace: NAME },
      spec: { hard: { "requests.memory": "2Gi" } },
    });
    await expect
      .poll(() =>
        project.kubectl("get", "quota", "team", "-n", NAME, "-o", "jsonpath={.status.used}"),
      )
      .toContain("1536Mi");
    const { status, output } = await previewed(4);
    expect(status).not.toBe(0);
    expect(output).toContain('"team"');
    expect(output).toContain("requests.memory");
    expect(await deployment()).toEqual([2, 1]);
    await project.kubectl("delete", "quota", "team", "--namespace", NAME);
  });

  test("lets through what only takes away, whatever there is room for", async () => {
    const { status, output } = await previewed(1);
    expect(status).toBe(0);
    expect(output.replaceAll(/ +/g, " ")).toContain("\ntotal 3 → 2 ");
  });

  describe("a cluster that cannot be asked", () => {
    /** A kubeconfig of a server that nobody listens at. */
    const useNowhere = async (user: object) => {
      const [port = 0] = await freePorts(1);
      const file = join(project.folder, "unreachable.json");
      const [cluster, name] = [{ server: `https://127.0.0.1:${port}` }, "nowhere"];
      const kubeconfig = {
        apiVersion: "v1",
        kind: "Config",
        "current-context": name,
        clusters: [{ name, cluster }],
        users: [{ name, user }],
        contexts: [{ name, context: { cluster: name, user: name } }],
      };
      await writeFile(file, JSON.stringify(kubeconfig));
      project.kubeconfig = file;
    };
    const timed = async (work: Promise<Pick<Update, "status" | "output">>) => {
      const begun = performance.now();
      return { ...(await work), seconds: (performance.now() - begun) / 1000 };
    };

    test.each([
      ["does not answer", { token: "canary" }, "ECONNREFUSED"],
      [
        "knows nobody of the user's name",
        {},
        'the user of its context "nowhere" has no credentials',
      ],
    ])(
      "ends preview and up at once where it %s, with the cost and the way out",
      async (_, user, why) => {
        await useNowhere(user);
        const previewing = await timed(previewed(4));
        expect(previewing.status).not.toBe(0);
        expect(previewing.output).toContain(why);
        expect(previewing.output).toContain("point kubernetes:context, kubernetes:kubeconfig or");
        expect(previewing.output.replaceAll(/ +/g, " ")).toContain("\ntotal 3 → 5 ");
        const upping = await timed(project.up());
        expect(upping.status).not.toBe(0);
        expect(upping.output).toContain(why);
        expect(previewing.seconds + upping.seconds).toBeLessThan(60);
        project.kubeconfig = undefined;
      },
    );

    test("is done without where Pulumi's provider is told to, with a warning", async () => {
      await useNowhere({ token: "canary" });
      await project.mustPulumi("config", "set", "kubernetes:skipUpdateUnreachable", "true");
      const { output } = await previewed(4);
      expect(output).toContain("so whether this is the cluster of the stack was not checked");
      expect(output).toContain("so capacity was not checked");
      await project.mustPulumi("config", "rm", "kubernetes:skipUpdateUnreachable");
      project.kubeconfig = undefined;
    });
  });
});
