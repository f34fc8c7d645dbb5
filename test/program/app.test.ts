import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { secret } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { App } from "../../components/app.ts";
import { ConfigError } from "../../components/config/errors.ts";
import { planStack } from "../../components/plan/app-plan.ts";
import type { GivenStack } from "../support/plan.ts";
import { argsOf, planOf } from "../support/plan.ts";
import type { Cluster, Registration } from "../support/record.ts";
import { recorded } from "../support/record.ts";

const ENFORCED = { guardsAreEnforced: true };
const declare = (given: GivenStack, cluster?: Cluster) =>
  recorded(() => new App("shop", planOf(given), ENFORCED), cluster);

const HOST = "shop.example.com";
const GATEWAY = { name: "public", namespace: "gateways" };

/** A stack with all that an app may have. */
const EVERYTHING = {
  procfile: "release: migrate\nweb: gunicorn a:b\nworker: celery -A app worker\n",
  app: {
    host: HOST,
    basePath: "/shop/",
    ingress: { className: "nginx", controller: "ingress-nginx", tlsSecret: "tls" },
    proxy: "haproxy",
  },
  scale: { web: 2 },
};

async function inputsOf(given: GivenStack, resource: string): Promise<unknown> {
  return find(await declare(given), resource).inputs;
}

function find(registrations: readonly Registration[], resource: string): Registration {
  const found = registrations.find((it) => it.resource === resource);
  if (!found)
    throw new Error(
      `${resource} was not declared; ${registrations.map((it) => it.resource).join(", ")} were`,
    );
  return found;
}

const sorted = (registrations: readonly Registration[]) =>
  registrations.map(({ type, parent }) => `${type} in ${parent}`).sort();

test("an app is a namespace, a service account, a Deployment for each process type, a Service and its policies", async () => {
  expect(sorted(await declare({}))).toEqual([
    "dash-scale:index:App in ",
    "dash-scale:index:Network in App shop",
    "dash-scale:index:Traffic in App shop",
    "kubernetes:apps/v1:Deployment in App shop",
    "kubernetes:apps/v1:Deployment in App shop",
    "kubernetes:core/v1:Namespace in App shop",
    "kubernetes:core/v1:Service in Traffic shop-web-traffic",
    "kubernetes:core/v1:ServiceAccount in App shop",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy in Network shop-network",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy in Network shop-network",
  ]);
});

test("with a release, a proxy and a route it is those too", async () => {
  const few = sorted(await declare({}));
  const more = sorted(await declare(EVERYTHING));
  for (const it of few) more.splice(more.indexOf(it), 1);
  expect(more).toEqual([
    "dash-scale:index:Release in App shop",
    "kubernetes:apps/v1:StatefulSet in Traffic shop-web-traffic",
    "kubernetes:batch/v1:Job in Release shop-release",
    "kubernetes:core/v1:ConfigMap in Traffic shop-web-traffic",
    "kubernetes:core/v1:Service in Traffic shop-web-traffic",
    "kubernetes:core/v1:Service in Traffic shop-web-traffic",
    "kubernetes:networking.k8s.io/v1:Ingress in Traffic shop-web-traffic",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy in Network shop-network",
    "kubernetes:policy/v1:PodDisruptionBudget in App shop",
    "kubernetes:policy/v1:PodDisruptionBudget in Traffic shop-web-traffic",
  ]);
});

test("without web there is neither Service nor a policy of its own", async () => {
  const registrations = await declare({ procfile: "worker: celery" });
  expect(registrations.map(({ resource }) => resource).sort()).toEqual([
    "App shop",
    "Deployment shop-worker",
    "Namespace shop",
    "Network shop-network",
    "NetworkPolicy shop",
    "ServiceAccount shop",
  ]);
});

test("with network: off there is no policy", async () => {
  const registrations = await declare({ app: { network: "off" } });
  expect(JSON.stringify(registrations)).not.toContain("NetworkPolicy");
});

test("a namespace that is there already is used and not declared", async () => {
  const registrations = await declare({ app: { namespace: "team", createNamespace: false } });
  expect(registrations.filter(({ type }) => type.endsWith(":Namespace"))).toEqual([]);
  expect(find(registrations, "Deployment shop-web").inputs).toMatchObject({
    metadata: { namespace: "team" },
  });
});

