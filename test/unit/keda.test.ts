import { describe, expect, test } from "vitest";
import { costOf } from "../../components/cost/cost.ts";
import { redisAccess } from "../../components/plan/redis-access.ts";
import { kedaUse } from "../../components/plan/keda-findings.ts";
import { findKeda } from "../../infra/keda.ts";
import { apiServer } from "../support/api-server.ts";
import { planOf } from "../support/plan.ts";

const QUEUE = { redis: "redis.redis:6379", list: "celery" };
const BY_QUEUE = planOf({ scale: { worker: { min: 1, max: 3, queue: QUEUE } } });
const FIXED = planOf({ scale: { worker: 3 } });
const BY_CPU = planOf({ scale: { worker: { min: 1, max: 3, cpu: 70 } } });

const KEDA = "/apis/keda.sh/v1alpha1";
const OBJECT = `${KEDA}/namespaces/shop/scaledobjects/shop-worker`;
const METRICS = "/apis/external.metrics.k8s.io/v1beta1";
const LEASES = "/apis/coordination.k8s.io/v1/leases";

type Answers = Readonly<Record<string, number | object>>;

/** Leases of KEDA's operator, renewed so many seconds ago. */
const leases = (...seconds: number[]) => ({
  items: seconds.map((ago) => ({
    metadata: { name: "operator.keda.sh", namespace: "keda" },
    spec: {
      leaseDurationSeconds: 15,
      renewTime: new Date(Date.now() - ago * 1000).toISOString().replace("Z", "000Z"),
    },
  })),
});
const WORKS: Answers = { [KEDA]: 200, [METRICS]: 200, [LEASES]: leases(5), [OBJECT]: 200 };

/** What is said where the API server answers these paths so, and 404 to every other. */
async function problems(plan: typeof FIXED, before: typeof FIXED | undefined, answers: Answers) {
  const { kubeconfig, asked } = await apiServer(({ pathname }, response) => {
    const answer = answers[pathname] ?? 404;
    const [status, body] = typeof answer === "number" ? [answer, {}] : [200, answer];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  const settings = { kubeconfig, context: undefined, cluster: undefined };
  const use = kedaUse(plan.processes, before && costOf(before));
  const found = await findKeda(use, "shop", { settings });
  expect({ warnings: found.warnings, notes: found.notes }).toEqual({ warnings: [], notes: [] });
  return { said: found.problems.map(({ location, message }) => `${location}: ${message}`), asked };
}

describe("an app that KEDA scales", () => {
  test.each<[string, Answers]>([
    ["works", WORKS],
    ["may not be seen at all", { [KEDA]: 403, [METRICS]: 403, [LEASES]: 403 }],
    ["has a Lease that nobody may see", { ...WORKS, [LEASES]: 403 }],
    ["has an operator that is a little late", { ...WORKS, [LEASES]: leases(50) }],
    ["runs without leader election", { ...WORKS, [LEASES]: leases() }],
    ["was in another namespace before", { ...WORKS, [LEASES]: leases(9999, 5) }],
    ["is not known, since the cluster fails", { [KEDA]: 500 }],
  ])("is left alone where KEDA %s", async (_, answers) => {
    expect((await problems(BY_QUEUE, undefined, answers)).said).toEqual([]);
  });

  test.each<[string, Answers, RegExp]>([
    [
      "is not there",
      {},
      /the cluster has no KEDA: its API server does not know keda\.sh\/v1alpha1/,
    ],
    [
      "has no metrics server",
      { ...WORKS, [METRICS]: 404 },
      /KEDA's metrics server does not answer/,
    ],
    ["has one that is down", { ...WORKS, [METRICS]: 503 }, /KEDA's metrics server does not answer/],
    [
      "has an operator that has stopped",
      { ...WORKS, [LEASES]: leases(90) },
      /KEDA's operator does not run: .*operator\.keda\.sh in namespace keda since \d{4}-.*kubectl get pods --namespace keda$/,
    ],
  ])("is refused where KEDA %s", async (_, answers, message) => {
    expect((await problems(BY_QUEUE, undefined, answers)).said).toEqual([
      expect.stringMatching(message),
    ]);
  });
});

describe("an app that KEDA has scaled, and is to let go", () => {
  test.each([
    ["for a fixed number", FIXED],
    ["for Kubernetes' own autoscaler", BY_CPU],
  ])("%s is refused where the operator has stopped", async (_, plan) => {
    const answers = { ...WORKS, [LEASES]: leases(90) };
    const { said } = await problems(plan, BY_QUEUE, answers);
    expect(said).toEqual([expect.stringMatching(/^dash-scale:scale\.worker: KEDA's operator/)]);
  });
  test("needs no metrics", async () => {
    expect((await problems(FIXED, BY_QUEUE, { ...WORKS, [METRICS]: 503 })).said).toEqual([]);
  });
  test("is asked about once where another autoscaler had it", async () => {
    const { said, asked } = await problems(FIXED, BY_CPU, { [KEDA]: 200, [LEASES]: leases(90) });
    expect({ said, asked }).toEqual({ said: [], asked: [OBJECT] });
  });
});

test("an app that no autoscaler scales has nothing to do with KEDA", () => {
  const { scaled, maybeReleased } = kedaUse(FIXED.processes, costOf(FIXED));
  expect({ scaled, maybeReleased }).toEqual({ scaled: [], maybeReleased: [] });
});

describe("the authority of a certificate in a service's Secret", () => {
  const [service] = planOf({
    more: { services: { cache: { secret: "shop-redis", env: { REDIS_URL: "uri" } } } },
  }).services;
  const parametersOf = (values: Readonly<Record<string, string>>) => {
    if (!service) throw new Error("the plan has no service");
    const data = Object.entries(values).map(([key, value]): [string, string] => [
      key,
      Buffer.from(value).toString("base64"),
    ]);
    return redisAccess(service, new Map(data));
  };
  test("is for a Redis by TLS", () => {
    const found = parametersOf({ uri: "rediss://redis.redis", "ca.crt": "an authority" });
    expect(found).toMatchObject({ parameters: [{ parameter: "ca", key: "ca.crt" }] });
  });
  test("is left alone without TLS", () => {
    const found = parametersOf({ uri: "redis://redis.redis", "ca.crt": "an authority" });
    expect(found).toMatchObject({ parameters: [] });
  });
});
