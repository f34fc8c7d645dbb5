/** Create: a new object, never one that is there. */
import { setTimeout as sleep } from "node:timers/promises";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import type { CreateRequest, CreateResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { getPath, text, withoutNulls, withValue } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";
import { fromStruct, toStruct } from "../shared/struct.ts";
import { checkpoint, fieldManager, renamed } from "./checkpoint.ts";
import { ApiError, isStatus } from "../../../infra/cluster/api-error.ts";
import { labelOf } from "./cluster/cluster.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { UnknownKind } from "./cluster/kinds.ts";
import { notCreated } from "./messages.ts";
import { idOf } from "./naming.ts";
import { forces } from "./ownership.ts";
import { promised } from "./preview.ts";
import { reveal } from "./secrets.ts";
import { clusterOf } from "./session.ts";
import type { Session } from "./session.ts";
import { settle } from "./settle.ts";
import { hasUnknown } from "./unknowns.ts";

const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 250;

export async function create(session: Session, request: CreateRequest): Promise<CreateResponse> {
  const sent = withoutNulls(fromStruct(request.getProperties()));
  const inputs = reveal(sent);
  const manager = fieldManager({}, inputs);
  const response = new provider.CreateResponse();
  if (request.getPreview()) {
    const planned = promised(await plan(session, inputs, request.getUrn()), undefined);
    response.setProperties(toStruct(checkpoint(planned, sent, manager)));
    return response;
  }
  const live = await createNow(session, inputs, manager).catch((error: unknown) => {
    throw notCreated(request.getUrn(), error);
  });
  const written = { urn: request.getUrn(), sent, live, before: undefined, manager };
  const state = await settle(session, { ...written, timeout: request.getTimeout() });
  response.setId(idOf(live));
  response.setProperties(toStruct(state));
  return response;
}

/** What it needs (its namespace, its definition) may be only just coming into being. */
async function createNow(
  session: Session,
  inputs: JsonObject,
  manager: string,
): Promise<JsonObject> {
  const cluster = clusterOf(session);
  const force = forces(inputs, undefined, { force: session.force, preview: false });
  for (let attempt = 1; ; attempt++) {
    try {
      return session.upsert
        ? await cluster.apply(inputs, { manager, force, dryRun: false })
        : await cluster.create(inputs, false);
    } catch (error) {
      const isEarly = isStatus(error, 404) || error instanceof UnknownKind;
      if (!isEarly || attempt === ATTEMPTS || session.cancelled.aborted) throw error;
      await sleep(FIRST_PAUSE_MS * 2 ** attempt);
    }
  }
}

/** The object as the cluster would create it; its inputs where the cluster cannot say. */
async function plan(session: Session, inputs: JsonObject, urn: string): Promise<JsonObject> {
  const { cluster } = session;
  if (cluster === undefined || hasUnknown(inputs)) return inputs;
  try {
    return await cluster.create(inputs, true);
  } catch (error) {
    if (isThere(error) && !session.replaced.has(urn) && !session.upsert) {
      const warning = `${labelOf(inputs)} exists already: an update would not create it`;
      await session.engine.log("warning", warning, urn);
    }
    return planElsewhere(cluster, inputs, urn, error);
  }
}

/**
 * Where the object cannot be tried in its place, it is tried beside it, so that a mistake in it
 * shows in the preview all the same: under another name while the one that it replaces is still
 * there, in a namespace that exists while its own is only to be created.
 */
async function planElsewhere(
  cluster: Cluster,
  inputs: JsonObject,
  urn: string,
  error: unknown,
): Promise<JsonObject> {
  if (error instanceof UnknownKind || isStatus(error, 403)) return inputs;
  const isHomeless = error instanceof ApiError && error.isMissingNamespace;
  if (!isThere(error) && !isHomeless) throw notCreated(urn, error);
  const elsewhere = isThere(error)
    ? renamed(inputs, scratchName(inputs))
    : withValue(inputs, ["metadata", "namespace"], "default");
  try {
    await cluster.create(elsewhere, true);
  } catch (refusal) {
    if (refusal instanceof ApiError && refusal.isInvalid) {
      throw notCreated(urn, refusal);
    }
  }
  return inputs;
}

function isThere(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "AlreadyExists";
}

/** Short enough for every kind of object. */
function scratchName(inputs: JsonObject): string {
  const name = text(getPath(inputs, "metadata", "name")) ?? "";
  return `${name.slice(0, 50).replace(/[^a-z0-9]+$/, "")}-preview`;
}