describe("options", () => {
  test("a Deployment waits for what its pods refer to, and Pulumi twice as long as the cluster", async () => {
    const given = { secrets: { TOKEN: secret("x") }, app: { progressDeadline: 60 } };
    expect(find(await declare(given), "Deployment shop-web")).toMatchObject({
      dependsOn: expect.arrayContaining([
        "Namespace shop",
        "Secret shop-secrets",
        "ServiceAccount shop",
      ]),
      timeouts: { create: "120s", update: "120s", delete: "" },
      ignoreChanges: [],
      protect: false,
      deleteBeforeReplace: false,
    });
  });
});

describe("the namespace", () => {
  const production = {
    app: { image: `shop@sha256:${"0".repeat(64)}` },
    scale: { web: 2 },
    more: { guards: { production: true } },
  };
  const protectedOnes = (registrations: readonly Registration[]) =>
    registrations.filter(({ protect }) => protect).map(({ resource }) => resource);

  test("of production is protected, and nothing else: what is in it comes and goes", async () => {
    expect(protectedOnes(await declare(production))).toEqual(["Namespace shop"]);
  });
  test("is not, by default", async () => {
    expect(protectedOnes(await declare({}))).toEqual([]);
  });
  test("that is there already is not declared for production either", async () => {
    const app = { ...production.app, createNamespace: false };
    const registrations = await declare({ ...production, app });
    expect(registrations.filter(({ type }) => type.endsWith(":Namespace"))).toEqual([]);
    expect(protectedOnes(registrations)).toEqual([]);
  });
  test("is protected where its App is, whatever the guards say", async () => {
    const registrations = await recorded(() => new App("shop", planOf({}), { protect: true }));
    expect(find(registrations, "Namespace shop").protect).toBe(true);
  });
});

describe("a process type that is autoscaled", () => {
  const queue = { redis: "redis.redis:6379", list: "celery" };
  const scale = { web: { min: 2, max: 10, cpu: 70 }, worker: { min: 0, max: 5, queue } };
  test("leaves its replicas to an autoscaler of its own", async () => {
    const registrations = await declare({ scale });
    const deployment = find(registrations, "Deployment shop-web");
    expect(deployment.inputs).not.toHaveProperty("spec.replicas");
    expect(deployment.ignoreChanges).toEqual(["spec.replicas"]);
    expect(find(registrations, "HorizontalPodAutoscaler shop-web")).toMatchObject({
      parent: "App shop",
      dependsOn: expect.arrayContaining(["Deployment shop-web"]),
      inputs: { spec: { scaleTargetRef: { name: "shop-web" }, minReplicas: 2, maxReplicas: 10 } },
    });
    expect(find(registrations, "ScaledObject shop-worker")).toMatchObject({
      parent: "App shop",
      inputs: { spec: { scaleTargetRef: { name: "shop-worker" }, minReplicaCount: 0 } },
    });
  });
  test("is held back in drains as soon as there may be two", async () => {
    const budgets = (await declare({ scale })).filter(({ type }) => type.endsWith("Budget"));
    expect(budgets.map(({ resource }) => resource).sort()).toEqual([
      "PodDisruptionBudget shop-web",
      "PodDisruptionBudget shop-worker",
    ]);
  });
});

describe("a process type with a schedule", () => {
  const given: GivenStack = {
    ...EVERYTHING,
    procfile: `${EVERYTHING.procfile}nightly: python report.py\n`,
    processes: { nightly: { schedule: "0 3 * * *" } },
    scale: { web: 2, nightly: 1 },
  };
  test("is a CronJob and nothing else: no Deployment, Service, policy or budget", async () => {
    const resources = (await declare(given)).map(({ resource }) => resource);
    const without = new Set((await declare(EVERYTHING)).map(({ resource }) => resource));
    expect(resources.filter((it) => !without.has(it))).toEqual(["CronJob shop-nightly"]);
  });
  test("waits for the release, and is waited for by nothing", async () => {
    const registrations = await declare(given);
    expect(find(registrations, "CronJob shop-nightly")).toMatchObject({
      parent: "App shop",
      dependsOn: expect.arrayContaining(["Job shop-release", "ServiceAccount shop"]),
      timeouts: { create: "", update: "", delete: "" },
      ignoreChanges: [],
    });
    const waiting = registrations.filter(({ dependsOn }) =>
      dependsOn.includes("CronJob shop-nightly"),
    );
    expect(waiting).toEqual([]);
  });
  test("is not followed: all that runs has run before its first pod", async () => {
    const followed: string[] = [];
    const watcher = {
      follow: async ({ type }: { readonly type: string }) => {
        followed.push(type);
      },
    };
    await recorded(async () => {
      const app = new App("shop", planOf(given), { ...ENFORCED, watcher });
      expect(app.scheduled.map(({ plan }) => plan.type)).toEqual(["nightly"]);
      await app.running;
    });
    expect(followed.toSorted()).toEqual(["proxy", "web", "worker"]);
  });
});

