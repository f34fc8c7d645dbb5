import type { ReplicaScaling } from "./scaling.ts";
import { needsKeda } from "./scaling.ts";

/** What sets the replicas of a Deployment in the stack's place. */
export type Autoscaler = "horizontal-pod-autoscaler" | "keda";

const SCALED_BY = "dash-scale/scaled-by";

/**
 * The annotation that says which autoscaler sets a Deployment's replicas; none where the stack
 * does.
 *
 * What Pulumi ignores, it also remembers as it was. Without a change that it sees, going back to as
 * many replicas as before an autoscaler would change nothing.
 */
export function scaledBy(scaling: ReplicaScaling): Record<string, string> {
  if (scaling.kind === "fixed") return {};
  const autoscaler: Autoscaler = needsKeda(scaling) ? "keda" : "horizontal-pod-autoscaler";
  return { [SCALED_BY]: autoscaler };
}

/**
 * Which autoscaler no longer sets a Deployment's replicas after an update, and which one begins to,
 * by its inputs before and after.
 */
export function changeOfAutoscaler(
  before: unknown,
  after: unknown,
): { readonly ended: Autoscaler | undefined; readonly begun: Autoscaler | undefined } {
  const [old, now] = [autoscalerOf(before), autoscalerOf(after)];
  return old === now ? { ended: undefined, begun: undefined } : { ended: old, begun: now };
}

function autoscalerOf(inputs: unknown): Autoscaler | undefined {
  const value = ["metadata", "annotations", SCALED_BY].reduce(
    (found: unknown, key) =>
      typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined,
    inputs,
  );
  return value === "keda" || value === "horizontal-pod-autoscaler" ? value : undefined;
}
