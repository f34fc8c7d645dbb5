import type { ComponentResourceOptions, Input } from "@pulumi/pulumi";
import { ComponentResource, output, runtime, secret } from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes";
import rpc from "@pulumi/pulumi/runtime/rpc.js";
import { describe, expect, test } from "vitest";
import { App, planApp } from "../../components/app.ts";
import type { AppArgs } from "../../components/config/app-args.ts";
import { ConfigError } from "../../components/config/errors.ts";
import { costOf } from "../../components/cost/cost.ts";
import { identifyCluster } from "../../infra/cluster/identity.ts";
import { lastOutputs } from "../../infra/last-outputs.ts";
import { settingsFor } from "../../infra/provider-settings.ts";
import { withPreflight } from "../../infra/with-preflight.ts";
import { apiServer } from "../support/api-server.ts";
import { planStack } from "../../components/plan/app-plan.ts";
import { argsOf } from "../support/plan.ts";
import { recorded } from "../support/record.ts";

const IMAGE = "registry.example.com/shop:1.4.2";
const PROCFILE = { text: "web: gunicorn index:server\nworker: celery -A app worker\n" };
const SHOP: AppArgs = { image: IMAGE, procfile: PROCFILE, framework: "dash" };

/** What a program is told that has these args. */
function told(args: unknown): string[] {
  try {
    // Programs in JavaScript give anything.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    planApp("shop", args as AppArgs);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ location, message }) => `${location}: ${message}`);
  }
}

describe("an App of a program", () => {
  test("is what a stack file with the same settings makes, and is called as the resource", async () => {
    const fromCode = await recorded(
      () =>
        new App("shop", {
          ...SHOP,
          host: "shop.example.com",
          gateway: { name: "public", namespace: "gateways" },
          env: { LOG_LEVEL: "info" },
          scale: { web: 2, worker: { replicas: 3, memory: "1Gi" } },
          processes: { worker: { gracePeriod: 120 } },
        }),
    );
    const inStack = argsOf({
      app: {
        host: "shop.example.com",
        gateway: { name: "public", namespace: "gateways" },
        env: { LOG_LEVEL: "info" },
      },
      scale: { web: 2, worker: { replicas: 3, memory: "1Gi" } },
      processes: { worker: { gracePeriod: 120 } },
    });
    expect(fromCode).toEqual(await recorded(() => new App("shop", planStack(inStack))));
  });

  test.each<[string, Input<string>]>([
    ["text", "canary"],
    ["an Output", output("canary")],
    ["a promise", Promise.resolve("canary")],
    ["a secret", secret("canary")],
  ])("has every secret marked as one: %s", async (_, TOKEN) => {
    const registrations = await recorded(
      () => new App("shop", { ...SHOP, image: output(IMAGE), secrets: { TOKEN } }),
    );
    const found = registrations.find(({ resource }) => resource === "Secret shop-secrets");
    expect(JSON.stringify(found?.inputs)).toContain("4dabf18193072939515e22adb298388d");
    const others = registrations.filter((it) => it !== found);
    expect(JSON.stringify(others)).not.toContain("canary");
  });

  test("is told what is wrong by the names that it has written", () => {
    expect(
      told({
        ...SHOP,
        image: "shop image",
        scal: { web: 2 },
        nope: 1,
        scale: { web: -1 },
        env: { PORT: "1" },
        processes: { web: { port: 99_999 } },
        secrets: { TOKEN: 7 },
      }),
    ).toEqual([
      expect.stringMatching(/^scal: unknown key\. Did you mean "scale"\? Expected .*"secrets"/),
      expect.stringMatching(/^nope: unknown key\./),
      expect.stringMatching(/^image: got "shop image"/),
      expect.stringMatching(/^env\.PORT: PORT is set by dash-scale: .*, or processes\.TYPE\.port/),
      expect.stringMatching(
        /^secrets\.TOKEN: is not secret; give secrets\.TOKEN text or an Output, such as new pulumi\.Config\(\)\.requireSecret\("TOKEN"\)$/,
      ),
      expect.stringMatching(/^scale\.web: got -1; .*; maxReplicas is 100$/),
      expect.stringMatching(/^processes\.web\.port: /),
    ]);
    expect(told({ procfile: PROCFILE })).toEqual([expect.stringMatching(/^image: is missing/)]);
    expect(told(undefined)).toEqual([
      expect.stringMatching(/^App shop: got undefined as its args/),
    ]);
    expect(told([])).toEqual([expect.stringMatching(/^App shop: got \[\] as its args/)]);
  });

  test.each<[string, Partial<AppArgs>, string[]]>([
    [
      "a guard that needs what ran before",
      { guards: { scaleDown: "confirm" } },
      ["guards.scaleDown"],
    ],
    ["a confirmation", { confirm: { worker: "10 -> 2" } }, ["confirm"]],
    [
      "the cluster, and what production means by default",
      {
        image: `${IMAGE}@sha256:${"0".repeat(64)}`,
        scale: { web: 2 },
        guards: { production: true },
        cluster: "6f1c7d52-9b0e-4c1a-8f37-2d9d4be1c0aa",
      },
      ["guards.scaleDown", "cluster"],
    ],
  ])("refuses %s, which it cannot enforce", async (_, more, expected) => {
    const found: string[] = [];
    const registrations = await recorded(() => {
      try {
        return new App("shop", { ...SHOP, ...more });
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        const helpful = error.problems.filter(({ message }) => message.includes("withPreflight"));
        return found.push(...helpful.map(({ location }) => location));
      }
    });
    expect(found).toEqual(expected);
    expect(registrations).toEqual([]);
  });

  test("has what it can enforce by itself: free scale-downs in production", async () => {
    const image = `${IMAGE}@sha256:${"0".repeat(64)}`;
    const guards = { production: true, scaleDown: "free" } as const;
    const registrations = await recorded(
      () => new App("shop", { ...SHOP, image, scale: { web: 2 }, guards }),
    );
    expect(registrations.filter((it) => it.protect).map((it) => it.resource)).toEqual([
      "Namespace shop",
    ]);
  });
});