describe("the order", () => {
  /** What was done when the work at each object began, where every object takes a while. */
  async function doneBefore(given: GivenStack): Promise<Map<string, readonly string[]>> {
    const done: string[] = [];
    const before = new Map<string, readonly string[]>();
    await declare(given, async (type, name, inputs) => {
      const resource = `${type.split(":").at(-1) ?? ""} ${name}`;
      before.set(resource, [...done]);
      await setTimeout(20);
      done.push(resource);
      return inputs;
    });
    return before;
  }

  test("of a rollout: release, then the others, then web, which may enqueue what an old worker does not know", async () => {
    const before = await doneBefore(EVERYTHING);
    expect(before.get("Deployment shop-worker")).toContain("Job shop-release");
    expect(before.get("Deployment shop-worker")).not.toContain("Deployment shop-web");
    expect(before.get("Deployment shop-web")).toContain("Deployment shop-worker");
    expect(before.get("Job shop-release")).not.toContain("Deployment shop-worker");
    const registrations = await declare(EVERYTHING);
    const orders = (resource: string) =>
      find(registrations, resource).dependsOn.filter((it) => /^(Job|Deployment) /.test(it));
    expect(orders("Deployment shop-worker")).toEqual(["Job shop-release"]);
    expect(orders("Deployment shop-web")).toEqual(["Deployment shop-worker", "Job shop-release"]);
  });
  test("the others do not wait for each other", async () => {
    const before = await doneBefore({ procfile: "web: gunicorn a:b\nb: x\na: x\n" });
    expect(before.get("Deployment shop-a")).not.toContain("Deployment shop-b");
    expect(before.get("Deployment shop-b")).not.toContain("Deployment shop-a");
    expect(before.get("Deployment shop-web")).toEqual(
      expect.arrayContaining(["Deployment shop-a", "Deployment shop-b"]),
    );
  });
  test("the network lets traffic through before anything leads it there", async () => {
    const before = await doneBefore(EVERYTHING);
    for (const resource of ["Service shop-web", "StatefulSet shop-proxy", "Ingress shop-web"]) {
      expect(before.get(resource)).toEqual(
        expect.arrayContaining(["NetworkPolicy shop-web", "NetworkPolicy shop-proxy"]),
      );
    }
  });
  test("the Service is pointed to the proxy only when that is ready", async () => {
    const registrations = await declare(EVERYTHING);
    const service = find(registrations, "Service shop-web");
    expect(service.dependsOn).toContain("StatefulSet shop-proxy");
    expect(service.inputs).toMatchObject({
      spec: { selector: { "app.kubernetes.io/component": "proxy" } },
    });
    expect(find(registrations, "StatefulSet shop-proxy").dependsOn).toEqual(
      expect.arrayContaining(["Service shop-proxy", "Service shop-web-pods"]),
    );
    expect(find(registrations, "Ingress shop-web").dependsOn).toContain("Service shop-web");
  });
  test("without a proxy the Service leads to web and waits for nothing of its own", async () => {
    const service = find(await declare({}), "Service shop-web");
    expect(service.dependsOn).toEqual(["Namespace shop"]);
    expect(service.inputs).toMatchObject({
      spec: { selector: { "app.kubernetes.io/component": "web" } },
    });
  });
});

describe("a release", () => {
  test("is made anew in the place of the last one, also when that has failed", async () => {
    expect(find(await declare(EVERYTHING), "Job shop-release")).toMatchObject({
      deleteBeforeReplace: true,
      replaceOnChanges: ["#initerror"],
      timeouts: { create: "660s", update: "660s", delete: "" },
    });
  });
});

describe("a disruption budget", () => {
  const budgets = async (web: number) =>
    (await declare({ scale: { web } }))
      .filter(({ type }) => type.endsWith(":PodDisruptionBudget"))
      .map(({ resource }) => resource);

  test.each([
    [0, []],
    [1, []],
    [2, ["PodDisruptionBudget shop-web"]],
    [5, ["PodDisruptionBudget shop-web"]],
  ])("at %i replicas: %j", async (web, expected) => expect(await budgets(web)).toEqual(expected));
  test("takes one replica at a time, and any that is not ready", async () => {
    expect(await inputsOf({ scale: { web: 2 } }, "PodDisruptionBudget shop-web")).toMatchObject({
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: { "app.kubernetes.io/instance": "shop-web" } },
      },
    });
  });
});

