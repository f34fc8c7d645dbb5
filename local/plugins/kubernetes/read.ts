/** Read: what is in the cluster now, for a refresh, an import or a `.get()`. */
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import type { ReadRequest, ReadResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { getPath, text, withoutNulls } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";
import { fromStruct, toStruct } from "../shared/struct.ts";
import {
  checkpoint,
  fieldManager,
  importedInputs,
  inputsOf,
  withoutManagedFields,
} from "./checkpoint.ts";
import type { Cluster, Reference } from "./cluster/cluster.ts";
import { UnknownKind } from "./cluster/kinds.ts";
import { drifted, isLive } from "./drift.ts";
import { InitFailed } from "./init-failed.ts";
import { parseId, typeOf } from "./naming.ts";
import { normalized } from "./normalized.ts";
import { annotate, reveal } from "./secrets.ts";
import { clusterOf } from "./session.ts";
import type { Session } from "./session.ts";
import { currentFailure, skipsWaiting } from "./wait/wait.ts";

export async function read(session: Session, request: ReadRequest): Promise<ReadResponse> {
  const cluster = clusterOf(session);
  const properties = fromStruct(request.getProperties());
  const state = reveal(properties);
  // What was applied last is in the state, even if it did not come up.
  const applied = inputsOf(properties);
  const given = Object.keys(applied).length > 0 ? applied : fromStruct(request.getInputs());
  const sent = withoutNulls(given);
  const reference = referenceOf(request, reveal(sent), state);
  const live = await find(cluster, reference);
  // An empty id tells the engine that the object is gone.
  if (live === undefined) return new provider.ReadResponse();
  const known = Object.keys(sent).length > 0;
  const manager = fieldManager(state, reveal(sent));
  const inputs = known
    ? await inputsNow(cluster, { inputs: normalized(reveal(sent)), live, manager })
    : importedInputs(live);
  const response = new provider.ReadResponse();
  const annotated = annotate(inputs, sent);
  const now = checkpoint(withoutManagedFields(live), annotated, manager);
  if (known && !skipsWaiting(inputs)) {
    await failIfNotReady(cluster, live, {
      id: request.getId(),
      properties: now,
      inputs: annotated,
    });
  }
  response.setId(request.getId());
  response.setProperties(toStruct(now));
  response.setInputs(toStruct(annotated));
  return response;
}

function referenceOf(request: ReadRequest, inputs: JsonObject, state: JsonObject): Reference {
  const { namespace, name } = parseId(request.getId());
  const type = typeOf(request.getUrn());
  return {
    apiVersion: text(inputs["apiVersion"]) ?? text(state["apiVersion"]) ?? type.apiVersion,
    kind: text(inputs["kind"]) ?? text(state["kind"]) ?? type.kind,
    namespace: namespace ?? text(getPath(inputs, "metadata", "namespace")),
    name,
  };
}

async function find(cluster: Cluster, reference: Reference): Promise<JsonObject | undefined> {
  try {
    return await cluster.find(reference);
  } catch (error) {
    // With its definition an object of a custom kind is gone, too.
    if (error instanceof UnknownKind) return undefined;
    throw error;
  }
}

/** The inputs as they would have to be to describe the object as it is now. */
async function inputsNow(
  cluster: Cluster,
  { inputs, live, manager }: { inputs: JsonObject; live: JsonObject; manager: string },
): Promise<JsonObject> {
  if (isLive(inputs, live)) return inputs;
  // Written differently or changed? The cluster can tell, by what applying again would change.
  const applied = await cluster.apply(inputs, { manager, force: true, dryRun: true }).catch(() => {
    return undefined;
  });
  return drifted(inputs, applied ?? inputs, live);
}

async function failIfNotReady(
  cluster: Cluster,
  live: JsonObject,
  found: { id: string; properties: JsonObject; inputs: JsonObject },
): Promise<void> {
  const failure = await currentFailure(live, cluster);
  if (failure === undefined) return;
  const { why, details } = failure;
  throw new InitFailed(why, { ...found, reasons: [why, ...details] });
}
