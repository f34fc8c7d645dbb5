import { log, ResourceHook, RunError } from "@pulumi/pulumi";
import { messageOf } from "../components/errors.ts";
import { endedAutoscaler } from "../components/manifest/scaled-by.ts";
import type { ClusterSettings } from "./cluster/kubeconfig.ts";

/**
 * Ends the autoscaler of a Deployment before an update that sets its replicas, or that hands them to another one.
 *
 * Pulumi removes things after it has changed the others. Until then the autoscaler would set the replicas once more, and
 * they would stay as it left them. KEDA refuses a workload that another autoscaler has.
 *
 * Source: Pulumi docs, "Resource hooks"; KEDA docs, "Admission Webhooks".
 */
export function handover(settings: ClusterSettings): ResourceHook {
  return new ResourceHook("dash-scale-handover", async ({ id, oldInputs, newInputs }) => {
    const autoscaler = endedAutoscaler(oldInputs, newInputs);
    if (!autoscaler) return;
    try {
      // Loaded when it is needed: it is seldom, and would take its time at every start.
      const { endAutoscaler } = await import("./end-autoscaler.ts");
      await endAutoscaler(autoscaler, id, settings);
      await log.warn(
        `The autoscaler of Deployment ${id} is ended. Should this up fail, and you go back to min and max, put it back with: pulumi up --refresh`,
      );
    } catch (error) {
      throw new RunError(`The autoscaler of Deployment ${id} cannot be ended: ${messageOf(error)}`);
    }
  });
}
