/** Update: the inputs applied to the living object. */
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import type { UpdateRequest, UpdateResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { getPath, withoutNulls, withValue } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";
import { fromStruct, toStruct } from "../shared/struct.ts";
import { checkpoint, fieldManager, liveOf } from "./checkpoint.ts";
import { referenceTo } from "./cluster/cluster.ts";
import { conflictOf } from "./messages.ts";
import { forces, takeover, withoutIgnored } from "./ownership.ts";
import { parsePath } from "../../../infra/cluster/property-path.ts";
import { promised } from "./preview.ts";
import { reveal } from "./secrets.ts";
import { clusterOf } from "./session.ts";
import type { Session } from "./session.ts";
import { settle, updateFailed } from "./settle.ts";
import { hasUnknown } from "./unknowns.ts";

export async function update(session: Session, request: UpdateRequest): Promise<UpdateResponse> {
  const sent = withoutNulls(fromStruct(request.getNews()));
  const inputs = reveal(sent);
  const old = reveal(fromStruct(request.getOlds()));
  const response = new provider.UpdateResponse();
  const manager = fieldManager(old, inputs);
  if (request.getPreview() && (session.cluster === undefined || hasUnknown(inputs))) {
    const planned = promised(inputs, liveOf(old));
    response.setProperties(toStruct(checkpoint(planned, sent, manager)));
    return response;
  }
  const ours = { urn: request.getUrn(), sent, manager };
  const { before, after } = await apply(session, { inputs, manager, request }).catch(
    async (error: unknown) => {
      throw await updateFailed(session, ours, conflictOf(manager, error));
    },
  );
  if (request.getPreview()) {
    const planned = promised(after, before);
    response.setProperties(toStruct(checkpoint(planned, sent, manager)));
    return response;
  }
  const written = { ...ours, live: after, before, timeout: request.getTimeout() };
  response.setProperties(toStruct(await settle(session, written)));
  return response;
}

interface Application {
  inputs: JsonObject;
  manager: string;
  request: UpdateRequest;
}

async function apply(
  session: Session,
  { inputs, manager, request }: Application,
): Promise<{ before: JsonObject; after: JsonObject }> {
  const cluster = clusterOf(session);
  const preview = request.getPreview();
  const before = await cluster.get(referenceTo(inputs));
  if (inputs["kind"] === "CustomResourceDefinition") {
    const version = getPath(before, "metadata", "resourceVersion") ?? "";
    const whole = withValue(inputs, ["metadata", "resourceVersion"], version);
    return { before, after: await cluster.replace(whole, { manager, dryRun: preview }) };
  }
  const operations = preview ? [] : takeover(before, manager);
  const owned = operations.length > 0 ? await cluster.patch(before, operations) : before;
  const ignored = request.getIgnorechangesList().map(parsePath);
  const fields = withoutIgnored(inputs, owned, ignored, manager);
  const force = forces(inputs, before, { force: session.force, preview });
  return { before, after: await cluster.apply(fields, { manager, force, dryRun: preview }) };
}
