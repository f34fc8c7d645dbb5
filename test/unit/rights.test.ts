import { runtime } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { App } from "../../components/app.ts";
import { HttpClient } from "../../infra/cluster/http.ts";
import { loadKubeconfig } from "../../infra/cluster/kubeconfig.ts";
import type { Right } from "../../infra/cluster/rights.ts";
import { missingRights, rightName } from "../../infra/cluster/rights.ts";
import { declaredKinds, neededRights } from "../../infra/needed-rights.ts";
import { apiServer } from "../support/api-server.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf } from "../support/plan.ts";
import { recorded } from "../support/record.ts";

const PODS: Right = { verb: "watch", group: "", resource: "pods" };
const JOBS: Right = { verb: "watch", group: "batch", resource: "jobs" };
const RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
const ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** What an account with these rules lacks, and what the cluster was asked. */
async function missing(rules: readonly object[], allowsEach = false) {
  const { kubeconfig, asked } = await apiServer((url, response) => {
    const status =
      url.pathname === RULES ? { resourceRules: rules, incomplete: true } : { allowed: allowsEach };
    response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify({ status }));
  });
  const settings = { kubeconfig, context: undefined, cluster: undefined };
  const http = new HttpClient(await loadKubeconfig(settings));
  const found = await missingRights(http, "shop", [PODS, JOBS]);
  return { found: found.map(rightName), asked };
}

describe("the rights of an account", () => {
  test("are seen by one request where it has them", async () => {
    const rules = [
      { verbs: ["list", "watch"], apiGroups: [""], resources: ["pods"] },
      { verbs: ["*"], apiGroups: ["batch"], resources: ["*"] },
    ];
    expect(await missing(rules)).toEqual({ found: [], asked: [RULES] });
  });
  test.each([
    ["another verb", { verbs: ["list"], apiGroups: ["batch"], resources: ["jobs"] }],
    ["another group", { verbs: ["watch"], apiGroups: [""], resources: ["jobs"] }],
    [
      "one object alone",
      { verbs: ["watch"], apiGroups: ["batch"], resources: ["jobs"], resourceNames: ["a"] },
    ],
  ])("to %s are not those that are needed", async (_, rule) => {
    const pods = { verbs: ["watch"], apiGroups: [""], resources: ["pods"] };
    expect(await missing([pods, rule])).toEqual({
      found: ["watch jobs.batch"],
      asked: [RULES, ACCESS],
    });
  });
  test("that the cluster cannot list are asked for one by one", async () => {
    expect(await missing([], true)).toEqual({ found: [], asked: [RULES, ACCESS, ACCESS] });
  });
});

/** Stacks that have all kinds between them. */
const STACKS: readonly GivenStack[] = [
  {},
  { procfile: "worker: celery\n", app: { network: "off" } },
  { procfile: "api: uvicorn a:b\n", processes: { api: { port: 9000 } } },
  {
    procfile: "release: migrate\nweb: gunicorn a:b\nworker: celery -A app worker\n",
    app: {
      host: "shop.example.com",
      ingress: { className: "istio", controller: "istio" },
      proxy: "haproxy",
    },
    scale: { web: 2, worker: { min: 1, max: 3, cpu: 80 } },
  },
  { procfile: "nightly: report\n", processes: { nightly: { schedule: "@daily" } } },
  {
    app: { host: "shop.example.com", gateway: { name: "public", namespace: "gateways" } },
    scale: { worker: { min: 0, max: 3, queue: { redis: "redis.redis:6379", list: "celery" } } },
  },
  {
    app: { serviceAccount: { name: "team" } },
    scale: { worker: { min: 0, max: 3, queue: { service: "cache", list: "celery" } } },
    more: { services: { cache: { secret: "shop-redis", env: { REDIS_URL: "uri" } } } },
  },
];
const encoded = (text: string) => Buffer.from(text).toString("base64");
const secretContents = new Map([
  [
    "shop-redis",
    new Map([
      ["uri", encoded("redis://:a@redis")],
      ["password", encoded("a")],
    ]),
  ],
]);

test.each(STACKS)("the kinds that are asked for are those that are declared: %j", async (given) => {
  const registrations = await recorded(() => new App("shop", planOf(given), { secretContents }));
  const declared = registrations
    .filter(({ custom, type }) => custom && !/^pulumi:|:Namespace$/.test(type))
    .map(({ type }) => pluralOf(type));
  const kinds = declaredKinds(planOf(given)).map((kind) => rightName({ ...kind, verb: "" }).trim());
  expect([...kinds].toSorted()).toEqual([...new Set(declared)].toSorted());
  expect(runtime.isDryRun()).toBe(false);
});

test("besides, the program reads pods and replica sets", () => {
  expect(
    neededRights(planOf({ procfile: "worker: x\n", app: { network: "off" } })).map(rightName),
  ).toEqual([
    "list serviceaccounts",
    "list deployments.apps",
    "list pods",
    "list replicasets.apps",
  ]);
});

/** `kubernetes:apps/v1:Deployment` is `deployments.apps`. */
function pluralOf(type: string): string {
  const [, version = "", kind = ""] = type.split(":");
  const [group = "", hasGroup] = version.split("/");
  const plural = kind
    .toLowerCase()
    .replace(/(s|y)?$/, (end) => ({ s: "ses", y: "ies" })[end] ?? "s");
  return hasGroup === undefined || group === "core" ? plural : `${plural}.${group}`;
}
