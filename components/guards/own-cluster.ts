import type { Problem, Warning } from "../config/errors.ts";

/** A cluster as it was seen. */
export type ClusterIdentity =
  | KnownCluster
  /** The user may not see which one it is. */
  | { readonly hidden: string }
  /** It does not answer, or there is no way to ask it. */
  | { readonly unreachable: string };

interface KnownCluster {
  readonly uid: string;
  /** For people: `context "production" (https://10.0.0.1:6443)`. */
  readonly where: string;
}

/** Which cluster a stack belongs to, as far as is known: UIDs of namespaces `kube-system`. */
export interface OwnCluster {
  /** What the stack file says: `dash-scale:cluster`. */
  readonly named: string | undefined;
  /** The one that the stack was applied to last. */
  readonly remembered: string | undefined;
}

export interface ClusterVerdict {
  /** What the stack is to remember. */
  readonly remember: string | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

const LOCATION = "kubernetes:context";
const HOW_TO_FIX =
  "Without the cluster nothing can be previewed or changed: check the network or VPN, or point kubernetes:context, kubernetes:kubeconfig or KUBECONFIG at the right one";

/**
 * Whether a cluster is the one that a stack belongs to. Where the account may not see which one it
 * is, nothing is refused. A cluster that does not answer is a problem: Pulumi's Kubernetes provider
 * would try for minutes, and end with less to go by.
 *
 * @param mayBeUnreachable whether the provider may go on without an answer of the cluster
 */
export function verifyCluster(
  own: OwnCluster,
  seen: ClusterIdentity,
  mayBeUnreachable = false,
): ClusterVerdict {
  const { named, remembered } = own;
  if ("unreachable" in seen && !mayBeUnreachable) {
    const message = `${seen.unreachable}. ${HOW_TO_FIX}`;
    return { remember: remembered, problems: [{ location: LOCATION, message }], warnings: [] };
  }
  if (!("uid" in seen)) {
    const reason = "hidden" in seen ? seen.hidden : seen.unreachable;
    const message = `${reason}, so whether this is the cluster of the stack was not checked`;
    return { remember: remembered, problems: [], warnings: [{ location: LOCATION, message }] };
  }
  const expected = named ?? remembered;
  if (expected !== undefined && expected !== seen.uid)
    return { remember: remembered, problems: [wrong(own, seen)], warnings: [] };
  const hasMoved = remembered !== undefined && remembered !== seen.uid;
  return { remember: seen.uid, problems: [], warnings: hasMoved ? [moved(remembered)] : [] };
}

function wrong({ named, remembered }: OwnCluster, { uid, where }: KnownCluster): Problem {
  const own =
    named === undefined
      ? `this stack was applied to ${remembered}`
      : `dash-scale:cluster is ${named}`;
  const message = `${where} points to the cluster ${uid}, but ${own} (UIDs of namespaces kube-system). Point it at the right one. Only if the stack is to continue in this cluster, which was created anew, run: pulumi config set dash-scale:cluster ${uid} && pulumi up --refresh`;
  return { location: LOCATION, message };
}

function moved(remembered: string): Warning {
  const message = `the stack moves here from the cluster ${remembered}; use --refresh once, or Pulumi assumes that what was there is here`;
  return { location: "dash-scale:cluster", message };
}
