import { join } from "node:path";
import { cacheFolder, clustersFolder, pathsIn, type LocalPaths } from "../../local/paths.ts";

/**
 * Who is where. Every name begins alike, so that what a lane that was killed has left can be found
 * and removed.
 *
 *     this machine ── bridge (in a network namespace of its own) ─┬─ node 1, its pods
 *     API server                                                  ├─ node 2, its pods
 *                                                                 └─ client: who asks the questions
 */
export const PREFIX = "dash-bench";

/** Two are enough to see replicas spread, and one of them drained. */
export const NODES = [1, 2] as const;
export type NodeNumber = (typeof NODES)[number];

/** This machine's end of the cable to the bridge; interface names have 15 letters at most. */
export const HOST = { link: `${PREFIX}0`, address: "10.99.0.1" } as const;
/** Where the API server answers the nodes. */
export const API_PORT = 6443;
export const BRIDGE = { namespace: `${PREFIX}-net`, link: "bridge0" } as const;
export const CLIENT = { namespace: `${PREFIX}-client`, address: "10.99.0.20" } as const;

/** The API server's own default range, and what is found at fixed addresses in it. */
export const SERVICES = { range: "10.0.0.0/24", kubernetes: "10.0.0.1", dns: "10.0.0.10" } as const;
/**
 * Apart from nodes and client: kube-proxy has to know who comes from outside, and put the node's
 * address in place of theirs.
 */
export const ALL_PODS = "10.244.0.0/16";

export const nodeName = (node: NodeNumber) => `node-${node}`;
export const nodeNamespace = (node: NodeNumber) => `${PREFIX}-node-${node}`;
export const nodeAddress = (node: NodeNumber) => `10.99.0.${10 + node}`;
export const podRange = (node: NodeNumber) => `10.244.${node}.0/24`;
/** A cgroup below which all of a node's pods are. */
export const nodeCgroup = (node: NodeNumber) => `${PREFIX}-${node}`;

/** The lane's cluster: one at a time on a machine, since its networks have fixed names. */
export function lanePaths(): LocalPaths {
  return pathsIn(join(clustersFolder(), "bench-pods"));
}

/** Images and their layers, kept from run to run. */
export function imagesFolder(): string {
  return join(cacheFolder(), "bench");
}
