import { describe, expect, test } from "vitest";
import { findAutoscalers } from "../../infra/autoscalers.ts";
import { apiServer } from "../support/api-server.ts";
import { planOf } from "../support/plan.ts";

const QUEUE = { redis: "redis.redis:6379", list: "celery" };
const BY_CPU = planOf({ scale: { worker: { min: 2, max: 8, cpu: 70 } } });
const BY_BOTH = planOf({ scale: { worker: { max: 3, target: { cpu: 70, memory: 80 } } } });
const BY_QUEUE = planOf({ scale: { worker: { min: 0, max: 3, queue: QUEUE } } });
const BY_QUEUE_AND_CPU = planOf({ scale: { worker: { max: 3, cpu: 70, queue: QUEUE } } });

const METRICS = "/apis/metrics.k8s.io/v1beta1";
const HPAS = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers";
const SCALED_OBJECTS = "/apis/keda.sh/v1alpha1/namespaces/shop/scaledobjects";
const LABELLED = "?labelSelector=app.kubernetes.io%2Fname%3Dshop&limit=500";

type Answers = Readonly<Record<string, number | object>>;
type Condition = Readonly<Record<string, string>>;

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
/** An autoscaler of the worker that is so old, with these conditions. */
const autoscaler = (name: string, createdAgo: number, ...conditions: Condition[]) => ({
  items: [
    {
      metadata: { name, creationTimestamp: ago(createdAgo) },
      spec: { scaleTargetRef: { kind: "Deployment", name: "shop-worker" } },
      status: { conditions },
    },
  ],
});
const DAY = 86_400;
/** Takes the question and never answers. */
const SILENCE = 0;
const inactive = (reason: string, message: string, since: number): Condition => ({
  type: "ScalingActive",
  status: "False",
  reason,
  message,
  lastTransitionTime: ago(since),
});
const unfetched = (since: number) =>
  inactive("FailedGetResourceMetric", "unable to fetch metrics from resource metrics API", since);
const unready = (since: number) =>
  inactive("FailedGetResourceMetric", "did not receive metrics for targeted pods", since);
const unreached = inactive("FailedGetExternalMetric", "no such host", 300);
const disabled = inactive("ScalingDisabled", "the replica count of the target is zero", DAY);
const refused: Condition = {
  type: "Ready",
  status: "False",
  reason: "ScaledObjectCheckFailed",
  message: "failed to ensure HPA:\n connection refused",
};

const hpa = (...conditions: Condition[]) => autoscaler("shop-worker", DAY, ...conditions);
const kedaHpa = (...conditions: Condition[]) =>
  autoscaler("keda-hpa-shop-worker", DAY, ...conditions);
const scaledObject = hpa;

