import { describe, expect, test } from "vitest";
import { costOf } from "../../components/cost/cost.ts";
import type { ProxyPlan } from "../../components/manifest/proxy.ts";
import { proxyConfigManifest, proxyManifest } from "../../components/manifest/proxy.ts";
import { haproxyConfig } from "../../components/manifest/proxy-config.ts";
import { STREAMS_SCRIPT } from "../../components/manifest/proxy-streams.ts";
import { checkByHaproxy, needsHaproxy } from "../support/haproxy.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf } from "../support/plan.ts";

/** The proxy of an app, with this scale of `web`. */
function proxyOf(
  web: unknown,
  { app = {}, ...more }: GivenStack & { app?: object } = {},
): ProxyPlan {
  const { traffic } = planOf({ ...more, app: { proxy: "haproxy", ...app }, scale: { web } });
  if (!traffic?.proxy) throw new Error("there is no proxy");
  return traffic.proxy;
}

const configOf = (...args: Parameters<typeof proxyOf>) => haproxyConfig(proxyOf(...args).config);
const lineOf = (config: string, start: string) =>
  config.split("\n").find((line) => line.trim().startsWith(start)) ?? "";

const sectionOf = (config: string, title: string) =>
  config.split("\n\n").find((section) => section.startsWith(`${title}\n`)) ?? "";
const slots = (config: string) => /server-template pod 1-(\d+) /.exec(config)?.[1];
const maxconn = (config: string) => / maxconn (\d+)/.exec(lineOf(config, "server-template"))?.[1];

describe("a pod gets as many requests as it serves at once", () => {
  test.each([
    [1, "1"],
    [{ workers: 2 }, "2"],
    [{ threads: 8 }, "8"],
    [{ workers: 2, threads: 8 }, "16"],
    [{ replicas: 4, workers: 2 }, "2"],
  ])("%j: %s", (web, expected) => expect(maxconn(configOf(web))).toBe(expected));
  test("as the command says where the stack does not", () => {
    const procfile = "web: gunicorn a:b --workers 3 --threads 2";
    expect(maxconn(configOf(1, { procfile }))).toBe("6");
  });
});

describe("the room for pods", () => {
  test("does not depend on the replicas, so that scaling rolls no proxy", () => {
    expect(proxyOf(2)).toEqual(proxyOf(4));
    expect(proxyOf(0)).toEqual(proxyOf(100));
  });
  test.each([
    [1, "2"],
    [4, "5"],
    [100, "125"],
    [400, "500"],
  ])("holds the most replicas, %i, and those of a rollout: %s", (maxReplicas, expected) => {
    expect(slots(configOf(1, { app: { maxReplicas } }))).toBe(expected);
  });
  test("is in one answer of DNS, at 16 bytes each", () => {
    const payload = Number(/accepted_payload_size (\d+)/.exec(configOf(1))?.[1]);
    expect(500 * 16).toBeLessThan(payload);
  });
});

describe("time", () => {
  const seconds = (config: string, name: string) =>
    Number(new RegExp(`${name} +(\\d+)s`).exec(config)?.[1]);

  test.each([
    ["web: gunicorn a:b", 35],
    ["web: gunicorn a:b --timeout 600", 605],
    ["web: gunicorn a:b --timeout 0", 3600],
  ])("a request has as long as gunicorn gives it, and 60 s to wait: %s", (procfile, request) => {
    const config = configOf(1, { procfile });
    expect(seconds(config, "timeout queue")).toBe(60);
    expect(seconds(config, "timeout client")).toBeGreaterThan(request + 60);
    expect(seconds(sectionOf(config, "defaults"), "timeout server")).toBe(request);
    expect(seconds(sectionOf(config, "backend first_proxy"), "timeout server")).toBe(request + 65);
    expect(sectionOf(config, "backend pods")).not.toContain("timeout server");
    expect(seconds(config, "hard-stop-after")).toBeGreaterThan(request + 60);
  });
  test("its pods end only after the last request has", () => {
    const proxy = proxyOf(1, { procfile: "web: gunicorn a:b --timeout 600" });
    const references = { namespace: "shop", serviceAccount: "shop", configMap: "c" };
    const hardStop = seconds(haproxyConfig(proxy.config), "hard-stop-after");
    expect(proxyManifest(proxy, references)).toMatchObject({
      spec: { template: { spec: { terminationGracePeriodSeconds: hardStop + 10 } } },
    });
  });
});

