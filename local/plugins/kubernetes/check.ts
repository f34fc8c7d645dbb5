/** Check: the inputs completed (name, namespace), or what is wrong with them. */
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckRequest, CheckResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { getPath, isObject, withoutNulls, withValue, words } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";
import { fromStruct, toStruct } from "../shared/struct.ts";
import { UnknownKind, wellKnown } from "./cluster/kinds.ts";
import { typeOf, withName } from "./naming.ts";
import type { ObjectType } from "./naming.ts";
import { normalized } from "./normalized.ts";
import { annotate, reveal } from "./secrets.ts";
import type { Session } from "./session.ts";
import { isUnknown } from "./unknowns.ts";
import { refuseUnsupportedWait } from "./wait/wait-for.ts";

export async function check(session: Session, request: CheckRequest): Promise<CheckResponse> {
  const sent = withoutNulls(fromStruct(request.getNews()));
  const type = typeOf(request.getUrn());
  refuseUnsupported(type, sent);
  const given: JsonObject = { apiVersion: type.apiVersion, kind: type.kind, ...reveal(sent) };
  const inputs = normalized(given);
  const { AutonamingOptions } = provider.CheckRequest;
  const autonaming = request.getAutonaming();
  const named = withName(inputs, reveal(fromStruct(request.getOlds())), {
    urn: request.getUrn(),
    seed: request.getRandomseed_asU8(),
    proposed: autonaming?.getProposedName() ?? "",
    disabled: autonaming?.getMode() === AutonamingOptions.Mode.DISABLE,
  });
  const checked = await withNamespace(session, named);
  const response = new provider.CheckResponse();
  response.setInputs(toStruct(annotate(checked, sent)));
  return response;
}

/** Refused rather than half done: nothing may look as if the official provider would do it too. */
function refuseUnsupported({ apiVersion, kind }: ObjectType, inputs: JsonObject): void {
  const what = `${apiVersion}:${kind}`;
  if (/^(helm\.sh|yaml|kustomize)\b/.test(apiVersion)) {
    throw new Error(`${what} is not supported by the stand-in for the Kubernetes provider`);
  }
  if (kind.endsWith("Patch") || kind.endsWith("List")) {
    throw new Error(`${what}: patches and lists are not supported by the stand-in`);
  }
  refuseUnsupportedWait(inputs);
  if (getPath(inputs, "metadata", "annotations", "pulumi.com/replaceUnready") !== undefined) {
    throw new Error("the annotation pulumi.com/replaceUnready is not supported by the stand-in");
  }
}

/** Namespaced objects that name no namespace go to the provider's. */
async function withNamespace(session: Session, inputs: JsonObject): Promise<JsonObject> {
  const { namespace } = session;
  const metadata = inputs["metadata"] ?? {};
  const { apiVersion, kind } = inputs;
  const isKnown = isObject(metadata) && metadata["namespace"] === undefined;
  if (namespace === undefined || !isKnown || isUnknown(apiVersion) || isUnknown(kind))
    return inputs;
  const isNamespaced = await namespacedIn(session, words(apiVersion), words(kind));
  return isNamespaced ? withValue(inputs, ["metadata", "namespace"], namespace) : inputs;
}

/**
 * A kind that the cluster does not know, or cannot be asked for, is taken for a namespaced one:
 * most are.
 */
async function namespacedIn(
  { cluster }: Session,
  apiVersion: string,
  kind: string,
): Promise<boolean> {
  if (cluster === undefined) return wellKnown(apiVersion, kind)?.namespaced ?? true;
  try {
    return (await cluster.kinds.find(apiVersion, kind)).namespaced;
  } catch (error) {
    // Its definition may be created by the same update.
    if (error instanceof UnknownKind) return true;
    throw error;
  }
}
