import { limitsDisruption } from "../components/manifest/disruption.ts";
import type { CustomObject } from "../components/manifest/doors.ts";
import type { AppPlan } from "../components/plan.ts";
import { mostReplicas, needsKeda } from "../components/manifest/scaling.ts";
import type { Right } from "./cluster/rights.ts";

/** A kind of objects by its API group and plural. */
type Kind = Omit<Right, "verb">;

const kind = (resource: string, group = ""): Kind => ({ group, resource });

/** What the program itself reads to see whether an app runs. */
const READ: readonly Kind[] = [kind("pods"), kind("replicasets", "apps")];

/**
 * The rights without which `pulumi up` of an app would hang. Pulumi's Kubernetes provider lists and watches what it waits for, and
 * goes on for ever where it may not: each kind that it deletes, the release's Job and its pods, and events.
 *
 * Source: pulumi/pulumi-kubernetes, provider/pkg/await/informers/factory.go (`WaitForCacheSync` without an end), await.go.
 */
export function rightsThatHang(plan: AppPlan): Right[] {
  return [...declaredKinds(plan), kind("events"), kind("pods")].flatMap((it) => [
    { ...it, verb: "list" },
    { ...it, verb: "watch" },
  ]);
}

/** The rights without which the program cannot tell whether an app runs. */
export function rightsToFollow(plan: AppPlan): Right[] {
  const workloads = declaredKinds(plan).filter(({ group }) => group === "apps");
  return [...READ, ...workloads].map((it) => ({ ...it, verb: "list" }));
}

/** Every kind that an app declares in its namespace. */
export function declaredKinds({ secrets, release, processes, traffic, network }: AppPlan): Kind[] {
  const autoscaled = processes.flatMap(({ scaling }) => (scaling.kind === "auto" ? scaling : []));
  const isDrained = processes.some(({ scaling }) => limitsDisruption(mostReplicas(scaling)));
  const { queue, route, door } = traffic ?? {};
  const when = (condition: boolean, ...kinds: Kind[]) => (condition ? kinds : []);
  return [
    kind("serviceaccounts"),
    kind("deployments", "apps"),
    ...when(Object.keys(secrets).length > 0, kind("secrets")),
    ...when(release !== undefined, kind("jobs", "batch")),
    ...when(isDrained || queue !== undefined, kind("poddisruptionbudgets", "policy")),
    ...when(network !== undefined, kind("networkpolicies", "networking.k8s.io")),
    ...when(
      autoscaled.some((it) => !needsKeda(it)),
      kind("horizontalpodautoscalers", "autoscaling"),
    ),
    ...when(autoscaled.some(needsKeda), kind("scaledobjects", "keda.sh")),
    ...when(traffic !== undefined, kind("services")),
    ...when(queue !== undefined, kind("statefulsets", "apps"), kind("configmaps")),
    ...when(route?.kind === "ingress", kind("ingresses", "networking.k8s.io")),
    ...when(route?.kind === "gateway", kind("httproutes", "gateway.networking.k8s.io")),
    ...(route && door ? door.objects(route, "").map(kindOf) : []),
  ];
}

/** The kind of an object of a controller. Their plurals are made by adding an "s". */
function kindOf(object: CustomObject): Kind {
  return kind(`${object.kind.toLowerCase()}s`, object.apiVersion.split("/")[0]);
}
