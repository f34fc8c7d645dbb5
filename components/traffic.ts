import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { Ingress } from "@pulumi/kubernetes/networking/v1/ingress.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import type { ComponentResourceOptions, Input, Resource } from "@pulumi/pulumi";
import { ComponentResource } from "@pulumi/pulumi";
import { disruptionBudgetManifest } from "./manifest/disruption.ts";
import type { ProxyPlan } from "./manifest/proxy.ts";
import { proxyConfigManifest, proxyManifest } from "./manifest/proxy.ts";
import { PROXY_PORTS } from "./manifest/proxy-config.ts";
import type { RoutePlan } from "./manifest/route.ts";
import { httpRouteManifest, ingressManifest } from "./manifest/route.ts";
import { headlessServiceManifest, SERVICE_PORT, serviceManifest } from "./manifest/service.ts";
import type { RolloutWatcher } from "./rollout.ts";
import { whenRunning } from "./rollout.ts";
import type { TrafficPlan } from "./plan/traffic-plan.ts";

/** How requests reach `web`. */
export interface TrafficArgs {
  readonly plan: TrafficPlan;
  readonly namespace: Input<string>;
  readonly serviceAccount: Input<string>;
  readonly watcher: RolloutWatcher | undefined;
}

/**
 * Seconds that the proxy may take to come up without progress, as a Deployment has it by default.
 */
const PROGRESS_DEADLINE_SECONDS = 600;

/**
 * How requests reach `web`: its Service, a proxy in front of `web` where the stack has one, and the
 * route from outside.
 */
export class Traffic extends ComponentResource {
  /** Settles when the proxy runs, where there is one. */
  readonly running: Promise<unknown>;

  constructor(name: string, args: TrafficArgs, opts?: ComponentResourceOptions) {
    super("dash-scale:index:Traffic", name, {}, opts);
    const { web, service, proxy, route, controller } = args.plan;
    // The Service points to the proxy only when the proxy is ready.
    const dependsOn = proxy ? this.#proxy(proxy, args) : Promise.resolve([]);
    this.running = dependsOn;
    const annotations = controller?.serviceAnnotations ?? {};
    const manifest = serviceManifest(
      { name: service, to: proxy ?? web, annotations },
      args.namespace,
    );
    const declared = new Service(service, manifest, { parent: this, dependsOn });
    if (route) this.#route(route, args, declared);
    this.registerOutputs({});
  }

  #proxy(proxy: ProxyPlan, args: TrafficArgs): Promise<Resource[]> {
    const { plan, namespace, serviceAccount, watcher } = args;
    const options = { parent: this };
    const headless = [
      { name: plan.pods, to: plan.web, port: plan.port, unready: false },
      // Each replica of the proxy looks for the first one before either is ready.
      { name: proxy.name, to: proxy, port: PROXY_PORTS.balancer, unready: true },
    ].map((it) => new Service(it.name, headlessServiceManifest(it, namespace), options));
    const config = new ConfigMap(
      `${proxy.name}-config`,
      proxyConfigManifest(proxy, namespace),
      options,
    );
    const configMap = config.metadata.name;
    const followed = watcher !== undefined;
    const manifest = proxyManifest(proxy, { namespace, serviceAccount, configMap, followed });
    const pods = new StatefulSet(proxy.name, manifest, { ...options, dependsOn: headless });
    const manifestOfBudget = disruptionBudgetManifest(proxy, namespace);
    const budget = new PodDisruptionBudget(proxy.name, manifestOfBudget, options);
    const running = whenRunning(watcher, pods, {
      kind: "StatefulSet",
      type: proxy.type,
      progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
      minAvailable: undefined,
    });
    return running.then(() => [pods, budget]);
  }

  #route(route: RoutePlan, { plan, namespace }: TrafficArgs, service: Service): void {
    const options = { parent: this, dependsOn: service };
    if (route.kind === "ingress") {
      new Ingress(route.name, ingressManifest(route, namespace), options);
    } else {
      new CustomResource(route.name, httpRouteManifest(route, namespace, SERVICE_PORT), options);
    }
    for (const object of plan.controller?.objects(route, namespace) ?? []) {
      new CustomResource(`${route.name}-${object.kind.toLowerCase()}`, { ...object }, options);
    }
  }
}
