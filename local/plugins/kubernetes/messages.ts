/**
 * Errors in the official provider's words. The official provider hands on what the cluster says,
 * secrets included: only the engine hides the values that it knows, plain and as JSON.
 *
 * Sources: pulumi/pulumi-kubernetes, provider/pkg/provider/provider.go (`Create`, `Update`),
 * provider/pkg/await/await.go (`Creation`, `handleSSAErr`).
 */
import { ApiError } from "../../../infra/cluster/api-error.ts";
import { UnknownKind } from "./cluster/kinds.ts";

const EXISTS = `The resource already exists in the cluster. This can happen when:

  - Renaming a Pulumi resource: use an alias to preserve the identity,
    or use deleteBeforeReplace if the resource needs replacement.
  - Managing an existing resource: use a Patch resource (e.g. NamespacePatch)
    to manage specific fields without owning the resource lifecycle.
  - Adopting a resource into Pulumi: use \`pulumi import\`. Note that
    protected resources (e.g. kube-system) cannot be deleted on destroy.
  - Intentional upsert: set upsertExistingObjects on the provider to allow
    server-side apply to update existing objects on create.`;

const CONFLICTS =
  "server-side apply field conflict detected, see " +
  "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
  "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources " +
  "for troubleshooting help";

export function notCreated(urn: string, error: unknown): Error {
  if (error instanceof UnknownKind) {
    return new Error(
      `creation of resource "${urn}" with kind ${error.apiVersion}/${error.kind} failed because ` +
        "the Kubernetes API server reported that the apiVersion for this resource does not exist. " +
        `Verify that any required CRDs have been created: ${error.message}`,
      { cause: error },
    );
  }
  const exists = error instanceof ApiError && error.reason === "AlreadyExists";
  const said = exists ? `${messageOf(error)}\n\n${EXISTS}` : messageOf(error);
  const head = `resource "${urn}" was not successfully created by the Kubernetes API server`;
  return new Error(`${head}: ${said}`, { cause: error });
}

export function notReady(urn: string, why: string): string {
  return (
    `resource "${urn}" was successfully created, but the Kubernetes API server reported that it ` +
    `failed to fully initialize or become live: ${why}`
  );
}

/** An update of an object of which the cluster still gives the state. */
export function notUpdated(id: string, why: string): string {
  const reported = `the Kubernetes API server reported that "${id}" failed to fully initialize`;
  return `${reported} or become live: ${why}`;
}

/** An update after which the cluster does not even give the state. */
export function notReached(urn: string, why: string, error: unknown): Error {
  const unread = `unable to get cluster state: ${messageOf(error)}`;
  return new Error(`update of resource "${urn}" failed: ${why}\n${unread}`, { cause: error });
}

/** What went wrong with an apply, which may be a conflict about fields. */
export function conflictOf(manager: string, error: unknown): string {
  if (!(error instanceof ApiError) || error.reason !== "Conflict") return messageOf(error);
  const head = `The resource managed by field manager "${manager}" had an apply conflict`;
  return `${CONFLICTS}\n${head}: ${messageOf(error)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
