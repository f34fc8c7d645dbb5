import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import type { ComponentResourceOptions, Input } from "@pulumi/pulumi";
import { ComponentResource, log, secret } from "@pulumi/pulumi";
import type { ProcessSummary, Totals } from "./cost.ts";
import { summaries, totals } from "./cost.ts";
import { appLabels, namespaceLabels } from "./manifest/labels.ts";
import type { AppArgs, AppPlan } from "./plan.ts";
import { planApp } from "./plan.ts";
import { Process } from "./process.ts";

/**
 * An app with a Procfile on Kubernetes: one {@link Process} per process type, each at its own scale, in a namespace that
 * enforces Pod Security "restricted".
 *
 * ```ts
 * new App("shop", { app: { name: "shop", procfile: "Procfile", image: "registry.example.com/shop:1.4.2" } });
 * ```
 */
export class App extends ComponentResource {
  /** One for each process type, in the order of the Procfile. */
  readonly processes: readonly Process[];
  /** What each process type comes to. */
  readonly summaries: Readonly<Record<string, ProcessSummary>>;
  /** What the whole app comes to. */
  readonly totals: Totals;

  /** @throws ConfigError with all that is wrong in the settings, the Procfile and the scale, before anything is declared */
  constructor(name: string, args: AppArgs, opts?: ComponentResourceOptions) {
    const plan = planApp(args);
    super("dash-scale:index:App", name, {}, opts);
    for (const { place, message } of plan.warnings) void log.warn(`${place}: ${message}`, this);

    const namespace = this.#namespace(plan);
    const references = {
      namespace,
      image: plan.settings.image,
      serviceAccount: this.#serviceAccount(plan, namespace).metadata.name,
      secret: this.#secret(plan, namespace)?.metadata.name,
    };
    this.processes = plan.processes.map(
      (process) => new Process(process.name, { plan: process, ...references }, { parent: this }),
    );
    this.summaries = summaries(plan.processes);
    this.totals = totals(plan.processes);
    this.registerOutputs({ processes: this.summaries, totals: this.totals });
  }

  #namespace({ settings }: AppPlan): Input<string> {
    if (!settings.createNamespace) return settings.namespace;
    const metadata = { name: settings.namespace, labels: namespaceLabels(settings.name) };
    return new Namespace(settings.namespace, { metadata }, { parent: this }).metadata.name;
  }

  #serviceAccount({ settings }: AppPlan, namespace: Input<string>): ServiceAccount {
    const { name, imagePullSecrets } = settings;
    return new ServiceAccount(
      name,
      {
        metadata: { name, namespace, labels: appLabels(name) },
        automountServiceAccountToken: false,
        ...(imagePullSecrets.length === 0
          ? {}
          : { imagePullSecrets: imagePullSecrets.map((pullSecret) => ({ name: pullSecret })) }),
      },
      { parent: this },
    );
  }

  /**
   * Immutable and named anew at each change: a changed secret becomes another Secret, the pods that use it are rolled
   * because their reference changes, and a pod of the old version that restarts meanwhile still finds the old one.
   */
  #secret({ settings, secrets }: AppPlan, namespace: Input<string>): Secret | undefined {
    if (Object.keys(secrets).length === 0) return undefined;
    const sorted = Object.entries(secrets).sort(([a], [b]) => (a < b ? -1 : 1));
    return new Secret(
      `${settings.name}-secrets`,
      {
        metadata: { namespace, labels: appLabels(settings.name) },
        immutable: true,
        stringData: Object.fromEntries(sorted.map(([key, value]) => [key, secret(value)])),
      },
      { parent: this },
    );
  }
}
