import type { Workload } from "../../components/rollout.ts";

/** A Deployment with a number of replicas of its own, as a rollout is followed. */
export const WEB: Workload = {
  kind: "Deployment",
  namespace: "shop",
  name: "shop-web",
  type: "web",
  progressDeadlineSeconds: 300,
  minAvailable: undefined,
};
