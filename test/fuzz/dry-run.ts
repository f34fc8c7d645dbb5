import { randomUUID } from "node:crypto";
import { ApiError } from "../../infra/cluster/api-error.ts";
import { HttpClient } from "../../infra/cluster/http.ts";
import type { JsonObject } from "../../infra/cluster/json.ts";
import { loadKubeconfig } from "../../infra/cluster/kubeconfig.ts";
import { Cluster, referenceTo } from "../../local/plugins/kubernetes/cluster/cluster.ts";
import { UnknownKind } from "../../local/plugins/kubernetes/cluster/kinds.ts";
import { getPath, object } from "../../local/plugins/shared/json.ts";
import type { Declarable } from "./declared.ts";
import { Watched } from "./watched.ts";

/** A plan that the cluster does not take. */
export interface Refusal {
  readonly input: Declarable;
  readonly object: JsonObject;
  readonly reason: string;
}

/** What came of a sample. */
export interface DryRun {
  readonly plans: number;
  readonly objects: number;
  /** Kinds that the cluster does not have, and how many objects of them there were. */
  readonly unknown: ReadonlyMap<string, number>;
  readonly refusals: readonly Refusal[];
}

const CONCURRENT = 8;
const POD_SECURITY = { "pod-security.kubernetes.io/enforce": "restricted" };

/**
 * Has an API server judge what is declared for each input, and the pods that would come of it,
 * without anything being created but one namespace, which is removed again.
 *
 * @param changed for tests of this: spoils what was declared
 */
export async function dryRun(
  kubeconfig: string,
  inputs: readonly Declarable[],
  changed: (objects: JsonObject[]) => JsonObject[] = (objects) => objects,
): Promise<DryRun> {
  const access = await loadKubeconfig({ kubeconfig, context: undefined, cluster: undefined });
  const namespace = `fuzz-${randomUUID().slice(0, 8)}`;
  const cluster = new Cluster(new HttpClient(access), namespace);
  const watched = new Watched();
  const sample = new Sample(cluster, namespace);
  const own = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels: POD_SECURITY },
  };
  await cluster.create(own, false);
  try {
    // Pods are refused where there is no service account yet.
    await cluster.create(serviceAccount(namespace), false);
    for (const input of inputs) await sample.judge(input, changed(await watched.declare(input)));
    return { plans: inputs.length, ...sample.result() };
  } finally {
    await watched.close();
    const reference = {
      apiVersion: "v1",
      kind: "Namespace",
      namespace: undefined,
      name: namespace,
    };
    await cluster.delete(reference, "Background");
  }
}

const ACCOUNT = "fuzz";

function serviceAccount(namespace: string): JsonObject {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: ACCOUNT, namespace } };
}

class Sample {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #unknown = new Map<string, number>();
  readonly #refusals: Refusal[] = [];
  #objects = 0;

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
  }

  async judge(input: Declarable, objects: readonly JsonObject[]): Promise<void> {
    const all = [...objects, ...objects.flatMap(podOf)];
    for (let from = 0; from < all.length; from += CONCURRENT)
      await Promise.all(
        all
          .slice(from, from + CONCURRENT)
          .map((it) => this.#send(input, moved(it, this.#namespace))),
      );
  }

  result() {
    return { objects: this.#objects, unknown: this.#unknown, refusals: this.#refusals };
  }

  async #send(input: Declarable, it: JsonObject): Promise<void> {
    try {
      await this.#cluster.apply(it, { manager: "fuzz", dryRun: true, force: true });
      this.#objects += 1;
    } catch (error) {
      if (error instanceof UnknownKind) {
        const { kind } = referenceTo(it);
        this.#unknown.set(kind, (this.#unknown.get(kind) ?? 0) + 1);
        return;
      }
      if (!(error instanceof ApiError)) throw error;
      this.#refusals.push({ input, object: it, reason: error.message });
    }
  }
}

/** The pod that a workload would make. */
function podOf(workload: JsonObject): JsonObject[] {
  const template = getPath(workload, "spec", "template");
  if (template === undefined) return [];
  const { metadata, spec } = object(template);
  // Which classes there are is the cluster's affair; the name was judged with the workload.
  const { priorityClassName: _, ...pod } = object(spec);
  const name = getPath(workload, "metadata", "name");
  return [
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...object(metadata), name: name ?? null },
      spec: { ...pod, serviceAccountName: ACCOUNT },
    },
  ];
}

/** Into the namespace that is there: a dry run creates none. */
function moved(it: JsonObject, namespace: string): JsonObject {
  const metadata = object(it["metadata"]);
  return it["kind"] === "Namespace" ? it : { ...it, metadata: { ...metadata, namespace } };
}
