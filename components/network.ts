import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import type { ComponentResourceOptions, Input } from "@pulumi/pulumi";
import { ComponentResource } from "@pulumi/pulumi";
import type { Identity } from "./manifest/labels.ts";
import type { Others } from "./manifest/network.ts";
import { appPolicyManifest, processPolicyManifest } from "./manifest/network.ts";
import { QUEUE_PORTS } from "./manifest/queue-config.ts";
import type { NetworkPlan, TrafficPlan } from "./traffic-plan.ts";

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
    const ofServices = plan.services.map(({ identity, port }): Passages => ({
      identity,
      ingress: [{ others: { kind: "app", app }, port }],
    }));
    const ofTraffic = traffic ? passagesOf(traffic, plan) : [];
    for (const { identity, ...passages } of [...ofTraffic, ...ofServices]) {
      const manifest = processPolicyManifest(identity, namespace, passages);
      new NetworkPolicy(identity.name, manifest, options);
    }
    this.registerOutputs({});
  }
}

type Passages = Parameters<typeof processPolicyManifest>[2] & { readonly identity: Identity };

/**
 * With a queue, too, those who may reach the app may reach `web`, and without one the pods of a queue: while one comes or goes,
 * requests take both ways.
 */
function passagesOf({ web, port, queue }: TrafficPlan, plan: NetworkPlan): Passages[] {
  const { sources } = plan;
  const fromQueue = plan.queue && { kind: "process" as const, identity: plan.queue };
  const toWeb: Others = { kind: "process", identity: web };
  const ingress = [sources, ...(fromQueue && sources.kind !== "anywhere" ? [fromQueue] : [])];
  const ofWeb = { identity: web, ingress: ingress.map((others) => ({ others, port })) };
  if (!queue) return [ofWeb];
  const toQueue: Others = { kind: "process", identity: queue };
  return [
    ofWeb,
    {
      identity: queue,
      ingress: [
        { others: sources, port: QUEUE_PORTS.public },
        { others: toQueue, port: QUEUE_PORTS.queue },
      ],
      egress: [
        { others: toWeb, port },
        { others: toQueue, port: QUEUE_PORTS.queue },
      ],
    },
  ];
}
