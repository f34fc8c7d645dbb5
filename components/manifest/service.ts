import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Identity } from "./labels.ts";
import { processLabels, selectorLabels } from "./labels.ts";
import { metadata, NO_WAIT } from "./metadata.ts";

type Service = Required<Pick<types.input.core.v1.Service, "metadata" | "spec">>;

/** The port that people and proxies come to. */
export const SERVICE_PORT = 80;

/** What a Service is made from. */
export interface ServicePlan {
  readonly name: string;
  /** The process type whose pods it leads to. */
  readonly to: Identity;
  /** Annotations of the proxy that uses it. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The ready pods of a process type under one name and one address.
 *
 * `sessionAffinity` is never set: it sends all requests of one client to one replica (measured:
 * four callbacks on four replicas are then as slow as on one). Pulumi does not wait for it to have
 * endpoints, since it has none at 0 replicas; that the pods are ready is what their Deployment is
 * waited for.
 *
 * Source: Kubernetes docs, "Service".
 */
export function serviceManifest(plan: ServicePlan, namespace: Input<string>): Service {
  const port = { name: "http", port: SERVICE_PORT, targetPort: "http", appProtocol: "http" };
  return service(plan, namespace, { type: "ClusterIP", ports: [port] });
}

/**
 * Each pod of a process type under its own address, by one name.
 *
 * @param unready whether pods that are not ready are among them
 */
export function headlessServiceManifest(
  plan: ServicePlan & { readonly port: number; readonly unready: boolean },
  namespace: Input<string>,
): Service {
  return service(plan, namespace, {
    type: "ClusterIP",
    clusterIP: "None",
    publishNotReadyAddresses: plan.unready,
    ports: [{ name: "http", port: plan.port, targetPort: plan.port, appProtocol: "http" }],
  });
}

function service(
  { name, to, annotations = {} }: ServicePlan,
  namespace: Input<string>,
  spec: types.input.core.v1.ServiceSpec,
): Service {
  const labels = processLabels(to);
  return {
    metadata: metadata({ name, namespace, labels, annotations: { ...NO_WAIT, ...annotations } }),
    spec: { ...spec, selector: selectorLabels(to) },
  };
}