describe("requests are handed out by one proxy at a time", () => {
  const config = configOf(1);

  test("the first one; the other one stands by", () => {
    expect(lineOf(config, "server proxy-0")).toContain(
      " shop-proxy-0.shop-proxy.shop.svc.cluster.local:8081",
    );
    expect(lineOf(config, "server proxy-0")).not.toContain("backup");
    expect(lineOf(config, "server proxy-1")).toMatch(/:8081 backup$/);
  });
  test("to the pod with the fewest, and to another one only where nothing was sent yet", () => {
    expect(config).toContain("balance leastconn");
    expect(lineOf(config, "retry-on")).toBe("    retry-on conn-failure");
  });
  test("to pods of the app's own namespace", () => {
    expect(configOf(1, { app: { namespace: "team" } })).toContain(
      "shop-web-pods.team.svc.cluster.local:8000",
    );
  });
});

describe("a crowd", () => {
  const connections = (title: string) =>
    Number(/^ +maxconn (\d+)$/m.exec(sectionOf(configOf(1), title))?.[1]);

  test("leaves the health check its share, or the proxy would be out of traffic as soon as it is full", () => {
    const taken = connections("frontend public") + connections("frontend balancer");
    expect(taken).toBeLessThan(connections("global"));
  });
  test("that both replicas let in has room in the one that hands out", () => {
    expect(connections("frontend balancer")).toBe(2 * connections("frontend public"));
  });
});

describe("the objects", () => {
  const proxy = proxyOf({ replicas: 4, workers: 2 });
  const references = { namespace: "shop", serviceAccount: "shop", configMap: "config-1" };

  test("the configuration is immutable, without a name of its own: another one rolls the pods", () => {
    const manifest = proxyConfigManifest(proxy, "shop");
    expect(manifest).toMatchObject({ immutable: true });
    expect(manifest.metadata).not.toHaveProperty("name");
    expect(manifest.data).toEqual({
      "haproxy.cfg": haproxyConfig(proxy.config),
      "streams.lua": STREAMS_SCRIPT,
    });
  });
  test("two pods under names of their own, hardened like the app's, with the image that is asked for", () => {
    const { spec } = proxyManifest({ ...proxy, image: "haproxy:x" }, references);
    expect(spec).toMatchObject({
      serviceName: "shop-proxy",
      replicas: 2,
      podManagementPolicy: "Parallel",
      template: {
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 10001 },
          containers: [
            {
              image: "haproxy:x",
              command: ["haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg"],
              lifecycle: { preStop: { sleep: { seconds: 5 } } },
              ports: [
                { name: "http", containerPort: 8080 },
                { name: "balancer", containerPort: 8081 },
                { name: "health", containerPort: 8404 },
              ],
              readinessProbe: { httpGet: { path: "/healthz", port: 8404 } },
              securityContext: { readOnlyRootFilesystem: true },
            },
          ],
          volumes: [{ name: "tmp" }, { name: "home" }, { configMap: { name: "config-1" } }],
        },
      },
    });
  });
  test("are in the totals", () => {
    const given = { scale: { web: 4, worker: 0 } };
    const alone = costOf(planOf(given)).totals;
    const proxied = costOf(planOf({ ...given, app: { proxy: "haproxy" } })).totals;
    expect([alone.pods, alone.memory, alone.cpu]).toEqual([4, "2Gi", "1"]);
    expect([proxied.pods, proxied.memory, proxied.cpu]).toEqual([6, "2176Mi", "1200m"]);
    expect(proxied.concurrency).toBe(alone.concurrency);
  });
});

describe("HAProxy itself", () => {
  test.for<[string, unknown, GivenStack & { app?: object }]>([
    ["the smallest", 1, {}],
    ["the biggest", { workers: 128, threads: 1024 }, { app: { maxReplicas: 400 } }],
    ["without a limit of time", 4, { procfile: "web: gunicorn a:b --timeout 0" }],
    ["of an asynchronous server", { threads: 4 }, { procfile: "web: uvicorn a:b" }],
  ])("has nothing to say against the configuration: %s", async ([, web, given], context) => {
    needsHaproxy(context);
    const { status, output } = await checkByHaproxy(configOf(web, given));
    expect(output).not.toMatch(/warning|alert/i);
    expect(status).toBe(0);
  });
});
