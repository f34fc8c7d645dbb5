import { describe, expect, test } from "vitest";
import type { Controller } from "../../components/manifest/controllers.ts";
import {
  CONTROLLERS,
  GATEWAY_CONTROLLERS,
  INGRESS_CONTROLLERS,
} from "../../components/manifest/controllers.ts";
import { httpRouteManifest, ingressManifest } from "../../components/manifest/route.ts";
import { headlessServiceManifest, serviceManifest } from "../../components/manifest/service.ts";
import type { TrafficPlan } from "../../components/plan/traffic-plan.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf } from "../support/plan.ts";

const host = "shop.example.com";
const ingress = { className: "nginx" };
const gateway = { name: "public", namespace: "gateways" };

function trafficOf(given: GivenStack): TrafficPlan {
  const { traffic } = planOf(given);
  if (!traffic) throw new Error("there is no web");
  return traffic;
}

/** The object that leads from the host to the Service. */
function routeOf(given: GivenStack): unknown {
  const { route } = trafficOf(given);
  if (!route) throw new Error("there is no way in");
  return route.kind === "ingress"
    ? ingressManifest(route, "shop")
    : httpRouteManifest(route, "shop", 80);
}

describe("without web", () => {
  test("there is no traffic", () => {
    expect(planOf({ procfile: "worker: x" }).traffic).toBeUndefined();
  });
});

describe("the controller gives a request at least as long as gunicorn does", () => {
  const seconds = (procfile: string, proxy = "off") =>
    trafficOf({ procfile, app: { host, ingress, proxy } }).route?.timeoutSeconds;

  test.each([
    ["web: gunicorn a:b", 60],
    ["web: gunicorn a:b --timeout 55", 60],
    ["web: gunicorn a:b --timeout 60", 65],
    ["web: gunicorn a:b -t 600", 605],
    ["web: gunicorn a:b --timeout 0", 3600],
    ["web: gunicorn a:b --timeout $T", 3600],
    ["web: python app.py", 3600],
  ])("%s: %i s", (procfile, expected) => expect(seconds(procfile)).toBe(expected));
  test.each([
    ["web: gunicorn a:b", 95],
    ["web: gunicorn a:b --timeout 600", 665],
    ["web: gunicorn a:b --timeout 0", 3660],
  ])("and waiting in the proxy comes on top: %s: %i s", (procfile, expected) => {
    expect(seconds(procfile, "haproxy")).toBe(expected);
  });
  test("GUNICORN_CMD_ARGS count too", () => {
    const env = { GUNICORN_CMD_ARGS: "--timeout 300" };
    expect(trafficOf({ app: { host, ingress, env } }).route?.timeoutSeconds).toBe(305);
  });
});

test.each([
  ["gunicorn a:b", false],
  ["gunicorn a:b --threads 8", false],
  ["gunicorn a:b -k $CLASS", false],
  ["gunicorn a:b -k gevent", true],
  ["gunicorn a:b -k uvicorn.workers.UvicornWorker", true],
  ["uvicorn a:b", true],
  ["waitress-serve a:b", false],
  ["granian a:b", false],
])("the proxy gives streams a place of their own where they hold no worker: %s: %s", (line, is) => {
  const given = {
    procfile: `web: ${line}`,
    app: { proxy: "haproxy" },
    scale: { web: { threads: 4 } },
  };
  expect(planOf(given).traffic?.proxy?.config.asynchronous).toBe(is);
});

test("with uvicorn the proxy counts workers, and what the stack says that each is to get", () => {
  const given = {
    procfile: "web: uvicorn a:b --workers 2\n",
    app: { proxy: "haproxy" },
    scale: { web: { threads: 4 } },
  };
  expect(trafficOf(given).proxy?.config.requestsPerPod).toBe(8);
});

