import type { Findings } from "../fit/findings.ts";
import { NO_FINDINGS } from "../fit/findings.ts";
import type { AppPlan } from "./app-plan.ts";

/** What is known of a ServiceAccount that an app names. */
export interface SeenServiceAccount {
  readonly name: string;
  readonly reading: "read" | "missing" | "forbidden";
  /** Whether the namespace exists. */
  readonly hasNamespace: boolean;
}

const LOCATION = "dash-scale:app.serviceAccount.name";
/**
 * Each namespace gets this one as soon as there is the namespace.
 *
 * @see https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
 */
const OF_EVERY_NAMESPACE = "default";

/**
 * Whether the ServiceAccount that an app names is there: without one of that name, the API server
 * refuses each of the app's pods, and no Deployment says so.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#serviceaccount
 */
export function serviceAccountFindings(
  { settings }: Pick<AppPlan, "settings">,
  { name, reading, hasNamespace }: SeenServiceAccount,
): Findings {
  const { namespace, createNamespace } = settings;
  if (reading === "read") return NO_FINDINGS;
  if (reading === "forbidden")
    return warned(
      `the account may not read ServiceAccount ${name} in namespace ${namespace}, so whether there is one was not checked; without one, the API server refuses every pod. Grant get on it, as examples/pipeline/rbac.yaml does`,
    );
  const create = `kubectl create serviceaccount ${name} --namespace ${namespace}`;
  if (hasNamespace || !createNamespace) {
    const message = `namespace ${namespace} has no ServiceAccount ${name}, so the API server would refuse every pod. Create it: ${create}; or leave name out, and the app gets one of its own`;
    return { problems: [{ location: LOCATION, message }], warnings: [], notes: [] };
  }
  if (name === OF_EVERY_NAMESPACE) return NO_FINDINGS;
  return warned(
    `namespace ${namespace} does not exist yet, so ServiceAccount ${name} was not checked. pulumi up creates the namespace, and no pod is created before the ServiceAccount. As soon as the namespace is there: ${create}`,
  );
}

/** That nothing is known of it, and why. */
export function unknownServiceAccount(reason: string): Findings {
  return warned(`${reason}, so whether there is such a ServiceAccount was not checked`);
}

function warned(message: string): Findings {
  return { problems: [], warnings: [{ location: LOCATION, message }], notes: [] };
}
