import { describe, expect, test } from "vitest";
import { scaledObjectManifest } from "../../components/manifest/autoscaler.ts";
import { needsKeda } from "../../components/manifest/scaling.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf, problemsOf } from "../support/plan.ts";

/** An app whose `web` is scaled by its requests. */
const byRequests = (fields: object = {}, proxy = "haproxy"): GivenStack => ({
  app: { proxy },
  scale: { web: { max: 4, target: { concurrency: 70 }, ...fields } },
});

function webOf(given: GivenStack) {
  const { processes, traffic } = planOf(given);
  const web = processes.find(({ type }) => type === "web");
  if (web?.scaling.kind !== "auto") throw new Error("web is not autoscaled");
  return { web, scaling: web.scaling, proxy: traffic?.proxy?.config };
}

describe("a web that is scaled by its requests", () => {
  test("takes KEDA", () => expect(needsKeda(webOf(byRequests()).scaling)).toBe(true));

  test("has KEDA ask each replica of the proxy, for a share of what one replica serves at once", () => {
    const { web, scaling, proxy } = webOf(byRequests({ min: 0, workers: 2, threads: 4 }));
    const references = { namespace: "shop", deployment: "shop-web", proxy };
    const { spec } = scaledObjectManifest(web, scaling, references);
    const trigger = (replica: number) => ({
      type: "metrics-api",
      metricType: "AverageValue",
      metadata: {
        url: `http://shop-proxy-${replica}.shop-proxy.shop.svc.cluster.local:8405/metrics?scope=backend`,
        format: "prometheus",
        valueLocation: 'haproxy_backend_current_sessions{proxy="pods"}',
        targetValue: "5.6",
      },
    });
    expect(spec.triggers).toEqual([trigger(0), trigger(1)]);
    expect(spec).toMatchObject({ minReplicaCount: 0, pollingInterval: 5 });
  });

  test("may be scaled by CPU as well", () => {
    const { web, scaling, proxy } = webOf(byRequests({ cpu: 80 }));
    const references = { namespace: "shop", deployment: "shop-web", proxy };
    const types = scaledObjectManifest(web, scaling, references).spec.triggers;
    expect(types).toHaveLength(3);
    expect(types).toContainEqual(expect.objectContaining({ type: "cpu" }));
  });

  test.each([
    ["some replica at least", byRequests({ min: 1 }), { counted: true, wakes: false }],
    ["no replica at least", byRequests({ min: 0 }), { counted: true, wakes: true }],
  ])("has a proxy that counts, with %s", (_, given, expected) => {
    expect(webOf(given).proxy).toMatchObject(expected);
  });

  test("leaves the proxy of one that is not as it was", () => {
    const { traffic } = planOf({ app: { proxy: "haproxy" }, scale: { web: { max: 4, cpu: 70 } } });
    expect(traffic?.proxy?.config).toMatchObject({ counted: false, wakes: false });
  });
});

describe("what is told", () => {
  const told = (given: GivenStack) =>
    problemsOf(given).map(({ location, message }) => `${location}: ${message}`);
  const KEY = "dash-scale:scale.web.target.concurrency";

  test("that nothing counts the requests", () => {
    expect(told(byRequests({}, "off"))).toEqual([
      `${KEY}: needs the proxy, which counts the requests; set dash-scale:app.proxy: haproxy`,
    ]);
  });
  test("that no proxy is in front of a worker", () => {
    const worker = { max: 4, target: { concurrency: 70 } };
    expect(told({ app: { proxy: "haproxy" }, scale: { worker } })).toEqual([
      "dash-scale:scale.worker.target.concurrency: is for web alone, whose requests the proxy counts; write cpu, memory, queue or schedule",
    ]);
  });
  test.each([5, 101, "70%"])("what is no share: %s", (concurrency) => {
    expect(told(byRequests({ target: { concurrency } }))).toEqual([
      expect.stringMatching(/^dash-scale:scale\.web\.target\.concurrency: .*from 10 to 100/),
    ]);
  });
});
