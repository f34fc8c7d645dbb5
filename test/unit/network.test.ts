import { describe, expect, test } from "vitest";
import { appPolicyManifest } from "../../components/manifest/network.ts";
import type { NetworkPlan } from "../../components/plan/traffic-plan.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf } from "../support/plan.ts";

function networkOf(given: GivenStack): NetworkPlan {
  const { network } = planOf(given);
  if (!network) throw new Error("the network is off");
  return network;
}

const host = "shop.example.com";
const ingress = { className: "nginx" };
const gateway = { name: "public", namespace: "gateways" };
const namespaces = (...names: string[]) => ({ kind: "namespaces", names });
const anywhere = { kind: "anywhere" };

describe("web is reached", () => {
  test.each<[string, object, object]>([
    ["from anywhere in the cluster without a way in", {}, anywhere],
    ["from anywhere where it is not known what the way in is", { host, ingress }, anywhere],
    [
      "from the namespace of the Ingress controller",
      { host, ingress: { ...ingress, controller: "ingress-nginx" } },
      namespaces("ingress-nginx"),
    ],
    [
      "from the Gateway's namespace and its controller's",
      { host, gateway: { ...gateway, controller: "envoy-gateway" } },
      namespaces("gateways", "envoy-gateway-system"),
    ],
    [
      "from where the stack says",
      {
        host,
        ingress: { ...ingress, controller: "ingress-nginx" },
        network: { from: ["edge", "monitoring"] },
      },
      namespaces("edge", "monitoring"),
    ],
  ])("%s", (_, app, sources) => expect(networkOf({ app }).sources).toEqual(sources));
});

test("a proxy that was turned off may reach web, but not a process type of that name", () => {
  expect(networkOf({}).proxy).toEqual({ app: "shop", type: "proxy", name: "shop-proxy" });
  const procfile = "web: gunicorn index:server\nproxy: worker\n";
  expect(networkOf({ app: { procfile: { text: procfile } } }).proxy).toBeUndefined();
});

test.each(["off", false])("network: %s: there is no policy", (network) => {
  expect(planOf({ app: { network } }).network).toBeUndefined();
});

describe("the whole app", () => {
  const rules = (reached: Parameters<typeof appPolicyManifest>[2]) =>
    appPolicyManifest("shop", "shop", reached).spec;

  test("lets nothing in, and reaches DNS and port 443", () => {
    expect(rules({ attached: [], services: [] })).toEqual({
      podSelector: { matchLabels: { "app.kubernetes.io/name": "shop" } },
      policyTypes: ["Ingress", "Egress"],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
            },
            { ipBlock: { cidr: "169.254.20.10/32" } },
          ],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
        {
          to: [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }],
          ports: [{ protocol: "TCP", port: 443 }],
        },
      ],
    });
  });
  test("reaches the attached services, each by its port alone", () => {
    const to = [
      { namespace: "redis", port: 6379 },
      { cidr: "10.0.0.0/8", port: "5432" },
    ];
    expect(rules(networkOf({ app: { network: { to } } }))).toMatchObject({
      egress: [
        {},
        {},
        {
          to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "redis" } } }],
          ports: [{ protocol: "TCP", port: 6379 }],
        },
        { to: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ protocol: "TCP", port: 5432 }] },
      ],
    });
  });
});
