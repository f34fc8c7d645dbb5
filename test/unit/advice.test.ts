import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wordOf } from "../../components/advice/advice.ts";
import type { Advice } from "../../components/advice/advice.ts";
import { adviceFor } from "../../components/advice/advise.ts";
import { MIN_MINUTES } from "../../components/advice/cpu.ts";
import type { Evidence, TypeEvidence } from "../../components/advice/evidence.ts";
import { MEBIBYTE } from "../../components/manifest/quantity.ts";
import { changesOf, withChanges } from "../../commands/scale/change.ts";
import { readWords } from "../../commands/scale/words.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf } from "../support/plan.ts";

const mebibytes = (count: number) => BigInt(count) * MEBIBYTE;
const NOTHING: TypeEvidence = {
  outOfMemory: undefined,
  crashed: undefined,
  use: undefined,
  workers: undefined,
};
const seen = (web: Partial<TypeEvidence>, requests?: Evidence["requests"]): Evidence => ({
  types: new Map([["web", { ...NOTHING, ...web }]]),
  requests,
});
const use = (memory: number, cpu: bigint, minutes = 0, pods = 2) => ({
  memory: mebibytes(memory),
  cpu,
  minutes,
  pods,
});

const stack = (web: unknown, app: object = {}): GivenStack => ({
  procfile: "web: gunicorn index:server\n",
  app,
  scale: { web },
});
const COUNTED = (max: number) =>
  stack(
    { min: 1, max, workers: 1, threads: 2, target: { concurrency: 50 } },
    { proxy: "haproxy", maxReplicas: 50 },
  );
const advise = (given: GivenStack, evidence: Evidence) => adviceFor(planOf(given), evidence);
const said = (all: readonly Advice[]) =>
  all.map((it) => `${it.message} ${it.kind === "scale" ? wordOf(it) : it.pod}`);

describe("memory", () => {
  test("is a fifth more after a pod was ended for lack of it, and 100Mi at least", () => {
    const killed = (pods: number, limit: number) => ({
      outOfMemory: { pods, limit: mebibytes(limit) },
    });
    expect(said(advise(stack({ memory: "256Mi" }), seen(killed(2, 256))))).toEqual([
      "2 pods were ended for lack of memory (OOMKilled) within the last hour, at 256Mi. web.memory=384Mi",
    ]);
    expect(said(advise(stack({ memory: "1Gi" }), seen(killed(1, 1024))))).toEqual([
      "1 pod was ended for lack of memory (OOMKilled) within the last hour, at 1Gi. web.memory=1280Mi",
    ]);
    // The file has more than that already.
    expect(advise(stack({ memory: "2Gi" }), seen(killed(2, 256)))).toEqual([]);
  });

  test("is 15 % more than a pod uses", () => {
    const of = (memory: number, minutes: number) =>
      said(advise(stack({ memory: "512Mi" }), seen({ use: use(memory, 100n, minutes) })));
    expect(of(445, 0)).toEqual([]);
    expect(of(446, 0)).toEqual([
      "The largest of 2 pods uses 446Mi now, and a replica has 512Mi. web.memory=576Mi",
    ]);
    expect(of(500, 7)).toEqual([
      "The largest of 2 pods used at most 500Mi in the last 7 minutes, and a replica has 512Mi. web.memory=576Mi",
    ]);
  });

  test("is for the workers that the file has, by what those use that run", () => {
    const web = { memory: "512Mi", workers: 3 };
    expect(said(advise(stack(web), seen({ use: use(200, 100n), workers: 1 })))).toEqual([
      "The largest of 2 pods uses 200Mi now with 1 worker; 3 would take up to 600Mi, and a replica has 512Mi. web.memory=704Mi",
    ]);
    expect(advise(stack(web), seen({ use: use(200, 100n), workers: 3 }))).toEqual([]);
    expect(advise(stack(web), seen({ use: use(200, 100n) }))).toEqual([]);
  });

  test("is by what was measured of the server where nothing was measured of the app", () => {
    const web = { memory: "128Mi", workers: 3 };
    expect(said(advise(stack(web), { types: new Map(), requests: undefined }))).toEqual([
      "3 workers of gunicorn take about 132Mi with an app that does nothing (measured), and a replica has 128Mi. web.memory=192Mi",
    ]);
    expect(advise(stack(web), seen({ use: use(80, 100n), workers: 3 }))).toEqual([]);
  });
});

