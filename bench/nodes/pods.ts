import { setTimeout as sleep } from "node:timers/promises";
import type { RealCluster } from "./cluster.ts";

const POLL_MS = 200;

/** A pod of an app. */
export interface AppPod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly ready: boolean;
}

interface KubernetesPod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Pods of a process type that are not about to end. */
export async function podsOf(
  cluster: RealCluster,
  namespace: string,
  type: string,
): Promise<AppPod[]> {
  const items = await allPods(cluster, namespace, ["-l", `app.kubernetes.io/component=${type}`]);
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, spec, status }) => ({
      name: metadata.name,
      uid: metadata.uid,
      node: spec.nodeName ?? "",
      ready: status.conditions?.some((it) => it.type === "Ready" && it.status === "True") ?? false,
    }));
}

/**
 * Waits until no pod is there but those that stay: what ends still takes memory and processors.
 */
export async function settled(cluster: RealCluster, namespace: string): Promise<void> {
  for (;;) {
    const items = await allPods(cluster, namespace);
    if (items.every(({ metadata }) => metadata.deletionTimestamp === undefined)) return;
    await sleep(POLL_MS, undefined, { signal: cluster.signal });
  }
}

/** The address of a Service. */
export async function serviceAddress(
  { kubectl }: RealCluster,
  namespace: string,
  service: string,
): Promise<string> {
  return kubectl(["-n", namespace, "get", "service", service, "-o", "jsonpath={.spec.clusterIP}"]);
}

async function allPods(
  { kubectl }: RealCluster,
  namespace: string,
  selection: readonly string[] = [],
): Promise<readonly KubernetesPod[]> {
  const args = ["-n", namespace, "get", "pods", ...selection, "-o", "json"];
  const { items }: { items: KubernetesPod[] } = JSON.parse(await kubectl(args));
  return items;
}