describe("the base path", () => {
  const given = { app: { host, ingress, basePath: "/team/shop/" } };

  test("is the variable, the route and the health check's at once", () => {
    const { web } = trafficOf(given);
    expect(web.pod.env).toMatchObject({ DASH_URL_BASE_PATHNAME: "/team/shop/" });
    expect(web.pod.health).toMatchObject({ path: "/team/shop/_dash-dependencies" });
    expect(routeOf(given)).toMatchObject({
      spec: { rules: [{ http: { paths: [{ path: "/team/shop/", pathType: "Prefix" }] } }] },
    });
    expect(routeOf({ app: { host, gateway, basePath: "/team/shop/" } })).toMatchObject({
      spec: { rules: [{ matches: [{ path: { type: "PathPrefix", value: "/team/shop" } }] }] },
    });
  });
  test("is told to every process type, since all of them may make links", () => {
    for (const { pod } of planOf(given).processes)
      expect(pod.env).toHaveProperty("DASH_URL_BASE_PATHNAME", "/team/shop/");
  });
  test("never comes with a DASH_APP_NAME, which Dash would make a path of its own from", () => {
    expect(JSON.stringify(planOf(given))).not.toContain("DASH_APP_NAME");
  });
  test("is no variable where it is /", () => {
    expect(trafficOf({ app: { host, ingress } }).web.pod.env).not.toHaveProperty(
      "DASH_URL_BASE_PATHNAME",
    );
  });
});

describe("an Ingress", () => {
  test("leads from the host to port http of the Service, and is not waited for", () => {
    expect(routeOf({ app: { host, ingress } })).toEqual({
      metadata: {
        name: "shop-web",
        namespace: "shop",
        labels: {
          "app.kubernetes.io/name": "shop",
          "app.kubernetes.io/instance": "shop-web",
          "app.kubernetes.io/component": "web",
          "app.kubernetes.io/managed-by": "pulumi",
        },
        annotations: { "pulumi.com/patchForce": "true", "pulumi.com/skipAwait": "true" },
      },
      spec: {
        ingressClassName: "nginx",
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: "shop-web", port: { name: "http" } } },
                },
              ],
            },
          },
        ],
      },
    });
  });
  test("has the certificate of its Secret", () => {
    expect(routeOf({ app: { host, ingress: { ...ingress, tlsSecret: "tls" } } })).toMatchObject({
      spec: { tls: [{ hosts: [host], secretName: "tls" }] },
    });
  });
});

describe("an HTTPRoute", () => {
  test("leads from the host on a Gateway to the Service, within a time, and is not waited for", () => {
    expect(routeOf({ app: { host, gateway } })).toMatchObject({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "shop-web", annotations: { "pulumi.com/skipAwait": "true" } },
      spec: {
        parentRefs: [gateway],
        hostnames: [host],
        rules: [
          {
            matches: [{ path: { type: "PathPrefix", value: "/" } }],
            backendRefs: [{ name: "shop-web", port: 80 }],
            timeouts: { request: "60s" },
          },
        ],
      },
    });
  });
  test("may be for one listener alone", () => {
    expect(routeOf({ app: { host, gateway: { ...gateway, section: "https" } } })).toMatchObject({
      spec: { parentRefs: [{ ...gateway, sectionName: "https" }] },
    });
  });
});

/** The annotations of a route, without those of Pulumi. */
function annotationsOf(given: GivenStack): Record<string, string> {
  return { ...trafficOf(given).route?.annotations };
}

describe("a door that is not named gets nothing of its own", () => {
  test.each([
    ["Ingress", { host, ingress }],
    ["Gateway", { host, gateway }],
  ])("%s", (_, app) => {
    expect(annotationsOf({ app })).toEqual({});
    expect(trafficOf({ app }).controller).toBeUndefined();
  });
});

