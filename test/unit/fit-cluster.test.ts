import type http from "node:http";
import { describe, expect, test } from "vitest";
import { amountsOf } from "../../components/fit/pod-demand.ts";
import { readCapacity } from "../../infra/cluster/capacity.ts";
import { HttpClient } from "../../infra/cluster/http.ts";
import { loadKubeconfig } from "../../infra/cluster/kubeconfig.ts";
import { clusterSettingsOf } from "../../infra/config.ts";
import { fitOf } from "../../infra/fit.ts";
import { apiServer, kubeconfigFor } from "../support/api-server.ts";
import { byName } from "../support/fit.ts";
import { planOf } from "../support/plan.ts";

/** What is answered at each path: objects, page by page, or a status. */
type Answers = Readonly<Record<string, readonly object[] | readonly object[][] | number>>;
/** A path of one object instead of a list. */
const SINGLE = /^\/apis\/scheduling/;

function answering(answers: Answers) {
  return (url: URL, response: http.ServerResponse) => {
    const found = answers[url.pathname] ?? [];
    const send = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (typeof found === "number") return send(found, { reason: "x", message: "no" });
    if (SINGLE.test(url.pathname)) return send(200, found[0] ?? {});
    if (!isPaged(found)) return send(200, { metadata: {}, items: found });
    const page = Number(url.searchParams.get("continue") ?? 0);
    const next = page + 1 < found.length ? { continue: String(page + 1) } : {};
    return send(200, { metadata: next, items: found[page] ?? [] });
  };
}

function isPaged(found: readonly object[] | readonly object[][]): found is readonly object[][] {
  return found.length > 0 && Array.isArray(found[0]);
}

async function read(answers: Answers, namespace = "shop", priorityClasses: readonly string[] = []) {
  const server = await apiServer(answering(answers));
  const settings = { kubeconfig: server.kubeconfig, context: undefined, cluster: undefined };
  const client = new HttpClient(await loadKubeconfig(settings));
  const capacity = await readCapacity(client, namespace, priorityClasses);
  return { capacity, asked: server.asked };
}

const node = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec,
  status: {
    allocatable: { cpu: "2", memory: "4Gi", "ephemeral-storage": "10Gi", pods: "110" },
  },
});

const container = (cpu: string, memory = "1Gi") => ({
  resources: { requests: { cpu, memory }, limits: { memory } },
});

const pod = (nodeName: string | undefined, given: object = {}, metadata: object = {}) => ({
  metadata: { name: "p", namespace: "other", ...metadata },
  spec: { containers: [container("500m")], ...given, ...(nodeName ? { nodeName } : {}) },
});

