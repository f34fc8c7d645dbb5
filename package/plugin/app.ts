import type { ComponentResource, ComponentResourceOptions, Output } from "@pulumi/pulumi";
import type { AppArgs } from "./settings.ts";

/** What an app comes to at its scale; where an autoscaler chooses, at its `max`. */
export interface AppTotals {
  /** Pods, those of the proxy included. */
  readonly pods: number;
  /** CPU that the pods request, in cores, as a Kubernetes quantity. */
  readonly cpu: string;
  /** Memory that the pods request, as a Kubernetes quantity. */
  readonly memory: string;
  /** Requests served at once; absent where that cannot be known. */
  readonly concurrency?: number;
  /** Pods that a rollout adds for its duration. */
  readonly surgePods: number;
}

/**
 * An app with a Procfile on Kubernetes: one Deployment per process type, each at its own scale.
 *
 * A preview reports what a change costs and whether the cluster has room for it; `guards`, `confirm`
 * and `cluster` are enforced; success means that all pods run. What the next change is compared with
 * is in `outputs`: export them by the app's name.
 *
 * Only a type, from which Pulumi's analyzer makes the schema: see provider.ts.
 */
export declare class App extends ComponentResource {
  /** The app's namespace. */
  readonly namespace: Output<string>;
  /** Address of `web` inside the cluster; absent without `web`. */
  readonly serviceUrl?: Output<string>;
  /** Host name that `web` is reached by from outside; absent where it is not exposed. */
  readonly host?: Output<string>;
  /** Name of the Deployment of each process type. */
  readonly deployments: Output<Record<string, string>>;
  readonly totals: Output<AppTotals>;
  /**
   * What the app comes to and the cluster that it is in, to be exported as a stack output by the
   * app's name: the next change is held against it.
   */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly outputs: Output<any>;

  constructor(name: string, args: AppArgs, opts?: ComponentResourceOptions);
}
