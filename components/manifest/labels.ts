/** Which object of an app something is about. */
export interface Identity {
  /** Name of the app. */
  readonly app: string;
  /** Process type. */
  readonly type: string;
  /** Name of the process type's objects: `<app>-<type>`. */
  readonly name: string;
}

/**
 * The labels that a Deployment selects its pods by. A selector cannot be changed once it is there,
 * so these depend on names alone: no version, nothing of the user's.
 *
 * Source: Kubernetes docs, "Recommended Labels".
 */
export function selectorLabels({ app, type, name }: Identity): Record<string, string> {
  return {
    "app.kubernetes.io/name": app,
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/component": type,
  };
}

/** The labels of what a whole app has in common. */
export function appLabels(app: string): Record<string, string> {
  return { "app.kubernetes.io/name": app, ...managedBy };
}

/** The labels of the objects of one process type. */
export function processLabels(identity: Identity): Record<string, string> {
  return { ...selectorLabels(identity), ...managedBy };
}

const managedBy = { "app.kubernetes.io/managed-by": "pulumi" };

/**
 * The labels of the namespace: Pod Security "restricted" is enforced.
 *
 * Source: Kubernetes docs, "Enforce Pod Security Standards with Namespace Labels".
 */
export function namespaceLabels(app: string): Record<string, string> {
  const level = "restricted";
  return {
    ...appLabels(app),
    "pod-security.kubernetes.io/enforce": level,
    "pod-security.kubernetes.io/warn": level,
    "pod-security.kubernetes.io/audit": level,
  };
}
