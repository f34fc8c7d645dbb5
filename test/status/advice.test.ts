import { mkdir, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { costOf } from "../../components/cost/cost.ts";
import { stackAdvice } from "../../commands/status/advice.ts";
import { adviceViews } from "../../commands/status/advice-view.ts";
import type { LiveApp } from "../../commands/status/live-app.ts";
import { NOTHING_SEEN } from "../../commands/status/live-app.ts";
import type { LivePod } from "../../commands/status/live.ts";
import type { Look } from "../../commands/status/looks.ts";
import { withLook } from "../../commands/status/looks.ts";
import { requestsIn } from "../../commands/status/proxy-requests.ts";
import { MEBIBYTE } from "../../components/manifest/quantity.ts";
import { apiServer } from "../support/api-server.ts";
import { projectCopy, started } from "../support/command.ts";
import { planOf } from "../support/plan.ts";

const MINUTE = 60_000;
const NOW = Date.parse("2026-11-29T10:00:00Z");
const PLAN = planOf({
  procfile: "web: gunicorn index:server\n",
  app: { proxy: "haproxy" },
  scale: { web: { min: 1, max: 2, workers: 1, threads: 1, target: { concurrency: 50 } } },
});
const pod = (name: string, runs = 60, given: Partial<LivePod> = {}): LivePod => ({
  name,
  type: "web",
  node: "n1",
  state: "ready",
  reason: "",
  lastEnd: undefined,
  requests: { cpu: 250n, memory: 512n * MEBIBYTE, storage: 0n },
  runsSince: NOW - runs * MINUTE,
  ...given,
});
const live = (
  pods: readonly LivePod[],
  { memory = 100, at = NOW, ...given }: Partial<LiveApp> & { memory?: number; at?: number } = {},
): LiveApp => ({
  ...NOTHING_SEEN,
  pods: new Map(pods.map((it) => [it.name, it])),
  use: new Map(pods.map(({ name }) => [name, { cpu: 10n, memory: BigInt(memory) * MEBIBYTE }])),
  requestsNow: 3,
  surveyed: at,
  ...given,
});
const lookAt = (...lives: readonly LiveApp[]) =>
  lives.reduce<readonly Look[]>((looks, it) => withLook(looks, PLAN, it), []);
const advised = (last: LiveApp, looks = lookAt(last)) =>
  stackAdvice(PLAN, { live: last, applied: { cost: costOf(PLAN) }, now: NOW }, looks);
const fields = (last: LiveApp, looks?: readonly Look[]) =>
  advised(last, looks).advice.map((it) => (it.kind === "scale" ? it.field : it.pod));

describe("what is seen", () => {
  test("is asked of pods that have run for five minutes, and of no others", () => {
    const all = [pod("a"), pod("b")];
    expect(fields(live(all, { memory: 500 }))).toEqual(["memory", "max"]);
    const fresh = live([pod("a", 4), pod("b", 4)], { memory: 500 });
    expect(fields(fresh)).toEqual([]);
    expect(advised(fresh).unseen).toContainEqual({
      what: "what the pods use",
      reason: "no pod that is ready has run for 5 minutes yet",
    });
    const starting = pod("b", 60, { state: "starting" });
    expect(lookAt(live([pod("a"), starting]))[0]?.use.get("web")?.pods).toBe(1);
  });

  test("are requests only while all replicas that may run do: a restart makes requests wait", () => {
    const of = (...pods: LivePod[]) => lookAt(live(pods))[0]?.requests;
    expect(of(pod("a"), pod("b"))).toBe(3);
    expect(of(pod("a"))).toBeUndefined();
    expect(of(pod("a"), pod("b", 1))).toBeUndefined();
  });

  test("is remembered for fifteen minutes, once for each look, with the highest of all", () => {
    const pods = [pod("a"), pod("b")];
    const at = (minutes: number, memory: number, requestsNow = 1) =>
      live(pods, { at: NOW - minutes * MINUTE, memory, requestsNow });
    const last = at(0, 100);
    const looks = lookAt(at(16, 511), at(12, 470, 9), at(4, 100), last, last);
    expect(looks.map((it) => (NOW - it.at) / MINUTE)).toEqual([12, 4, 0]);
    expect(advised(last, looks).advice.map(({ message }) => message)).toEqual([
      "The largest of 2 pods used at most 470Mi in the last 12 minutes, and a replica has 512Mi.",
      expect.stringContaining("used at most 10m CPU in the last 12 minutes, 4 % of the 250m"),
      "The proxy had at most 9 requests in the last 12 minutes: at 50 % of 1 for each replica they ask for 18 replicas, and max is 2.",
    ]);
  });
});

test("a container that has ended says why, and one of a pod that is to go nothing", () => {
  const ended = (minutes: number, outOfMemory: boolean) => ({
    lastEnd: { at: NOW - minutes * MINUTE, outOfMemory },
  });
  const of = (...pods: LivePod[]) => fields(live(pods, { requestsNow: 0 }));
  expect(of(pod("a", 60, ended(59, true)))).toEqual(["memory"]);
  expect(of(pod("a", 60, ended(59, false)), pod("b", 60, ended(2, false)))).toEqual(["b"]);
  expect(of(pod("a", 60, ended(61, true)))).toEqual([]);
  expect(of(pod("a", 60, { ...ended(1, true), state: "ending" }))).toEqual([]);
});

test("a change that the stack's guards refuse is shown with the reason", () => {
  const file = {
    file: "stacks/Pulumi.dev.yaml",
    shown: "stacks/Pulumi.dev.yaml",
    project: { name: "shop", folder: process.cwd() },
    text: `config:
  dash-scale:app: { image: "registry.example.com/shop:1.4.2", procfile: examples/four-callbacks/Procfile }
  dash-scale:scale: { web: 2 }
  dash-scale:guards: { maxMemory: 2Gi }
`,
  };
  const of = (value: string) =>
    adviceViews(
      [{ kind: "scale", type: "web", message: "", field: "memory", value }],
      { flag: "--stack dev", namespace: "shop" },
      file,
    );
  expect(of("1Gi")).toEqual([
    {
      type: "web",
      message: "",
      command: "npx dash-scale scale --stack dev web.memory=1Gi",
      change: { field: "memory", value: "1Gi" },
    },
  ]);
  expect(of("1088Mi")[0]?.problems?.map(({ location }) => location)).toEqual([
    "dash-scale:guards.maxMemory",
  ]);
});

test("the exporter's page is read as it is, and another page says nothing", () => {
  const page = `# HELP haproxy_backend_current_sessions Number of current sessions
# TYPE haproxy_backend_current_sessions gauge
haproxy_backend_current_sessions{proxy="first_proxy"} 9
haproxy_backend_current_sessions{proxy="pods"} 7
`;
  expect(requestsIn(page)).toBe(7);
  expect(requestsIn("")).toBe("the proxy's exporter does not count them");
  expect(requestsIn('haproxy_backend_current_sessions{proxy="pods"} NaN')).toBeTypeOf("string");
});

describe("`status --advice`", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await projectCopy();
    await mkdir(join(folder, "bin"));
    const outputs = join(folder, "bin", "pulumi");
    await writeFile(outputs, "#!/bin/sh\necho '{}'\n", { mode: 0o755 });
    await writeFile(
      join(folder, "stacks", "Pulumi.dev.yaml"),
      `config:
  kubernetes:context: dev
  dash-scale:app:
    image: registry.example.com/shop:1.4.2
    name: shop
    procfile: examples/four-callbacks/Procfile
    proxy: haproxy
  dash-scale:scale:
    web: { min: 1, max: 1, threads: 1, target: { concurrency: 50 } }
`,
    );
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const startedAt = new Date(Date.now() - 10 * MINUTE).toISOString();
  const POD = {
    metadata: { name: "a", labels: { "app.kubernetes.io/component": "web" } },
    spec: { containers: [{ resources: { requests: { memory: "512Mi", cpu: "1" } } }] },
    status: {
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [{ state: { running: { startedAt } } }],
    },
  };
  type Answer = (response: ServerResponse) => void;
  const refused =
    (code: number, message: string): Answer =>
    (response) =>
      void response.writeHead(code).end(JSON.stringify({ message, reason: "Forbidden" }));
  const run = async (metrics: Answer, exporter: Answer, ...args: string[]) => {
    const { kubeconfig, asked } = await apiServer(({ pathname }, response) => {
      if (pathname.includes("/metrics.k8s.io/")) return metrics(response);
      if (pathname.endsWith("/proxy/metrics")) return exporter(response);
      response.end(JSON.stringify({ items: pathname.endsWith("/pods") ? [POD] : [] }));
    });
    await writeFile(join(folder, "kubeconfig"), kubeconfig.replaceAll('"a"', '"dev"'));
    const ended = await started(folder, ["status", ...args], join(folder, "bin")).ended;
    return { ...ended, asked };
  };
  const uses: Answer = (response) => {
    const containers = [{ usage: { cpu: "20m", memory: "480Mi" } }];
    response.end(JSON.stringify({ items: [{ metadata: { name: "a" }, containers }] }));
  };
  const counts: Answer = (response) =>
    void response.end('haproxy_backend_current_sessions{proxy="pods"} 2\n');

  test("shows each piece with its figure and its command", async () => {
    const { stdout, status, asked } = await run(uses, counts, "--advice");
    expect(stdout.slice(stdout.indexOf("Advice:"))).toBe(`\
Advice:
  web: The pod that was measured uses 480Mi now, and a replica has 512Mi.
    npx dash-scale scale --stack dev web.memory=576Mi
  web: The proxy has 2 requests now: at 50 % of 1 for each replica they ask for 4 replicas, and max is 1.
    npx dash-scale scale --stack dev web.max=4
Not seen: CPU requests that are too high (they take 10 minutes of looks (--watch, or the page)); how many workers run (nothing was applied yet).
`);
    expect(status).toBe(0);
    expect(asked.filter((it) => it.includes("/proxy/")).toSorted()).toEqual([
      "/api/v1/namespaces/shop/pods/shop-proxy-0:8405/proxy/metrics?scope=backend",
      "/api/v1/namespaces/shop/pods/shop-proxy-1:8405/proxy/metrics?scope=backend",
    ]);
  });

  test("gives none where nothing is seen, and says what could not be seen", async () => {
    const { stdout } = await run(
      (response) => void response.writeHead(404).end("404 page not found"),
      refused(403, 'pods "shop-proxy-0:8405" is forbidden: User "u" cannot get "pods/proxy"'),
      "--advice",
      "--json",
    );
    expect(JSON.parse(stdout)).toMatchObject({
      advice: [],
      unseen: [
        { what: "what the pods use", reason: "the cluster has no metrics (metrics.k8s.io)" },
        {
          what: "requests at the proxy",
          reason: 'pods "shop-proxy-0:8405" is forbidden: User "u" cannot get "pods/proxy"',
        },
        { what: "how many workers run", reason: "nothing was applied yet" },
      ],
    });
    const forbidden = await run(
      refused(403, "pods.metrics.k8s.io is forbidden"),
      counts,
      "--advice",
    );
    expect(forbidden.stdout).toContain("what the pods use (pods.metrics.k8s.io is forbidden)");
  });

  test("goes on without an exporter that gives no answer", async () => {
    const { stdout, status } = await run(uses, () => undefined, "--advice");
    expect(stdout).toContain("web.memory=576Mi");
    expect(stdout).toContain(
      "requests at the proxy (the proxy's exporter gave no answer within 3 s, as where a network policy keeps the API server out",
    );
    expect(status).toBe(0);
  });

  test("is asked for: without it the proxy is left alone, and nothing is advised", async () => {
    const { stdout, asked } = await run(uses, counts);
    expect(stdout).not.toContain("dvice");
    expect(asked.some((it) => it.includes("/proxy/"))).toBe(false);
  });
});