describe("policies", () => {
  const from = (component: string, port: number) => ({
    from: [
      {
        podSelector: {
          matchLabels: expect.objectContaining({
            "app.kubernetes.io/component": component,
          }) as unknown,
        },
      },
    ],
    ports: [{ protocol: "TCP", port }],
  });

  test("let into web its port, and nothing out besides what the app may reach", async () => {
    expect(await inputsOf({}, "NetworkPolicy shop-web")).toMatchObject({
      spec: {
        podSelector: { matchLabels: { "app.kubernetes.io/component": "web" } },
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ protocol: "TCP", port: 8000 }] }],
      },
    });
  });
  test("let only the namespaces of the controller reach web where they are known, and a proxy that was turned off", async () => {
    const { app, ...rest } = EVERYTHING;
    const given = { ...rest, app: { ...app, proxy: "off" } };
    expect(await inputsOf(given, "NetworkPolicy shop-web")).toHaveProperty("spec.ingress", [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } },
          },
        ],
        ports: [{ protocol: "TCP", port: 8000 }],
      },
      from("proxy", 8000),
    ]);
  });
  test("with a proxy let the controller reach the proxy and web, the proxy web, and each replica of the proxy the other", async () => {
    const controllers = (port: number) => ({
      from: [
        { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } } },
      ],
      ports: [{ protocol: "TCP", port }],
    });
    const registrations = await declare(EVERYTHING);
    expect(find(registrations, "NetworkPolicy shop-web").inputs).toMatchObject({
      // The controller, too: while the proxy comes or goes, the Service leads to web.
      spec: { ingress: [controllers(8000), from("proxy", 8000)] },
    });
    const proxy = find(registrations, "NetworkPolicy shop-proxy").inputs;
    expect(proxy).toMatchObject({
      spec: {
        podSelector: { matchLabels: { "app.kubernetes.io/component": "proxy" } },
        policyTypes: ["Ingress", "Egress"],
        ingress: [controllers(8080), from("proxy", 8081)],
      },
    });
    expect(JSON.stringify(proxy)).toContain('"port":8000');
  });
});

describe("a way in by a Gateway", () => {
  test("is an HTTPRoute, with what its controller needs besides", async () => {
    const app = { host: HOST, gateway: { ...GATEWAY, controller: "istio" } };
    const registrations = await declare({ app });
    expect(find(registrations, "HTTPRoute shop-web").inputs).toMatchObject({
      kind: "HTTPRoute",
      spec: { parentRefs: [GATEWAY] },
    });
    expect(find(registrations, "DestinationRule shop-web-destinationrule").inputs).toMatchObject({
      spec: { trafficPolicy: { loadBalancer: { simple: "LEAST_REQUEST" } } },
    });
  });
});

test("the proxy's configuration is another object after a change: immutable, without a name of its own", async () => {
  const inputs = await inputsOf(EVERYTHING, "ConfigMap shop-proxy-config");
  expect(inputs).toMatchObject({ immutable: true });
  expect(inputs).not.toHaveProperty("metadata.name");
  expect(await inputsOf(EVERYTHING, "StatefulSet shop-proxy")).toMatchObject({
    spec: {
      template: {
        spec: { volumes: [{}, {}, { configMap: { name: "shop-proxy-config" } }] },
      },
    },
  });
});

