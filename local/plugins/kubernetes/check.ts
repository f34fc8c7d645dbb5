/** Check: the inputs completed (name, namespace), or what is wrong with them. */
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckRequest, CheckResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { at, isObject, withoutNulls, withValue, words } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";
import { fromStruct, toStruct } from "../shared/struct.ts";
import { UnknownKind } from "./cluster/kinds.ts";
import { typeOf, withName } from "./naming.ts";
import type { ObjectType } from "./naming.ts";
import { annotate, reveal } from "./secrets.ts";
import type { Session } from "./session.ts";
import { isUnknown } from "./unknowns.ts";

export async function check(session: Session, request: CheckRequest): Promise<CheckResponse> {
  const sent = withoutNulls(fromStruct(request.getNews()));
  const type = typeOf(request.getUrn());
  refuseUnsupported(type, sent);
  const inputs: JsonObject = { apiVersion: type.apiVersion, kind: type.kind, ...reveal(sent) };
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
  const annotations = at(inputs, "metadata", "annotations");
  for (const name of ["pulumi.com/waitFor", "pulumi.com/replaceUnready"]) {
    if (isObject(annotations) && annotations[name] !== undefined) {
      throw new Error(`the annotation ${name} is not supported by the stand-in`);
    }
  }
}

/** Namespaced objects that name no namespace go to the provider's. */
async function withNamespace({ cluster }: Session, inputs: JsonObject): Promise<JsonObject> {
  const metadata = inputs["metadata"] ?? {};
  const { apiVersion, kind } = inputs;
  const isKnown = isObject(metadata) && metadata["namespace"] === undefined;
  if (cluster === undefined || !isKnown || isUnknown(apiVersion) || isUnknown(kind)) return inputs;
  try {
    const found = await cluster.kinds.find(words(apiVersion), words(kind));
    if (!found.namespaced) return inputs;
  } catch (error) {
    // Its definition may be created by the same update; such objects are mostly namespaced.
    if (!(error instanceof UnknownKind)) throw error;
  }
  return withValue(inputs, ["metadata", "namespace"], cluster.namespace);
}
