import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import type { ComponentResourceOptions, Input } from "@pulumi/pulumi";
import { ComponentResource } from "@pulumi/pulumi";
import type { Identity } from "./manifest/labels.ts";
import type { Peer } from "./manifest/network.ts";
import { appPolicyManifest, processPolicyManifest } from "./manifest/network.ts";
import { PROXY_PORTS } from "./manifest/proxy-config.ts";
import type { NetworkPlan, TrafficPlan } from "./plan/traffic-plan.ts";

/** What may pass to and from an app's pods. */
export interface NetworkArgs {
  readonly app: string;
  readonly plan: NetworkPlan;
  /** Undefined without `web`. */
  readonly traffic: TrafficPlan | undefined;
  readonly namespace: Input<string>;
}

/** The network policies of an app: what is not named there does not pass. */
export class Network extends ComponentResource {
  constructor(name: string, args: NetworkArgs, opts?: ComponentResourceOptions) {
    super("dash-scale:index:Network", name, {}, opts);
    const { app, plan, traffic, namespace } = args;
    const options = { parent: this };
    new NetworkPolicy(app, appPolicyManifest(app, namespace, plan), options);
    const ofServices = plan.services.map(({ identity, port }): PolicyRules => ({
      identity,
      ingress: [{ peer: { kind: "app", app }, port }],
    }));
    const ofTraffic = traffic ? rulesOf(traffic, plan) : [];
    for (const { identity, ...rules } of [...ofTraffic, ...ofServices]) {
      const manifest = processPolicyManifest(identity, namespace, rules);
      new NetworkPolicy(identity.name, manifest, options);
    }
    this.registerOutputs({});
  }
}

type PolicyRules = Parameters<typeof processPolicyManifest>[2] & { readonly identity: Identity };

/**
 * With a proxy, too, those who may reach the app may reach `web`, and without one the pods of a
 * proxy: while one comes or goes, requests take both ways.
 */
function rulesOf({ web, port, proxy }: TrafficPlan, plan: NetworkPlan): PolicyRules[] {
  const { sources } = plan;
  const fromProxy = plan.proxy && { kind: "process" as const, identity: plan.proxy };
  const toWeb: Peer = { kind: "process", identity: web };
  const ingress = [sources, ...(fromProxy && sources.kind !== "anywhere" ? [fromProxy] : [])];
  const ofWeb = { identity: web, ingress: ingress.map((peer) => ({ peer, port })) };
  if (!proxy) return [ofWeb];
  const keda: Peer = { kind: "keda", namespace: plan.kedaNamespace };
  const toProxy: Peer = { kind: "process", identity: proxy };
  return [
    ofWeb,
    {
      identity: proxy,
      ingress: [
        { peer: sources, port: PROXY_PORTS.public },
        { peer: toProxy, port: PROXY_PORTS.balancer },
        ...(proxy.config.counted ? [{ peer: keda, port: PROXY_PORTS.metrics }] : []),
      ],
      egress: [
        { peer: toWeb, port },
        { peer: toProxy, port: PROXY_PORTS.balancer },
      ],
    },
  ];
}
