import { limitsDisruption } from "../components/manifest/disruption.ts";
import type { CustomObject } from "../components/manifest/controllers.ts";
import type { AppPlan } from "../components/plan/app-plan.ts";
import { hasOwnService, isRunning, isScheduled } from "../components/plan/process-plan.ts";
import { maxReplicasOf, needsKeda } from "../components/manifest/scaling.ts";
import type { Right } from "./cluster/rights.ts";

/** A kind of objects by its API group and plural. */
type Kind = Omit<Right, "verb">;

const kind = (resource: string, group = ""): Kind => ({ group, resource });

/**
 * The rights without which `pulumi up` of an app would hang, or would not know whether the app
 * runs.
 *
 * Pulumi's Kubernetes provider lists what it waits for, and goes on for ever where it may not: each
 * kind that it deletes, the release's Job and its pods. Seen with it: without the right to watch it
 * only notices later, and events it does without. The program itself lists Deployments,
 * StatefulSets, their ReplicaSets and pods.
 *
 * Source: pulumi/pulumi-kubernetes, provider/pkg/await/informers/factory.go (`WaitForCacheSync`
 * without an end), await.go.
 */
export function neededRights(plan: AppPlan): Right[] {
  return [...declaredKinds(plan), kind("pods"), kind("replicasets", "apps")].map((it) => ({
    ...it,
    verb: "list",
  }));
}

/** Every kind that an app declares in its namespace. */
export function declaredKinds(plan: AppPlan): Kind[] {
  const { settings, secrets, release, processes, traffic, network } = plan;
  const autoscaled = processes.flatMap(({ scaling }) => (scaling.kind === "auto" ? scaling : []));
  const isDrained = processes.some(({ scaling }) => limitsDisruption(maxReplicasOf(scaling)));
  const { proxy, route, controller } = traffic ?? {};
  const when = (condition: boolean, ...kinds: Kind[]) => (condition ? kinds : []);
  return [
    ...when(
      settings.serviceAccount.name === undefined || proxy !== undefined,
      kind("serviceaccounts"),
    ),
    ...when(processes.some(isRunning), kind("deployments", "apps")),
    ...when(Object.keys(secrets).length > 0, kind("secrets")),
    ...when(release !== undefined, kind("jobs", "batch")),
    ...when(processes.some(isScheduled), kind("cronjobs", "batch")),
    ...when(isDrained || proxy !== undefined, kind("poddisruptionbudgets", "policy")),
    ...when(network !== undefined, kind("networkpolicies", "networking.k8s.io")),
    ...when(
      autoscaled.some((it) => !needsKeda(it)),
      kind("horizontalpodautoscalers", "autoscaling"),
    ),
    ...when(autoscaled.some(needsKeda), kind("scaledobjects", "keda.sh")),
    ...when(
      autoscaled.some(({ queues }) => queues.some(({ service }) => service !== undefined)),
      kind("triggerauthentications", "keda.sh"),
    ),
    ...when(traffic !== undefined || processes.some(hasOwnService), kind("services")),
    ...when(proxy !== undefined, kind("statefulsets", "apps"), kind("configmaps")),
    ...when(route?.kind === "ingress", kind("ingresses", "networking.k8s.io")),
    ...when(route?.kind === "gateway", kind("httproutes", "gateway.networking.k8s.io")),
    ...(route && controller ? controller.objects(route, "").map(kindOf) : []),
  ];
}

/** The kind of an object of a controller. Their plurals are made by adding an "s". */
function kindOf(object: CustomObject): Kind {
  return kind(`${object.kind.toLowerCase()}s`, object.apiVersion.split("/")[0]);
}