describe("what an Ingress controller needs to balance by pods, and to wait as long as gunicorn", () => {
  const app = (controller: string, annotations = {}) => ({
    host,
    ingress: { ...ingress, controller, annotations },
  });
  const procfile = "web: gunicorn a:b --timeout 120";

  test.each([
    [
      "ingress-nginx",
      {
        "nginx.ingress.kubernetes.io/load-balance": "round_robin",
        "nginx.ingress.kubernetes.io/proxy-read-timeout": "125",
        "nginx.ingress.kubernetes.io/proxy-send-timeout": "125",
      },
    ],
    [
      "nginx",
      {
        "nginx.org/lb-method": "least_conn",
        "nginx.org/proxy-read-timeout": "125s",
        "nginx.org/proxy-send-timeout": "125s",
        "nginx.org/websocket-services": "shop-web",
      },
    ],
    ["haproxy", { "haproxy.org/load-balance": "leastconn", "haproxy.org/timeout-server": "125s" }],
    [
      "haproxy-ingress",
      {
        "haproxy-ingress.github.io/balance-algorithm": "leastconn",
        "haproxy-ingress.github.io/timeout-server": "125s",
        "haproxy-ingress.github.io/timeout-tunnel": "125s",
      },
    ],
    ["traefik", {}],
    ["istio", {}],
  ])("%s", (controller, expected) => {
    expect(annotationsOf({ procfile, app: app(controller) })).toEqual(expected);
  });
  test.each([
    ["web: gunicorn a:b", "60"],
    ["web: gunicorn a:b --timeout 600", "605"],
    ["web: gunicorn a:b --threads 8", "3600"],
    ["web: uvicorn a:b", "3600"],
    ["web: node server.js", "3600"],
  ])("for an hour where WebSockets may be open: %s: %s s", (line, seconds) => {
    const name = "nginx.ingress.kubernetes.io/proxy-read-timeout";
    expect(annotationsOf({ procfile: line, app: app("ingress-nginx") })).toMatchObject({
      [name]: seconds,
    });
  });
  test("the user's annotations win, and come on top", () => {
    const own = {
      "nginx.ingress.kubernetes.io/proxy-read-timeout": "900",
      "cert-manager.io/cluster-issuer": "letsencrypt",
    };
    expect(annotationsOf({ procfile, app: app("ingress-nginx", own) })).toEqual({
      "nginx.ingress.kubernetes.io/load-balance": "round_robin",
      "nginx.ingress.kubernetes.io/proxy-read-timeout": "900",
      "nginx.ingress.kubernetes.io/proxy-send-timeout": "125",
      "cert-manager.io/cluster-issuer": "letsencrypt",
    });
  });
  test("Traefik is told by the Service to balance by pods, not by the Service's address", () => {
    expect(trafficOf({ app: app("traefik") }).controller?.serviceAnnotations).toEqual({
      "traefik.ingress.kubernetes.io/service.nativelb": "false",
      "traefik.io/service.nativelb": "false",
    });
  });
});

describe("objects of a controller's own kind", () => {
  const identity = { app: "shop", type: "web", name: "shop-web" };
  const behind = { ...identity, service: "shop-web", timeoutSeconds: 60 };
  const objectsOf = (controller: Controller) => CONTROLLERS[controller].objects(behind, "shop");

  test("Istio: least requests for the Service", () => {
    expect(objectsOf("istio")).toEqual([
      {
        apiVersion: "networking.istio.io/v1",
        kind: "DestinationRule",
        metadata: expect.objectContaining({ name: "shop-web", namespace: "shop" }) as unknown,
        spec: { host: "shop-web", trafficPolicy: { loadBalancer: { simple: "LEAST_REQUEST" } } },
      },
    ]);
  });
  test("none of the others has any, and none needs more than one way to balance", () => {
    const controllers = [...new Set([...INGRESS_CONTROLLERS, ...GATEWAY_CONTROLLERS])];
    const others = controllers.filter((it) => it !== "istio");
    expect(others.flatMap(objectsOf)).toEqual([]);
    expect(Object.keys(CONTROLLERS).sort()).toEqual(controllers.sort());
  });
});

describe("a Service", () => {
  const { web } = trafficOf({});

  test("leads from port 80 to the port named http of the pods, and is not waited for", () => {
    expect(serviceManifest({ name: "shop-web", to: web }, "shop")).toMatchObject({
      metadata: { name: "shop-web", annotations: { "pulumi.com/skipAwait": "true" } },
      spec: {
        type: "ClusterIP",
        ports: [{ name: "http", port: 80, targetPort: "http", appProtocol: "http" }],
        selector: {
          "app.kubernetes.io/name": "shop",
          "app.kubernetes.io/instance": "shop-web",
          "app.kubernetes.io/component": "web",
        },
      },
    });
    expect(web.pod.ports).toEqual({ http: 8000 });
  });
  test("never binds a client to one replica", () => {
    const headless = { name: "shop-web-pods", to: web, port: 8000, unready: false };
    for (const { spec } of [
      serviceManifest({ name: "shop-web", to: web }, "shop"),
      headlessServiceManifest(headless, "shop"),
    ]) {
      expect(spec).not.toHaveProperty("sessionAffinity");
      expect(spec).not.toHaveProperty("sessionAffinityConfig");
    }
  });
  test("without a head leads to pods that are not ready only where it is asked to", () => {
    const headless = (unready: boolean) =>
      headlessServiceManifest({ name: "x", to: web, port: 8000, unready }, "shop").spec;
    expect(headless(false)).toMatchObject({ clusterIP: "None", publishNotReadyAddresses: false });
    expect(headless(true)).toMatchObject({ clusterIP: "None", publishNotReadyAddresses: true });
  });
});
