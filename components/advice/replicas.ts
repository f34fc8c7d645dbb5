/** How many replicas an autoscaler should be allowed. */
import type { AppPlan } from "../plan/app-plan.ts";
import type { TrafficPlan } from "../plan/traffic-plan.ts";
import { MAX_PROXIED_REPLICAS } from "../plan/traffic-plan.ts";
import type { Advice } from "./advice.ts";
import type { RequestPeak } from "./evidence.ts";
import { peakText } from "./evidence.ts";

/** Where the requests ask for more replicas than `max`, by what the autoscaler goes by. */
export function replicasAdvice(
  { traffic, settings }: Pick<AppPlan, "traffic" | "settings">,
  requests: RequestPeak | undefined,
): Advice[] {
  const target = traffic && targetOf(traffic);
  if (!requests || !target) return [];
  const { type, percent, perPod, max } = target;
  const needed = Math.ceil((requests.count * 100) / (perPod * percent));
  const allowed = Math.min(needed, settings.maxReplicas, MAX_PROXIED_REPLICAS);
  if (allowed <= max) return [];
  const more = allowed < needed ? `, of which ${allowed} are allowed` : "";
  const had = peakText(`${requests.count} requests`, requests.minutes, ["has", "had"]);
  const message = `The proxy ${had}: at ${percent} % of ${perPod} for each replica they ask for ${needed} replicas${more}, and max is ${max}.`;
  return [{ kind: "scale", type, message, field: "max", value: String(allowed) }];
}

/** What the autoscaler of `web` aims at; undefined where it does not go by requests. */
function targetOf({ web: { type, scaling }, proxy }: TrafficPlan) {
  if (!proxy || scaling.kind !== "auto" || scaling.concurrency === undefined) return undefined;
  const { requestsPerPod: perPod } = proxy.config;
  return { type, percent: scaling.concurrency, perPod, max: scaling.max };
}