describe("reading a cluster", () => {
  test("sums up what others take of each node, page by page", async () => {
    const { capacity, asked } = await read({
      "/api/v1/nodes": [node("b"), node("a")],
      "/api/v1/pods": [[pod("a"), pod("b")], [pod("a")], [pod(undefined)]],
    });
    const amounts = (cpu: string, memory: string) => amountsOf({ cpu, memory, storage: "0" });
    expect(capacity.nodes?.map(({ name, used, pods }) => ({ name, used, pods }))).toEqual([
      { name: "a", used: amounts("1", "2Gi"), pods: 2 },
      { name: "b", used: amounts("500m", "1Gi"), pods: 1 },
    ]);
    expect(capacity.nodes?.[0]).toMatchObject({
      open: true,
      mostPods: 110,
      allocatable: amountsOf({ cpu: "2", memory: "4Gi", storage: "10Gi" }),
    });
    const pages = asked.filter((url) => url.startsWith("/api/v1/pods"));
    expect(pages).toHaveLength(3);
    const query = "limit=500&fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed";
    expect(pages[0]).toBe(`/api/v1/pods?${query}`);
    expect(pages[2]).toBe(`/api/v1/pods?${query}&continue=2`);
  });

  test.each<[string, object, boolean]>([
    ["an ordinary one", {}, true],
    ["a preferred taint", { taints: [{ effect: "PreferNoSchedule", key: "a" }] }, true],
    ["a taint", { taints: [{ effect: "NoSchedule", key: "a" }] }, false],
    ["a taint that drives out", { taints: [{ effect: "NoExecute", key: "a" }] }, false],
    ["cordoned", { unschedulable: true }, false],
  ])("a node with %s", async (_, spec, open) => {
    const { capacity } = await read({ "/api/v1/nodes": [node("a", spec)] });
    expect(capacity.nodes?.map((it) => it.open)).toEqual([open]);
  });

  const sidecar = (cpu: string) => ({ ...container(cpu), restartPolicy: "Always" });
  test.each<[string, object, string]>([
    ["containers", { containers: [container("1"), container("250m")] }, "1250m"],
    ["a larger init container", { initContainers: [container("2"), container("1")] }, "2"],
    ["a smaller init container", { initContainers: [container("100m")] }, "500m"],
    ["a sidecar", { initContainers: [sidecar("100m")] }, "600m"],
    ["an init container after a sidecar", { initContainers: [sidecar("1"), container("2")] }, "3"],
    ["an init container before a sidecar", { initContainers: [container("2"), sidecar("1")] }, "2"],
    ["overhead", { overhead: { cpu: "50m" } }, "550m"],
    ["amounts of its own", { resources: { requests: { cpu: "3" } }, overhead: { cpu: "1" } }, "4"],
    ["nothing", { containers: [{}] }, "0"],
  ])("a pod with %s", async (_, spec, cpu) => {
    const { capacity } = await read({
      "/api/v1/nodes": [node("a")],
      "/api/v1/pods": [pod("a", spec)],
    });
    expect(capacity.nodes?.[0]?.used.cpu).toBe(amountsOf({ cpu, memory: "0", storage: "0" }).cpu);
  });

  test("pods on their way out, and those that only keep room free, take nothing", async () => {
    const { capacity } = await read({
      "/api/v1/nodes": [node("a")],
      "/api/v1/pods": [
        pod("a", {}, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
        pod("a", { priority: -10 }),
        pod("a", { priority: 2_000_000_000 }),
      ],
    });
    expect(capacity.nodes?.[0]?.pods).toBe(1);
  });

  const classAt = (name: string) => `/apis/scheduling.k8s.io/v1/priorityclasses/${name}`;
  test.each<[string, readonly object[] | number, number]>([
    ["a lower one", [{ value: -100 }], 2],
    ["a higher one", [{ value: 1000 }], 1],
    ["one that drives nobody out", [{ value: 1000, preemptionPolicy: "Never" }], 2],
    ["one that nobody may see", 403, 2],
  ])("pods that only keep room free take it from a PriorityClass: %s", async (_, found, pods) => {
    const answers = {
      "/api/v1/nodes": [node("a")],
      "/api/v1/pods": [pod("a", { priority: -10 }), pod("a")],
      [classAt("own")]: found,
    };
    const { capacity } = await read(answers, "shop", ["own"]);
    expect(capacity.nodes?.[0]?.pods).toBe(pods);
    expect(capacity.hidden).toEqual(found === 403 ? ["priorityclasses"] : []);
  });

  test("a PriorityClass that is not there is noted", async () => {
    const { capacity } = await read({ [classAt("gone")]: 404 }, "shop", ["gone"]);
    expect(capacity.missingPriorityClasses).toEqual(["gone"]);
  });

  test("pods of the namespace are kept one by one", async () => {
    const labels = { "app.kubernetes.io/instance": "shop-web" };
    const { capacity } = await read({
      "/api/v1/nodes": [node("a")],
      "/api/v1/pods": [pod("a", {}, { namespace: "shop", labels }), pod("a")],
    });
    const amounts = (cpu: string) => amountsOf({ cpu, memory: "1Gi", storage: "0" });
    expect(capacity.pods).toEqual([
      {
        instance: "shop-web",
        node: "a",
        ending: false,
        requests: amounts("500m"),
        limits: amounts("0"),
      },
    ]);
    expect(capacity.nodes?.[0]?.pods).toBe(1);
  });

  test("quotas and limits of the namespace, sorted by name", async () => {
    const { capacity } = await read({
      "/api/v1/namespaces/shop/resourcequotas": [
        {
          metadata: { name: "b" },
          spec: {
            hard: { pods: "9" },
            scopes: ["NotTerminating"],
            scopeSelector: {
              matchExpressions: [
                { scopeName: "NotBestEffort", operator: "Exists" },
                { scopeName: "PriorityClass", operator: "In", values: ["high"] },
              ],
            },
          },
          status: { hard: { pods: "8" }, used: { pods: "2" } },
        },
        { metadata: { name: "a" }, spec: { hard: { cpu: "1" } } },
      ],
      "/api/v1/namespaces/shop/limitranges": [
        {
          metadata: { name: "l" },
          spec: {
            limits: [
              { type: "Container", max: { cpu: "1" }, maxLimitRequestRatio: { cpu: "1.5" } },
              { type: "PersistentVolumeClaim", max: { storage: "1Gi" } },
              { type: "Pod", min: { memory: "1Mi" } },
            ],
          },
        },
      ],
    });
    expect(capacity.quotas).toEqual([
      { name: "a", scopes: [], hard: byName({ cpu: "1" }), used: {} },
      {
        name: "b",
        scopes: ["NotTerminating", "NotBestEffort"],
        priorityClasses: [{ operator: "In", names: ["high"] }],
        hard: byName({ pods: "8" }),
        used: byName({ pods: "2" }),
      },
    ]);
    expect(capacity.limits).toEqual([
      {
        name: "l",
        type: "Container",
        min: {},
        max: byName({ cpu: "1" }),
        default: {},
        ratio: byName({ cpu: "1.5" }),
      },
      {
        name: "l",
        type: "Pod",
        min: byName({ memory: "1Mi" }),
        max: {},
        default: {},
        ratio: {},
      },
    ]);
  });

  test.each<[string, Answers, readonly string[]]>([
    ["nodes", { "/api/v1/nodes": 403 }, ["nodes"]],
    ["pods", { "/api/v1/pods": 403 }, ["pods"]],
    [
      "any pods",
      { "/api/v1/pods": 403, "/api/v1/namespaces/shop/pods": 403 },
      ["pods", "pods of the namespace"],
    ],
    ["quotas", { "/api/v1/namespaces/shop/resourcequotas": 403 }, ["resourcequotas"]],
    ["limits", { "/api/v1/namespaces/shop/limitranges": 403 }, ["limitranges"]],
  ])("without the right to list %s says so and reads the rest", async (_, answers, hidden) => {
    const { capacity } = await read(answers);
    expect(capacity.hidden).toEqual(hidden);
    expect(capacity.nodes).toEqual(/nodes|pods/.test(hidden[0] ?? "") ? undefined : []);
    expect(capacity.pods).toEqual(hidden.includes("pods of the namespace") ? undefined : []);
  });

  test("fails where the user is not known", async () => {
    await expect(read({ "/api/v1/nodes": 401 })).rejects.toThrow("no");
  });
});

describe("whether an app fits", () => {
  const change = {
    plan: planOf({
      procfile: "web: run\n",
      scale: { web: { replicas: 2, spread: "required" } },
    }),
    growing: new Set(["web"]),
  };
  const settings = (kubeconfig: string) => ({ kubeconfig, context: undefined, cluster: undefined });
  const unknown = (message: unknown) => ({
    problems: [],
    warnings: [{ location: "kubernetes:context", message }],
    notes: [],
  });

  test("is told by the cluster", async () => {
    const { kubeconfig } = await apiServer(answering({ "/api/v1/nodes": [node("a")] }));
    const { problems, warnings } = await fitOf(change, { settings: settings(kubeconfig) });
    expect(problems.map(({ location }) => location)).toEqual(["dash-scale:scale.web.replicas"]);
    expect(warnings).toEqual([]);
  });

  test("is not known of a cluster that cannot be reached", async () => {
    expect(
      await fitOf(change, { settings: settings(kubeconfigFor("http://127.0.0.1:1")) }),
    ).toEqual(
      unknown(
        "cannot reach the cluster at http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1, so capacity was not checked",
      ),
    );
  });

  test("is not known within the time limit of one that never answers", async () => {
    const { kubeconfig } = await apiServer(() => {});
    const begun = performance.now();
    expect(await fitOf(change, { settings: settings(kubeconfig), timeLimit: 200 })).toEqual(
      unknown("the cluster did not answer within 0.2 s, so capacity was not checked"),
    );
    expect(performance.now() - begun).toBeLessThan(1500);
  });

  test("is not known within the time limit of one that is always busy", async () => {
    const { kubeconfig, asked } = await apiServer((_, response) => {
      response.writeHead(429, { "retry-after": "1" }).end("{}");
    });
    expect(
      (await fitOf(change, { settings: settings(kubeconfig), timeLimit: 200 })).warnings,
    ).toHaveLength(1);
    const before = asked.length;
    await new Promise((later) => setTimeout(later, 1200));
    expect(asked).toHaveLength(before);
  });

  test("is not known of one that refuses the user", async () => {
    const { kubeconfig } = await apiServer(answering({ "/api/v1/pods": 401 }));
    expect(await fitOf(change, { settings: settings(kubeconfig) })).toEqual(
      unknown("no, so capacity was not checked"),
    );
  });

  test("is not known where a credential helper fails", async () => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "/nowhere/helper" };
    const { warnings } = await fitOf(change, {
      settings: settings(kubeconfigFor("http://127.0.0.1:1", { exec })),
    });
    expect(warnings[0]?.message).toContain("/nowhere/helper");
  });

  test.each([
    ["there is no file canary", "canary"],
    ["it is not YAML", "users:\n  token: canary: x\n"],
    ["it has no context", "users: []\n"],
  ])("is not known without a usable kubeconfig: %s", async (reason, kubeconfig) => {
    const given = { ...settings(kubeconfig), kubeconfigIsSecret: true };
    const { warnings } = await fitOf(change, { settings: given });
    expect(warnings).toEqual([
      {
        location: "kubernetes:context",
        message: expect.stringMatching(/^no usable kubeconfig: .*so capacity was not checked/),
      },
    ]);
    expect(warnings[0]?.message).toContain(reason.replace("canary", "[secret]"));
    expect(JSON.stringify(warnings)).not.toContain("canary");
  });
});

test("which cluster a stack is for stands in its kubernetes: keys", () => {
  const values = {
    "kubernetes:context": "production",
    "kubernetes:kubeconfig": "",
    "other:a": "b",
  };
  expect(clusterSettingsOf({ values, secretKeys: [] })).toEqual({
    kubeconfig: undefined,
    kubeconfigIsSecret: false,
    context: "production",
    cluster: undefined,
  });
  const secret = {
    values: { "kubernetes:kubeconfig": "k" },
    secretKeys: ["kubernetes:kubeconfig"],
  };
  expect(clusterSettingsOf(secret)).toMatchObject({ kubeconfig: "k", kubeconfigIsSecret: true });
});
