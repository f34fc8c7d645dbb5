import type { LaneCluster } from "../lane-cluster.ts";

/** One of the programs that are measured against each other. */
export interface Peer {
  /** Names its namespace and folder. */
  readonly name: string;
  /** As tables have it. */
  readonly title: string;
  /** The most process types that it is tried with; default: all. */
  readonly atMost?: number;
  /**
   * Sets up a folder of its own as its users would have it, for an app that is not installed yet.
   */
  readonly prepare: (desk: Desk) => Promise<void>;
  /** Changes the files so that they ask for so many replicas of the first process type. */
  readonly write: (desk: Desk, replicas: number) => Promise<void>;
  /** Brings the cluster to what the files say, and waits until the pods are ready. */
  readonly apply: (desk: Desk) => Words;
  /**
   * The same after a change of one process type, where its users would wait for that alone;
   * default: `apply`.
   */
  readonly applyOne?: (desk: Desk) => Words;
  /**
   * Tells what `apply` would change; fails when it would change anything, where the program can.
   */
  readonly preview: (desk: Desk) => Words;
  /** Removes what it keeps outside of folder and namespace. */
  readonly forget?: (desk: Desk) => Promise<void>;
}

/** A command, as a shell would have it. */
export type Words = readonly string[];

/** What a peer works with. */
export interface Desk {
  readonly folder: string;
  readonly namespace: string;
  readonly formation: Formation;
  readonly cluster: LaneCluster;
  /** The programs beside Pulumi and kubectl, by name. */
  readonly programs: Readonly<Record<string, string>>;
}

/** An app of many process types. */
export interface Formation {
  readonly procfile: string;
  /** The stack file of this program. */
  readonly stackFile: (app: string, replicas: number) => string;
  /** The process type whose replicas are changed. */
  readonly scaled: string;
  /** What this program declares for it, of an app of that name: what the others are given. */
  readonly objects: (app: string, replicas: number) => Promise<KubernetesObject[]>;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