describe("CPU", () => {
  const many = stack({ memory: "2Gi", workers: 9 });
  test("is for workers that were seen to use all of it, and for none that were not measured", () => {
    expect(advise(many, seen({}))).toEqual([]);
    expect(advise(many, seen({ use: use(300, 249n) }))).toEqual([]);
    expect(said(advise(many, seen({ use: use(300, 400n) })))).toEqual([
      "The busiest of 2 pods uses 400m CPU now with 9 workers of gunicorn, and a replica requests 250m. web.cpu=460m",
    ]);
    expect(said(advise(many, seen({ use: use(300, 250n, 12, 1) })))).toEqual([
      "The pod that was measured used at most 250m CPU in the last 12 minutes with 9 workers of gunicorn, and a replica requests 250m. web.cpu=290m",
    ]);
    // Three are 2 × CPU + 1: a peak of theirs is borne.
    expect(advise(stack({ workers: 3 }), seen({ use: use(100, 400n) }))).toEqual([]);
  });

  test("is lowered by no look alone, but where at most a tenth was used for long", () => {
    const big = stack({ cpu: "500m" });
    expect(advise(big, seen({ use: use(100, 20n, MIN_MINUTES - 1) }))).toEqual([]);
    expect(advise(big, seen({ use: use(100, 51n, MIN_MINUTES) }))).toEqual([]);
    expect(said(advise(big, seen({ use: use(100, 20n, 12) })))).toEqual([
      "Each of 2 pods used at most 20m CPU in the last 12 minutes, 4 % of the 500m that it requests; look at a busy hour before you lower it. web.cpu=40m",
    ]);
    // Nothing to save.
    expect(advise(stack({ cpu: "40m" }), seen({ use: use(100, 1n, 12) }))).toEqual([]);
    // `check` would warn of what is advised.
    expect(
      advise(stack({ cpu: 3, workers: 7, memory: "2Gi" }), seen({ use: use(100, 1n, 12) })),
    ).toEqual([]);
    // By CPU, a lower request would have more replicas do the same.
    const auto = stack({ max: 4, target: { cpu: 70 }, cpu: "500m" });
    expect(advise(auto, seen({ use: use(100, 20n, 12) }))).toEqual([]);
    const busy = stack({ max: 4, target: { cpu: 70 }, memory: "2Gi", workers: 9 });
    expect(advise(busy, seen({ use: use(100, 900n, 12) }))).toEqual([]);
  });

  test("of an autoscaled process type is no percentage", () => {
    const auto = stack({ max: 4, target: { memory: 80 }, workers: 9, memory: "2Gi" });
    expect(said(advise(auto, seen({ use: use(300, 3500n) })))[0]).toMatch(/ web\.cpu=4025m$/);
  });
});

describe("replicas", () => {
  test("may be as many as the requests ask for", () => {
    const of = (count: number, minutes: number) =>
      said(advise(COUNTED(4), seen({}, { count, minutes })));
    expect(of(4, 0)).toEqual([]);
    expect(of(5, 0)).toEqual([
      "The proxy has 5 requests now: at 50 % of 2 for each replica they ask for 5 replicas, and max is 4. web.max=5",
    ]);
    expect(of(90, 3)).toEqual([
      "The proxy had at most 90 requests in the last 3 minutes: at 50 % of 2 for each replica they ask for 90 replicas, of which 50 are allowed, and max is 4. web.max=50",
    ]);
    expect(advise(COUNTED(4), seen({}))).toEqual([]);
    const odd = { min: 1, max: 4, workers: 1, threads: 3, target: { concurrency: 50 } };
    const requests = { count: 7, minutes: 0 };
    expect(said(advise(stack(odd, { proxy: "haproxy" }), seen({}, requests)))[0]).toMatch(
      / web\.max=5$/,
    );
  });
});

test("a crash is for somebody to read", () => {
  expect(advise(stack(2), seen({ crashed: { pods: 2, latest: "shop-web-1" } }))).toEqual([
    {
      kind: "logs",
      type: "web",
      message: "2 pods have restarted within the last hour, and not for lack of memory.",
      pod: "shop-web-1",
    },
  ]);
});

const size = fc.record(
  {
    workers: fc.integer({ min: 1, max: 24 }),
    threads: fc.integer({ min: 1, max: 8 }),
    memory: fc.constantFrom("64Mi", "200Mi", "512Mi", "1Gi", "0.5Gi", "1500M"),
    cpu: fc.constantFrom("50m", "250m", "1000m", "1.5", "4000m"),
  },
  { requiredKeys: [] },
);
const scale = fc
  .tuple(
    size,
    fc.constantFrom(
      { replicas: 3 },
      { min: 2, max: 5, target: { cpu: 70 } },
      { min: 2, max: 5, target: { memory: 80 } },
      { min: 1, max: 4, target: { concurrency: 60 } },
      { min: 1, max: 4, target: { concurrency: 60, cpu: 200 } },
    ),
  )
  .map(([sizes, replicas]) => ({ workers: 1, threads: 1, ...sizes, ...replicas }));
const amount = fc.bigInt({ min: 0n, max: mebibytes(6000) });
const peak = fc.record({
  memory: amount,
  cpu: fc.bigInt({ min: 0n, max: 6000n }),
  pods: fc.integer({ min: 1, max: 9 }),
  minutes: fc.integer({ min: 0, max: 15 }),
});
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const evidence = fc.record({
  web: fc.record({
    outOfMemory: maybe(fc.record({ pods: fc.integer({ min: 1, max: 9 }), limit: amount })),
    crashed: fc.constant(undefined),
    use: maybe(peak),
    workers: maybe(fc.integer({ min: 1, max: 24 })),
  }),
  requests: maybe(
    fc.record({ count: fc.nat({ max: 500 }), minutes: fc.integer({ min: 0, max: 15 }) }),
  ),
});

test("all advice together is read by `scale`, is valid, and leaves nothing to advise", () => {
  let given = 0;
  fc.assert(
    fc.property(scale, evidence, (web, { web: found, requests }) => {
      const before = stack(web, { proxy: "haproxy" });
      const all = { types: new Map([["web", found]]), requests };
      const advice = advise(before, all).filter((it) => it.kind === "scale");
      given += advice.length;
      const { edits, problems } = readWords(advice.map(wordOf));
      expect(problems).toEqual([]);
      const { processes } = planOf(before);
      const changed = withChanges({ web }, changesOf(edits, { web }, processes));
      expect(advise({ ...before, scale: changed }, all)).toEqual([]);
    }),
    { numRuns: 150 },
  );
  expect(given).toBeGreaterThan(50);
});

test("nothing is advised of what nothing is known, but what the declared sizes say themselves", () => {
  expect(advise(stack({ workers: 2 }), { types: new Map(), requests: undefined })).toEqual([]);
});
