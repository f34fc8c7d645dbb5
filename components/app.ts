import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import type { ComponentResourceOptions, Input, Resource, ResourceHook } from "@pulumi/pulumi";
import { ComponentResource, log, output, secret as makeSecret } from "@pulumi/pulumi";
import type { Cost } from "./cost/cost.ts";
import { costOf } from "./cost/cost.ts";
import type { ServiceAccountPlan } from "./manifest/app-objects.ts";
import {
  namespaceManifest,
  secretManifest,
  serviceAccountManifest,
} from "./manifest/app-objects.ts";
import type { AppArgs } from "./config/app-args.ts";
import { inCode } from "./config/code-names.ts";
import { throwIfAny } from "./config/errors.ts";
import { Digests } from "./digests.ts";
import { unenforcedGuards } from "./guards/enforced.ts";
import { triggerAuthenticationManifest } from "./manifest/autoscaler.ts";
import { escapeExpansion } from "./manifest/expansion.ts";
import type { SecretContents } from "./manifest/secret-digest.ts";
import type { AppPlan } from "./plan/app-plan.ts";
import { isPlan } from "./plan/app-plan.ts";
import { planInCode } from "./plan/code-plan.ts";
import { withQueueAddresses } from "./plan/redis-access.ts";
import { Network } from "./network.ts";
import type { Process, ProcessReferences } from "./process.ts";
import { declareProcess, refuseOldCluster } from "./process.ts";
import type { RunningPlan } from "./plan/process-plan.ts";
import { isRunning, isScheduled, WEB } from "./plan/process-plan.ts";
import { Release } from "./release.ts";
import type { RolloutWatcher } from "./rollout.ts";
import type { Scheduled, ScheduledReferences } from "./scheduled.ts";
import { declareScheduled } from "./scheduled.ts";
import { Traffic } from "./traffic.ts";

/** How an {@link App} is declared. */
export interface AppOptions extends ComponentResourceOptions {
  /**
   * Runs before a Deployment is updated, and takes away the autoscaler that no longer sets its
   * replicas. Pulumi itself removes things last, and until then the autoscaler would set replicas
   * once more.
   * @default none: after a change from autoscaled to fixed replicas, `pulumi up --refresh` sets
   * them right
   */
  readonly autoscalerHook?: ResourceHook;
  /**
   * Waits until what was declared runs, and fails with the cluster's reason where it does not.
   * @default none: the Kubernetes provider waits, as far as it does
   */
  readonly watcher?: RolloutWatcher;
  /**
   * What the Secrets of `services` hold, as far as they could be read. Nothing of it but an HMAC is
   * handed on; pods are replaced when that changes.
   * @default not known: pods are not replaced when a Secret changes, and no queue can name a service
   */
  readonly secretContents?: SecretContents;
  /**
   * Whether whoever declares the App has held it to `guards.scaleDown`, `confirm` and `cluster`, as
   * `withPreflight` does. An App by itself knows neither what ran before nor the cluster.
   * @default false: these settings are refused
   */
  readonly guardsAreEnforced?: boolean;
}

/**
 * What an App would run as: all that is decided, as plain values, without an engine.
 *
 * @param name the name that the App would have
 * @throws ConfigError as {@link App} does
 */
export function planApp(name: string, args: AppArgs): AppPlan {
  return planInCode({ name, args, makeSecret: (value) => makeSecret(value) });
}

/**
 * An app with a Procfile on Kubernetes: one Deployment per process type, each at its own scale, in
 * a namespace that enforces Pod Security "restricted".
 *
 * ```ts
 * new App("shop", { image: "registry.example.com/shop:1.4.2", scale: { web: 2 } });
 * ```
 */
export class App extends ComponentResource {
  /** One for each process type that always runs, `web` last. */
  readonly processes: readonly Process[];
  /** One for each process type that runs by the clock. */
  readonly scheduled: readonly Scheduled[];
  /** What each process type comes to, and the whole app. */
  readonly cost: Cost;
  /**
   * Settles when all pods run. With a watcher that is looked at in every `pulumi up`, also where
   * nothing was changed.
   */
  readonly running: Promise<void>;

  /**
   * @param args the settings, or the plan that was made of them
   * @throws ConfigError with all that is wrong in the settings, the Procfile and the scale, before
   * anything is declared
   */
  constructor(
    name: string,
    args: AppArgs | AppPlan,
    {
      autoscalerHook,
      watcher,
      secretContents,
      guardsAreEnforced = false,
      ...opts
    }: AppOptions = {},
  ) {
    const plan = withQueues(isPlan(args) ? args : planApp(name, args), secretContents);
    if (!guardsAreEnforced) throwIfAny(unenforcedGuards(plan));
    super("dash-scale:index:App", name, {}, opts);
    for (const { location, message } of plan.warnings)
      void log.warn(`${location}: ${message}`, this);

    const namespace = this.#namespace(plan);
    const accounts = this.#serviceAccounts(plan, namespace);
    const references = {
      ...referencesOf(plan),
      namespace,
      serviceAccount: accounts.app,
      secret: this.#secret(plan, namespace),
      digests: this.#digests(plan, secretContents),
    };
    const options = { parent: this };
    const { release, traffic } = plan;
    const network = this.#network(plan, namespace);
    for (const authentication of plan.authentications) {
      const manifest = triggerAuthenticationManifest(authentication, namespace);
      new CustomResource(authentication.name, manifest, options);
    }
    const released = release
      ? [new Release(release.name, { plan: release, ...references }, options)]
      : [];
    this.scheduled = this.#scheduled(plan, references, released);
    this.processes = this.#processes(plan, { ...references, autoscalerHook, watcher }, released);
    refuseOldCluster(this.processes);
    const reached = traffic
      ? new Traffic(
          `${traffic.service}-traffic`,
          { plan: traffic, namespace, serviceAccount: accounts.proxy, watcher },
          // Nothing is led to pods before it may get there.
          { ...options, dependsOn: network },
        ).running
      : Promise.resolve();
    const running: Promise<unknown>[] = this.processes.map((it) => it.running);
    this.running = Promise.all([...running, reached]).then(() => undefined);

    this.cost = costOf(plan);
    this.registerOutputs({ ...this.cost });
  }