describe("under Pulumi's mocks", () => {
  test("an app with an autoscaler and guards is declared, and no cluster is asked", async () => {
    const { kubeconfig, asked } = await apiServer((_, response) => response.end("{}"));
    const registrations = await recorded(async () => {
      const { app, outputs } = await withPreflight(
        "shop",
        {
          ...SHOP,
          scale: {
            web: { min: 2, max: 5, cpu: 70 },
            worker: { max: 3, queue: { service: "cache", list: "celery" } },
          },
          services: { cache: { secret: "shop-redis", env: { REDIS_URL: "uri" } } },
          guards: { scaleDown: "confirm" },
        },
        { provider: new Provider("other", { kubeconfig }) },
      );
      expect(app.processes.map(({ plan }) => plan.type)).toEqual(["worker", "web"]);
      expect(Object.keys(outputs)).toEqual(["processes", "totals"]);
    });
    expect(registrations.map(({ resource }) => resource)).toContain(
      "HorizontalPodAutoscaler shop-web",
    );
    expect(asked).toEqual([]);
  });
});

describe("the cluster that withPreflight asks", () => {
  const settings = async (make: () => ComponentResourceOptions) => {
    await runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: ({ inputs }) => inputs,
    });
    return settingsFor(make());
  };
  const other = () => new Provider("other", { kubeconfig: secret("{}"), context: "there" });

  test("is that of the provider that the app is given, or has from its parent", async () => {
    const expected = { kubeconfig: "{}", kubeconfigIsSecret: true, context: "there" };
    expect(await settings(() => ({ provider: other() }))).toMatchObject(expected);
    expect(await settings(() => ({ providers: [other()] }))).toMatchObject(expected);
    const parent = () =>
      new ComponentResource("a:b:C", "parent", {}, { providers: { kubernetes: other() } });
    expect(await settings(() => ({ parent: parent() }))).toMatchObject(expected);
  });

  test("is not asked while nobody can know which one it is, and is then no reason to fail", async () => {
    const unknown: unknown = Reflect.get(rpc, "unknownValue");
    const preview = (state: object) => ({
      newResource: () => ({ id: "", state }),
      call: () => ({}),
    });
    await runtime.setMocks(preview({ kubeconfig: unknown }), "shop", "dev", true);
    const found = await settingsFor({ provider: new Provider("new", { kubeconfig: "later" }) });
    expect(found).toMatchObject({ kubeconfig: undefined, mayBeUnreachable: true });
    expect(await identifyCluster({ settings: found })).toEqual({
      unreachable: "the provider's settings are known only when what they come from is there",
    });
    // What a preview leaves out of its answer is absent, and not unknown.
    await runtime.setMocks(preview({ context: "there" }), "shop", "dev", true);
    expect(await settingsFor({ provider: other() })).toMatchObject({ context: "there" });
  });
});

describe("what an app of a program gave out last", () => {
  const last = async (outputs: unknown) => {
    await runtime.setMocks(
      {
        newResource: ({ name }) => ({ id: name, state: {} }),
        call: () => ({ outputs }),
      },
      "shop",
      "dev",
      true,
      "organization",
    );
    return lastOutputs("shop");
  };
  const cost = costOf(planApp("shop", SHOP));

  test("stands in the output of its name", async () => {
    expect(await last({ shop: { ...cost, cluster: "a" }, other: 1 })).toEqual({
      cost,
      cluster: "a",
    });
  });
  test("is nothing in a stack that was never brought up", async () => {
    expect(await last({})).toEqual({ cost: undefined, cluster: undefined });
  });
  test("is asked for where the stack has other outputs only", async () => {
    expect(await last({ other: 1 })).toEqual({
      cost: undefined,
      cluster: undefined,
      hidden:
        "the stack has no output shop; export the outputs of withPreflight by that name: export const shop = outputs",
    });
  });
});
