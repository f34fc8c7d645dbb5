import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Identity } from "./labels.ts";
import { processLabels, selectorLabels } from "./labels.ts";
import { metadata, NO_WAIT } from "./metadata.ts";

type Service = Required<Pick<types.input.core.v1.Service, "metadata" | "spec">>;

/** The port that people and proxies come to; the pods' own is behind its name. */
export const SERVICE_PORT = 80;

/** What is particular to a Service. */
export interface ServiceOptions {
  readonly namespace: Input<string>;
  /** Whether its name leads to each pod's own address instead of one for all. */
  readonly headless: boolean;
  /** Annotations of the proxy that uses it. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The Service of a process type: its ready pods under one name.
 *
 * `sessionAffinity` is never set: it sends all requests of one client to one replica (measured: four callbacks on four
 * replicas are then as slow as on one). Pulumi does not wait for it to have endpoints, since it has none at 0 replicas;
 * that the pods are ready is what their Deployment is waited for.
 */
export function serviceManifest(
  identity: Identity,
  name: string,
  { namespace, headless, annotations = {} }: ServiceOptions,
): Service {
  return {
    metadata: metadata({
      name,
      namespace,
      labels: processLabels(identity),
      annotations: { ...NO_WAIT, ...annotations },
    }),
    spec: {
      type: "ClusterIP",
      ...(headless ? { clusterIP: "None" } : {}),
      selector: selectorLabels(identity),
      ports: [{ name: "http", port: SERVICE_PORT, targetPort: "http", appProtocol: "http" }],
    },
  };
}