  #network({ settings, network, traffic }: AppPlan, namespace: Input<string>): Network[] {
    if (!network) return [];
    const args = { app: settings.name, plan: network, traffic, namespace };
    return [new Network(`${settings.name}-network`, args, { parent: this })];
  }

  /** `web` last: a new one may enqueue tasks that an old worker does not know. */
  #processes(
    { processes }: AppPlan,
    references: ProcessReferences,
    released: readonly Release[],
  ): Process[] {
    const always = processes.filter(isRunning);
    const declare = (plan: RunningPlan, dependsOn: Promise<Resource[]>) =>
      declareProcess(plan, references, { parent: this, dependsOn });
    const others = always
      .filter(({ type }) => type !== WEB)
      .map((plan) => declare(plan, Promise.resolve([...released])));
    const running = Promise.all(others.map((it) => it.running));
    const before = running.then((deployments) => [...released, ...deployments]);
    const web = always.filter(({ type }) => type === WEB);
    return [...others, ...web.map((plan) => declare(plan, before))];
  }

  /** After the release: a run of a new version may want what that has made. */
  #scheduled(
    { processes }: AppPlan,
    references: ScheduledReferences,
    released: readonly Release[],
  ): Scheduled[] {
    const options = { parent: this, dependsOn: released };
    return processes.filter(isScheduled).map((it) => declareScheduled(it, references, options));
  }

  #namespace({ settings, guards }: AppPlan): Input<string> {
    const { name, namespace, createNamespace } = settings;
    if (!createNamespace) return namespace;
    const manifest = namespaceManifest(namespace, name);
    // Never `protect: false`, which would take away what a parent's options say.
    const options = { parent: this, ...(guards.production ? { protect: true } : {}) };
    return new Namespace(namespace, manifest, options).metadata.name;
  }

  /**
   * The identity of the app's pods, and that of the proxy. What a cloud gives the app is not for the
   * proxy, which has an identity of its own then.
   */
  #serviceAccounts(
    { settings: { name, imagePullSecrets, serviceAccount }, traffic }: AppPlan,
    namespace: Input<string>,
  ): { readonly app: Input<string>; readonly proxy: Input<string> } {
    const declare = (more: Pick<ServiceAccountPlan, "name" | "annotations">) => {
      const manifest = serviceAccountManifest({ app: name, imagePullSecrets, ...more }, namespace);
      return new ServiceAccount(more.name, manifest, { parent: this }).metadata.name;
    };
    const { name: existing, annotations } = serviceAccount;
    const isOfCloud = existing !== undefined || Object.keys(annotations).length > 0;
    const app = existing ?? declare({ name, ...(isOfCloud ? { annotations } : {}) });
    const ofProxy = isOfCloud ? traffic?.proxy?.name : undefined;
    return { app, proxy: ofProxy === undefined ? app : declare({ name: ofProxy }) };
  }

  #digests({ settings, services }: AppPlan, contents: SecretContents | undefined) {
    if (services.length === 0 || contents === undefined) return undefined;
    return new Digests(settings.name, contents, this);
  }

  #secret(
    { settings: { name }, secrets }: AppPlan,
    namespace: Input<string>,
  ): Input<string> | undefined {
    if (Object.keys(secrets).length === 0) return undefined;
    const manifest = secretManifest(name, namespace, secrets);
    return new Secret(`${name}-secrets`, manifest, { parent: this }).metadata.name;
  }
}

/**
 * A plan whose queues have the addresses of their services' Redis.
 *
 * @throws ConfigError where nobody has read the Secrets
 */
function withQueues(plan: AppPlan, contents: SecretContents | undefined): AppPlan {
  const { problems, ...found } = withQueueAddresses(plan, contents ?? new Map());
  if (contents === undefined) throwIfAny(plan.isInCode ? problems.map(inCode) : problems);
  return { ...plan, ...found };
}

/** What the pods of an app refer to, apart from what is declared with them. */
function referencesOf({ settings, traffic }: AppPlan) {
  const { image, laterEnv, serviceAccount, imagePullSecrets } = settings;
  const env = Object.entries(laterEnv).map(([variable, value]): [string, Input<string>] => [
    variable,
    output(value).apply(escapeExpansion),
  ]);
  return {
    image,
    proxy: traffic?.proxy?.config,
    env: Object.fromEntries(env),
    // A ServiceAccount of somebody else's does not name them.
    ...(serviceAccount.name === undefined ? {} : { imagePullSecrets }),
  };
}
