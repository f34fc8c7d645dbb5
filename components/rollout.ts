import type { CustomResource } from "@pulumi/pulumi";
import { ResourceError, runtime } from "@pulumi/pulumi";
import { messageOf } from "./config/errors.ts";

/** A Deployment or StatefulSet whose pods have to run before `pulumi up` may succeed. */
export interface Workload {
  readonly kind: "Deployment" | "StatefulSet";
  readonly namespace: string;
  readonly name: string;
  /** What people call it: its process type. */
  readonly type: string;
  /** Seconds without progress after which a rollout counts as failed. */
  readonly progressDeadlineSeconds: number;
  /**
   * How many replicas have to be available where an autoscaler sets their number; undefined: all
   * that are declared.
   */
  readonly minAvailable: number | undefined;
}

/**
 * Follows workloads in a cluster. The program has one (`infra/rollout/`); an {@link App} without
 * one leaves the wait to the provider.
 */
export interface RolloutWatcher {
  /**
   * Settles when all replicas that a workload declares run, and none of an earlier version.
   *
   * @throws Error with the cluster's reason as soon as that is final, or after the progress
   * deadline
   */
  follow(workload: Workload): Promise<void>;
}

/** What is left out of a {@link Workload} where it follows from the resource itself. */
export type WorkloadTraits = Omit<Workload, "name" | "namespace">;

/**
 * Gives a resource back when its pods run.
 *
 * The program waits, and not the Kubernetes provider, for three reasons. The provider takes a
 * Deployment's state from before the change for that from after it, and reports success too early
 * (pulumi/pulumi-kubernetes, provider/pkg/await/deployment.go,
 * `waitUntilDeploymentControllerReconciles`). It hangs where it may not watch. And while it waits,
 * the object is not in Pulumi's state: an engine that is killed meanwhile forgets what it has
 * created.
 *
 * @param watcher undefined where the provider waits
 */
export async function whenRunning<Declared extends CustomResource>(
  watcher: RolloutWatcher | undefined,
  resource: Declared,
  traits: WorkloadTraits,
): Promise<Declared> {
  if (!watcher || runtime.isDryRun()) return resource;
  const [namespace = "", name = ""] = (await valueOf(resource.id)).split("/");
  try {
    await watcher.follow({ ...traits, namespace, name });
  } catch (error) {
    // Reported with the resource, without a stack trace.
    throw new ResourceError(messageOf(error), resource, true);
  }
  return resource;
}

function valueOf(id: CustomResource["id"]): Promise<string> {
  return new Promise((resolve) => {
    id.apply(resolve);
  });
}