describe("nothing but what was changed", () => {
  test.each<[string, GivenStack]>([
    ["the smallest app", {}],
    ["an app with a proxy, a route and a release", EVERYTHING],
    [
      "an app behind a Gateway",
      { app: { host: HOST, gateway: { ...GATEWAY, controller: "envoy-gateway" } } },
    ],
  ])(
    "a change of replicas changes spec.replicas and nothing else, in any object of %s",
    async (_, given) => {
      const before = await declare({ ...given, scale: { web: 2 } });
      const after = await declare({ ...given, scale: { web: 4 } });
      const changed = after.filter(
        (it, index) => JSON.stringify(it) !== JSON.stringify(before[index]),
      );
      expect(changed.map(({ resource }) => resource)).toEqual(["Deployment shop-web"]);
      const deployment = find(before, "Deployment shop-web");
      const asBefore = JSON.stringify(find(after, "Deployment shop-web")).replace(
        '"replicas":4',
        '"replicas":2',
      );
      expect(JSON.parse(asBefore)).toEqual(deployment);
    },
  );
  test("at 1 ↔ 2 replicas only the disruption budget comes and goes", async () => {
    const one = await declare({ ...EVERYTHING, scale: { web: 1 } });
    const two = await declare({ ...EVERYTHING, scale: { web: 2 } });
    const rest = two.filter(({ resource }) => resource !== "PodDisruptionBudget shop-web");
    expect(two).toHaveLength(one.length + 1);
    const changed = rest.filter((it, index) => JSON.stringify(it) !== JSON.stringify(one[index]));
    expect(changed.map(({ resource }) => resource)).toEqual(["Deployment shop-web"]);
  });
  test("DASH_APP_NAME is set nowhere, whatever the base path", async () => {
    expect(JSON.stringify(await declare(EVERYTHING))).not.toContain("DASH_APP_NAME");
  });
  test("the order of variables and secrets in a stack file changes nothing", async () => {
    const one = await declare({
      app: { env: { A: "1", B: "2" } },
      secrets: { C: secret("3"), D: secret("4") },
    });
    const other = await declare({
      app: { env: { B: "2", A: "1" } },
      secrets: { D: secret("4"), C: secret("3") },
    });
    expect(other).toEqual(one);
  });
  test("a component's own inputs never change", async () => {
    const registrations = await declare({ scale: { web: { replicas: 7, workers: 3 } } });
    for (const it of registrations.filter(({ custom }) => !custom)) expect(it.inputs).toEqual({});
  });
});

describe("secrets", () => {
  const given = { secrets: { TOKEN: secret("canary") } };

  test("reach the pods by reference, never as a literal", async () => {
    const registrations = await declare(given);
    for (const name of ["Deployment shop-web", "Deployment shop-worker"]) {
      const { inputs } = find(registrations, name);
      expect(inputs).toMatchObject({
        spec: {
          template: {
            spec: { containers: [{ envFrom: [{ secretRef: { name: "shop-secrets" } }] }] },
          },
        },
      });
      expect(JSON.stringify(inputs)).not.toContain("canary");
    }
  });
  test("are marked as such for the engine", async () => {
    const inputs = await inputsOf(given, "Secret shop-secrets");
    const mark = "4dabf18193072939515e22adb298388d";
    expect(JSON.stringify(inputs)).toContain(mark);
  });
  test("are another object after a change, which rolls the pods: immutable, without a name of its own", async () => {
    const inputs = await inputsOf(given, "Secret shop-secrets");
    expect(inputs).toMatchObject({ immutable: true });
    expect(inputs).not.toHaveProperty("metadata.name");
  });
  test("are not declared where there are none", async () => {
    const registrations = await declare({});
    expect(registrations.filter(({ type }) => type.endsWith(":Secret"))).toEqual([]);
    expect(JSON.stringify(registrations)).not.toContain("envFrom");
  });
});

test("an image may be an output of another resource", async () => {
  const { output } = await import("@pulumi/pulumi");
  const inputs = await inputsOf(
    { app: { image: output("registry.example.com/built:7") } },
    "Deployment shop-web",
  );
  expect(JSON.stringify(inputs)).toContain("registry.example.com/built:7");
});

test("a plan is declared as its args are, and no file is read again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dash-scale-plan-"));
  const procfile = join(folder, "Procfile");
  writeFileSync(procfile, "web: gunicorn index:server\n");
  const args = { image: "registry.example.com/shop:1.4.2", framework: "dash", procfile } as const;
  const plan = planStack(argsOf({ app: { procfile } }));
  const fromArgs = await recorded(() => new App("shop", args));
  rmSync(folder, { recursive: true });
  expect(await recorded(() => new App("shop", plan))).toEqual(fromArgs);
});

test("nothing at all is declared when something is wrong", async () => {
  let thrown: unknown;
  const registrations = await recorded(() => {
    try {
      return new App("shop", planOf({ procfile: "web: a\noops", scale: { web: -1 } }));
    } catch (error) {
      thrown = error;
      return undefined;
    }
  });
  expect(registrations).toEqual([]);
  expect(thrown).toBeInstanceOf(ConfigError);
  expect(String(thrown)).toBe(
    [
      "ConfigError: 2 problems, nothing was changed:",
      '  Procfile:2:5: no colon after "oops"; a Procfile line is NAME: COMMAND, with a name of letters, digits, - and _',
      "  dash-scale:scale.web: got -1; expected a whole number from 0 to 100, such as 2; dash-scale:app.maxReplicas is 100",
    ].join("\n"),
  );
});
