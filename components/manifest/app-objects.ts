import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { appLabels, namespaceLabels } from "./labels.ts";
import { metadata } from "./metadata.ts";

/** The namespace of an app. */
export function namespaceManifest(name: string, app: string): types.input.core.v1.Namespace {
  return { metadata: metadata({ name, labels: namespaceLabels(app) }) };
}

/** What a ServiceAccount is made from. */
export interface ServiceAccountPlan {
  readonly app: string;
  readonly name: string;
  readonly imagePullSecrets: readonly string[];
  /** By which a cloud knows it. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The identity of an app's pods: it may do nothing in the cluster, and has no token for it. */
export function serviceAccountManifest(
  { app, name, imagePullSecrets, annotations }: ServiceAccountPlan,
  namespace: Input<string>,
): types.input.core.v1.ServiceAccount {
  return {
    metadata: metadata({
      name,
      namespace,
      labels: appLabels(app),
      ...(annotations === undefined ? {} : { annotations }),
    }),
    automountServiceAccountToken: false,
    ...(imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })) }),
  };
}

/**
 * The secret environment of an app's pods.
 *
 * Immutable and without a name of its own: a changed value becomes another Secret under another
 * name, the pods that use it are rolled because their reference changes, and a pod of the old
 * version that restarts meanwhile still finds the old one.
 *
 * Source: Kubernetes docs, "Immutable Secrets".
 */
export function secretManifest(
  app: string,
  namespace: Input<string>,
  values: Readonly<Record<string, Input<string>>>,
): types.input.core.v1.Secret {
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    metadata: metadata({ namespace, labels: appLabels(app) }),
    immutable: true,
    stringData: Object.fromEntries(sorted),
  };
}
