import { AsyncResource } from "node:async_hooks";
import type { ResourceHookArgs } from "@pulumi/pulumi";
import { log, ResourceHook, RunError } from "@pulumi/pulumi";
import { messageOf } from "../components/config/errors.ts";
import { changeOfAutoscaler } from "../components/manifest/scaled-by.ts";
import type { ClusterSettings } from "./cluster/kubeconfig.ts";

/**
 * Ends the autoscaler of a Deployment before an update that sets its replicas, or that hands them
 * to another one, and starts a replica where there is none for an autoscaler that would leave it
 * so.
 *
 * Pulumi removes things after it has changed the others. Until then the autoscaler would set the
 * replicas once more, and they would stay as it left them. KEDA refuses a workload that another
 * autoscaler has. A HorizontalPodAutoscaler takes 0 replicas for a pause, and stays away.
 *
 * Source: Pulumi docs, "Resource hooks"; KEDA docs, "Admission Webhooks"; Kubernetes docs,
 * "Implicit maintenance-mode deactivation".
 */
export function autoscalerHook(settings: ClusterSettings): ResourceHook {
  // In a component's provider, the engine is known only to what began with the component.
  const change = AsyncResource.bind(async ({ id, oldInputs, newInputs }: ResourceHookArgs) => {
    const { ended, begun } = changeOfAutoscaler(oldInputs, newInputs);
    if (ended === undefined && begun !== "horizontal-pod-autoscaler") return;
    try {
      // Loaded when it is needed: it is seldom, and would take its time at every start.
      const { changeAutoscaler } = await import("./change-autoscaler.ts");
      await changeAutoscaler({ ended, begun }, id, settings);
    } catch (error) {
      throw new RunError(
        `The autoscaler of Deployment ${id} cannot be changed: ${messageOf(error)}`,
      );
    }
    if (ended === undefined) return;
    await log.warn(
      `The autoscaler of Deployment ${id} was removed. Should this update fail, and you go back to min and max, restore it with: pulumi up --refresh`,
    );
  });
  return new ResourceHook("dash-scale-autoscaler", change);
}
