/** Where objects of a kind live in the API: known for the usual ones, asked for all others. */
import { isStatus } from "../../../../infra/cluster/api-error.ts";
import { getPath, list, text } from "../../shared/json.ts";
import type { JsonObject } from "../../shared/json.ts";
import type { Transport } from "./transport.ts";

export interface Kind {
  /** Path of the group and version: `/api/v1`, `/apis/apps/v1`. */
  base: string;
  /** Name in paths: `deployments`. */
  plural: string;
  namespaced: boolean;
}

/** So that a preview in which nothing changes asks the cluster for nothing. */
const NAMESPACED: Readonly<Record<string, readonly string[]>> = {
  v1: [
    "ConfigMap",
    "Event",
    "LimitRange",
    "PersistentVolumeClaim",
    "Pod",
    "ResourceQuota",
    "Secret",
    "Service",
    "ServiceAccount",
  ],
  "apps/v1": ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
  "autoscaling/v2": ["HorizontalPodAutoscaler"],
  "batch/v1": ["CronJob", "Job"],
  "coordination.k8s.io/v1": ["Lease"],
  "discovery.k8s.io/v1": ["EndpointSlice"],
  "networking.k8s.io/v1": ["Ingress", "NetworkPolicy"],
  "policy/v1": ["PodDisruptionBudget"],
  "rbac.authorization.k8s.io/v1": ["Role", "RoleBinding"],
};
const CLUSTER_WIDE: Readonly<Record<string, readonly string[]>> = {
  v1: ["Namespace", "Node", "PersistentVolume"],
  "rbac.authorization.k8s.io/v1": ["ClusterRole", "ClusterRoleBinding"],
  "scheduling.k8s.io/v1": ["PriorityClass"],
  "storage.k8s.io/v1": ["StorageClass"],
};

/** The cluster has no such kind; its CustomResourceDefinition may come later. */
export class UnknownKind extends Error {
  override readonly name = "UnknownKind";
  readonly apiVersion: string;
  readonly kind: string;

  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
    this.apiVersion = apiVersion;
    this.kind = kind;
  }
}

export class Kinds {
  readonly #http: Transport;
  readonly #asked = new Map<string, Promise<JsonObject>>();

  constructor(http: Transport) {
    this.#http = http;
  }

  /** @throws UnknownKind */
  async find(apiVersion: string, kind: string): Promise<Kind> {
    const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const known = wellKnown(apiVersion, kind);
    if (known !== undefined) return { base, ...known };
    const resources = list((await this.#ask(base))["resources"]);
    const found = resources.find(
      (item) =>
        getPath(item, "kind") === kind && text(getPath(item, "name"))?.includes("/") === false,
    );
    // Asked again next time: what defines it may be created in between.
    if (found === undefined) {
      this.#asked.delete(base);
      throw new UnknownKind(apiVersion, kind);
    }
    const plural = text(getPath(found, "name")) ?? "";
    return { base, plural, namespaced: getPath(found, "namespaced") === true };
  }

  async #ask(base: string): Promise<JsonObject> {
    const asked = this.#asked.get(base) ?? this.#http.send({ method: "GET", path: base });
    this.#asked.set(base, asked);
    try {
      return await asked;
    } catch (error) {
      this.#asked.delete(base);
      if (isStatus(error, 404)) return {};
      throw error;
    }
  }
}

/** What is known of the usual kinds without asking; undefined of all others. */
export function wellKnown(apiVersion: string, kind: string): Omit<Kind, "base"> | undefined {
  const namespaced = NAMESPACED[apiVersion]?.includes(kind) === true;
  if (!namespaced && CLUSTER_WIDE[apiVersion]?.includes(kind) !== true) return undefined;
  return { plural: pluralOf(kind.toLowerCase()), namespaced };
}

function pluralOf(singular: string): string {
  if (singular.endsWith("y")) return `${singular.slice(0, -1)}ies`;
  return singular.endsWith("s") ? `${singular}es` : `${singular}s`;
}
