import type { Thousandths } from "../manifest/quantity.ts";

/** What a pod asks for, or a node has to give. */
export interface Amounts {
  readonly cpu: Thousandths;
  readonly memory: Thousandths;
  /** Local disk: `ephemeral-storage`. */
  readonly storage: Thousandths;
}

/** A node, and what others than the app's own pods leave of it. */
export interface ClusterNode {
  readonly name: string;
  /** Whether it takes new pods that tolerate no taint: neither cordoned nor tainted. */
  readonly open: boolean;
  readonly allocatable: Amounts;
  /** Pods that it takes at most. */
  readonly mostPods: number;
  /** Requests of the pods of other namespaces that run there. */
  readonly used: Amounts;
  /** How many these are. */
  readonly pods: number;
}

/** A pod of the app's namespace that has not come to its end. */
export interface NamespacePod {
  /**
   * Its label `app.kubernetes.io/instance`: for the app's own pods, the name of their Deployment.
   */
  readonly instance: string | undefined;
  /** Undefined while it is Pending. */
  readonly node: string | undefined;
  /** Whether it is on its way out. */
  readonly ending: boolean;
  /** Name of its PriorityClass, the cluster's default one included. */
  readonly priorityClass?: string | undefined;
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** Amounts by Kubernetes' own names: `requests.cpu`, `pods`. */
export type ByName = Readonly<Record<string, Thousandths>>;

/** A ResourceQuota of the namespace. */
export interface Quota {
  readonly name: string;
  /** Which pods it is about: all of these must be so; none: it is about every pod. */
  readonly scopes: readonly string[];
  /** Of which PriorityClass these pods must be: each of these must hold. */
  readonly priorityClasses?: readonly PriorityClassScope[];
  readonly hard: ByName;
  readonly used: ByName;
}

/** Which PriorityClasses a quota is about. */
export interface PriorityClassScope {
  readonly operator: string;
  readonly names: readonly string[];
}

/** One item of a LimitRange of the namespace. */
export interface Limits {
  /** Name of its LimitRange. */
  readonly name: string;
  readonly type: "Container" | "Pod";
  readonly min: ByName;
  readonly max: ByName;
  /** The limits of a container that names none. */
  readonly default: ByName;
  readonly ratio: ByName;
}

/** What the one who asked has no right to list. */
export type Hidden =
  "nodes" | "pods" | "pods of the namespace" | "resourcequotas" | "limitranges" | "priorityclasses";

/** What a cluster has for an app, as far as it may be known. */
export interface Capacity {
  readonly namespace: string;
  /** Sorted by name; undefined where nodes, or the pods on them, may not be listed. */
  readonly nodes: readonly ClusterNode[] | undefined;
  /** Undefined where they may not be listed. */
  readonly pods: readonly NamespacePod[] | undefined;
  /** Sorted by name, as are the limits. */
  readonly quotas: readonly Quota[];
  readonly limits: readonly Limits[];
  readonly hidden: readonly Hidden[];
  /** Names of PriorityClasses that the app's pods are to have and the cluster does not. */
  readonly missingPriorityClasses?: readonly string[];
}

export const NOTHING: Amounts = { cpu: 0n, memory: 0n, storage: 0n };

export function plus(a: Amounts, b: Amounts): Amounts {
  return { cpu: a.cpu + b.cpu, memory: a.memory + b.memory, storage: a.storage + b.storage };
}

export function minus(a: Amounts, b: Amounts): Amounts {
  return { cpu: a.cpu - b.cpu, memory: a.memory - b.memory, storage: a.storage - b.storage };
}

/** For each resource, the larger one. */
export function larger(a: Amounts, b: Amounts): Amounts {
  return {
    cpu: max(a.cpu, b.cpu),
    memory: max(a.memory, b.memory),
    storage: max(a.storage, b.storage),
  };
}

function max(a: Thousandths, b: Thousandths): Thousandths {
  return a > b ? a : b;
}

export function same(a: Amounts, b: Amounts): boolean {
  return a.cpu === b.cpu && a.memory === b.memory && a.storage === b.storage;
}
