import { log, runtime } from "@pulumi/pulumi";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { costOf } from "../../components/cost/cost.ts";
import { ConfigError } from "../../components/config/errors.ts";
import { preflight } from "../../infra/preflight.ts";
import { apiServer } from "../support/api-server.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf } from "../support/plan.ts";

const A = "0b2a9c1e-6f0d-4c55-9f5e-3f1d2c4b5a60";
const B = "6f1c7d52-1111-4222-8333-0123456789ab";
const CONFIRMS = { guards: { scaleDown: "confirm" } };

/** What was warned of, as `place: message`. */
const warned: string[] = [];
/** What was told besides. */
const told: string[] = [];
beforeEach(() => {
  warned.length = 0;
  vi.spyOn(log, "warn").mockImplementation(async (message) => void warned.push(message));
  told.length = 0;
  vi.spyOn(log, "info").mockImplementation(async (message) => void told.push(message));
});

/** A stack that gave this out last, on a cluster that answers with this, at its next run. */
async function run(
  given: GivenStack,
  {
    last,
    cluster,
    missing = "none",
    preview = true,
  }: {
    last: () => Record<string, unknown>;
    cluster: string | number;
    /** Part of the paths that there is nothing at. */
    missing?: string;
    preview?: boolean;
  },
) {
  await runtime.setMocks(
    {
      newResource: ({ name }) => ({ id: name, state: {} }),
      call: ({ token, inputs }) => {
        expect(token).toBe("pulumi:pulumi:readStackOutputs");
        expect(inputs).toEqual({ name: "organization/shop/production" });
        return { outputs: last() };
      },
    },
    "shop",
    "production",
    preview,
    "organization",
  );
  const { kubeconfig, asked } = await apiServer(({ pathname }, response) => {
    const [status, body] = pathname.includes(missing)
      ? [404, { message: "not found" }]
      : typeof cluster === "string"
        ? [200, { metadata: { uid: cluster } }]
        : [cluster, { message: "forbidden" }];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  const settings = { kubeconfig, context: undefined, cluster: undefined };
  const found = await preflight(planOf(given), { settings }).catch((error: unknown) => {
    if (error instanceof ConfigError) return error.problems.map(({ location }) => location);
    throw error;
  });
  return { found, asked };
}

/** What a stack of this scale gives out. */
const outputsAt = (worker: number, more = {}) => ({
  ...costOf(planOf({ scale: { worker } })),
  ...more,
});

describe("a run of the program", () => {
  test("on another cluster is refused together with a scale-down, and asks that cluster nothing else", async () => {
    const given = { scale: { worker: 2, web: 50 }, more: CONFIRMS };
    const { found, asked } = await run(given, {
      last: () => outputsAt(10, { cluster: A }),
      cluster: B,
    });
    expect(found).toEqual(["kubernetes:context", "dash-scale:confirm.worker"]);
    expect(asked).toEqual(["/api/v1/namespaces/kube-system"]);
  });
  test("tells the price of a month, before and after, where the stack says what an hour costs", async () => {
    const prices = { cpu: 0.04, memory: 0.005, currency: "EUR" };
    const last = () => ({ ...outputsAt(1), cluster: A });
    await run({ scale: { worker: 3 }, more: { prices } }, { last, cluster: A });
    expect(told[0]).toMatch(/surge +EUR a month\n/);
    expect(told[0]).toMatch(/^worker .* 9\.13 → 27\.38$/m);
  });
  test("remembers the first cluster, and goes on remembering it where it is not seen", async () => {
    const first = await run({}, { last: () => ({}), cluster: A });
    expect(first.found).toMatchObject({ cluster: A });
    const next = await run({}, { last: () => outputsAt(1, { cluster: A }), cluster: 403 });
    expect(next.found).toMatchObject({ cluster: A });
  });
  test.each([true, false])(
    "says that it does not see the cluster, preview: %s",
    async (preview) => {
      await run({}, { last: () => outputsAt(1), cluster: 403, preview });
      expect(warned).toEqual([
        "kubernetes:context: forbidden, so whether this is the cluster of the stack was not checked",
      ]);
    },
  );
  test("goes on where the last outputs cannot be read, with a warning, and remembers nothing unproved", async () => {
    const given = { scale: { worker: 0 }, more: { ...CONFIRMS, confirm: { worker: "9 -> 1" } } };
    const { found } = await run(given, {
      last: () => {
        // As gRPC tells it.
        throw Object.assign(new Error(), { details: "no such backend" });
      },
      cluster: A,
    });
    expect(found).toMatchObject({ cluster: undefined });
    expect(warned.filter((message) => /^dash-scale:(?!scale)/.test(message))).toEqual([
      "dash-scale:guards: the stack's last outputs cannot be read, so neither another cluster nor a scale-down of more than half would be noticed: no such backend",
    ]);
  });
  test.each([true, false])(
    "is refused where the ServiceAccount that the app names is not there, preview: %s",
    async (preview) => {
      const { found } = await run(
        { app: { serviceAccount: { name: "team-identity" } } },
        { last: () => ({}), cluster: A, missing: "/serviceaccounts/", preview },
      );
      expect(found).toContain("dash-scale:app.serviceAccount.name");
    },
  );
  test("is free to scale down where nothing of the stack is known", async () => {
    const { found } = await run(
      { scale: { worker: 0 }, more: CONFIRMS },
      {
        last: () => ({ other: 1 }),
        cluster: A,
      },
    );
    expect(found).toMatchObject({ cluster: A });
  });
});