/** What is said where the API server answers these paths so, and 404 to every other. */
async function warnings(plan: typeof BY_CPU, answers: Answers) {
  const { kubeconfig, asked } = await apiServer(({ pathname }, response) => {
    const answer = answers[pathname] ?? 404;
    if (answer === SILENCE) return;
    const [status, body] = typeof answer === "number" ? [answer, {}] : [200, answer];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  const settings = { kubeconfig, context: undefined, cluster: undefined };
  const found = await findAutoscalers(plan, { settings });
  expect({ problems: found.problems, notes: found.notes }).toEqual({ problems: [], notes: [] });
  return {
    said: found.warnings.map(({ location, message }) => `${location}: ${message}`),
    asked: asked.toSorted(),
  };
}

describe("an app scaled by CPU or memory", () => {
  test("is warned of a cluster without a metrics server", async () => {
    const { said, asked } = await warnings(BY_CPU, {});
    expect(said).toEqual([
      "dash-scale:scale.worker: the cluster has no metrics server, so nothing is scaled by cpu: the autoscaler leaves the replicas as they are, and only keeps them from 2 to 8. Install metrics-server (https://github.com/kubernetes-sigs/metrics-server), or write replicas",
    ]);
    expect(asked).toEqual([`${HPAS}${LABELLED}`, METRICS]);
  });

  test.each<[string, typeof BY_CPU, Answers, RegExp]>([
    [
      "a metrics server that does not answer",
      BY_BOTH,
      { [METRICS]: 503 },
      /^dash-scale:scale\.worker: the cluster's metrics server does not answer, so nothing is scaled by cpu and memory: .*kubectl describe apiservice v1beta1\.metrics\.k8s\.io, or write replicas$/,
    ],
    [
      "none, and of the queue that goes on",
      BY_QUEUE_AND_CPU,
      {},
      /nothing is scaled by cpu: its other targets still add replicas.*, or leave cpu out$/,
    ],
    [
      "an autoscaler that could not get its metric for a minute",
      BY_CPU,
      { [METRICS]: 200, [HPAS]: hpa(unfetched(61)) },
      /^dash-scale:scale\.worker: the autoscaler in the cluster cannot tell how many replicas it takes, and leaves them as they are: unable to fetch metrics from resource metrics API \(FailedGetResourceMetric\)\. See more: kubectl describe horizontalpodautoscaler shop-worker --namespace shop$/,
    ],
    [
      "pods that have no metrics longer than they take to start",
      BY_CPU,
      { [METRICS]: 200, [HPAS]: hpa(unready(400)) },
      /did not receive metrics for targeted pods/,
    ],
    [
      "two autoscalers of the same pods",
      BY_CPU,
      { [METRICS]: 200, [HPAS]: hpa(inactive("AmbiguousSelector", "multiple HPAs", 300)) },
      /multiple HPAs \(AmbiguousSelector\)/,
    ],
    [
      "no metrics server, once, where its autoscaler says the same",
      BY_CPU,
      { [HPAS]: hpa(unfetched(DAY)) },
      /the cluster has no metrics server/,
    ],
  ])("is warned of %s", async (_, plan, answers, message) => {
    expect((await warnings(plan, answers)).said).toEqual([expect.stringMatching(message)]);
  });

  test.each<[string, Answers]>([
    ["works", { [METRICS]: 200, [HPAS]: hpa({ type: "ScalingActive", status: "True" }) }],
    ["has not looked yet", { [METRICS]: 200, [HPAS]: hpa() }],
    ["is new", { [METRICS]: 200, [HPAS]: autoscaler("shop-worker", 5, unfetched(5)) }],
    ["could not get a metric a moment ago", { [METRICS]: 200, [HPAS]: hpa(unfetched(30)) }],
    ["waits for pods that start", { [METRICS]: 200, [HPAS]: hpa(unready(200)) }],
    ["rests at 0 replicas", { [METRICS]: 200, [HPAS]: hpa(disabled) }],
    ["may not be seen", { [METRICS]: 403, [HPAS]: 403 }],
    ["is not known, since its list fails", { [METRICS]: 200, [HPAS]: 500 }],
    ["is another Deployment's", { [METRICS]: 200, [HPAS]: other(hpa(unfetched(DAY))) }],
    [
      "is a StatefulSet's of that name",
      {
        [METRICS]: 200,
        [HPAS]: other(hpa(unfetched(DAY)), { kind: "StatefulSet", name: "shop-worker" }),
      },
    ],
  ])("is left alone where its autoscaler %s", async (_, answers) => {
    expect((await warnings(BY_CPU, answers)).said).toEqual([]);
  });
});

describe("an app scaled by a queue", () => {
  test("asks for no metrics server", async () => {
    const { said, asked } = await warnings(BY_QUEUE, {});
    const expected = [`${HPAS}${LABELLED}`, `${SCALED_OBJECTS}${LABELLED}`];
    expect({ said, asked }).toEqual({ said: [], asked: expected });
  });

  test.each<[string, Answers, RegExp]>([
    [
      "KEDA's autoscaler says so",
      { [HPAS]: kedaHpa(unreached), [SCALED_OBJECTS]: scaledObject() },
      /no such host \(FailedGetExternalMetric\).*horizontalpodautoscaler keda-hpa-shop-worker/,
    ],
    [
      "KEDA has made no autoscaler for it",
      { [HPAS]: { items: [] }, [SCALED_OBJECTS]: scaledObject(refused) },
      /failed to ensure HPA: connection refused \(ScaledObjectCheckFailed\).*scaledobject shop-worker --/,
    ],
    [
      "KEDA says so at 0 replicas",
      { [HPAS]: kedaHpa(disabled), [SCALED_OBJECTS]: scaledObject(refused) },
      /\(ScaledObjectCheckFailed\)/,
    ],
  ])("is warned of a queue that cannot be reached where %s", async (_, answers, message) => {
    expect((await warnings(BY_QUEUE, answers)).said).toEqual([expect.stringMatching(message)]);
  });

  test.each<[string, Answers]>([
    ["is new", { [SCALED_OBJECTS]: autoscaler("shop-worker", 30, refused) }],
    ["is paused", { [SCALED_OBJECTS]: scaledObject(refused, { type: "Paused", status: "True" }) }],
    [
      "has an autoscaler that sees",
      {
        [HPAS]: kedaHpa({ type: "ScalingActive", status: "True" }),
        [SCALED_OBJECTS]: scaledObject(refused),
      },
    ],
  ])("is left alone where its ScaledObject %s", async (_, answers) => {
    expect((await warnings(BY_QUEUE, answers)).said).toEqual([]);
  });

  test("is warned of both its queue and the metrics that are missing", async () => {
    const answers = { [HPAS]: kedaHpa(unreached), [SCALED_OBJECTS]: scaledObject() };
    expect((await warnings(BY_QUEUE_AND_CPU, answers)).said).toEqual([
      expect.stringContaining("has no metrics server"),
      expect.stringContaining("no such host"),
    ]);
  });
});

test.each([SILENCE, 500, 504])(
  "a metrics server that answers %i, or never, keeps nobody from hearing of a blind autoscaler",
  async (answer) => {
    const answers = { [METRICS]: answer, [HPAS]: hpa(unfetched(300)) };
    expect((await warnings(BY_CPU, answers)).said).toEqual([
      expect.stringContaining("unable to fetch metrics"),
    ]);
  },
);

test("an autoscaler that has rested at 0 replicas was not blind meanwhile: its status says when it was written", async () => {
  const woken = (secondsAgo: number) => {
    const { items } = hpa(unready(DAY));
    const managedFields = [
      { manager: "pulumi", time: ago(0) },
      { manager: "kube-controller-manager", subresource: "status", time: ago(secondsAgo) },
    ];
    return { items: items.map((it) => ({ ...it, metadata: { ...it.metadata, managedFields } })) };
  };
  const saidAfter = async (seconds: number) =>
    (await warnings(BY_CPU, { [METRICS]: 200, [HPAS]: woken(seconds) })).said.length;
  expect([await saidAfter(350), await saidAfter(370)]).toEqual([0, 1]);
});

function other(
  { items }: ReturnType<typeof hpa>,
  scaleTargetRef = { kind: "Deployment", name: "shop-web" },
): object {
  return { items: items.map((it) => ({ ...it, spec: { scaleTargetRef } })) };
}
