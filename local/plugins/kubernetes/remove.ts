/** Delete: the object and, before it, what it owns; done when it is gone. */
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { DeleteRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import { getPath, object, text } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";
import { fromStruct } from "../shared/struct.ts";
import { inputsOf, liveOf } from "./checkpoint.ts";
import { referenceTo } from "./cluster/cluster.ts";
import { UnknownKind } from "./cluster/kinds.ts";
import { reveal } from "./secrets.ts";
import { clusterOf } from "./session.ts";
import type { Session } from "./session.ts";
import { skipsWaiting, timeoutOf, untilGone } from "./wait/wait.ts";

/** The kinds whose deletion is not waited for where their readiness is not, as officially. */
const SKIP_WAITS_TOO = new Set(["Namespace", "Pod", "ReplicationController", "DaemonSet"])
  .add("Deployment")
  .add("StatefulSet")
  .add("Job");

export async function remove(session: Session, request: DeleteRequest): Promise<Empty> {
  const state = reveal(fromStruct(request.getProperties()));
  const live = liveOf(state);
  const sent = fromStruct(request.getOldInputs());
  const inputs = reveal(Object.keys(sent).length > 0 ? sent : object(inputsOf(state)));
  const cluster = clusterOf(session);
  try {
    const wasThere = await cluster.delete(referenceTo(live), propagation(inputs));
    if (!wasThere) return new empty.Empty();
  } catch (error) {
    // With its definition an object of a custom kind is gone, too.
    if (error instanceof UnknownKind) return new empty.Empty();
    throw error;
  }
  if (skipsWaiting(inputs) && SKIP_WAITS_TOO.has(text(live["kind"]) ?? "")) {
    return new empty.Empty();
  }
  const { engine } = session;
  await untilGone(live, {
    cluster,
    before: undefined,
    timeoutSeconds: timeoutOf(request.getTimeout(), inputs),
    cancelled: session.cancelled,
    onProgress: (why) => void engine.status(request.getUrn(), why),
  });
  await engine.status(request.getUrn(), "");
  return new empty.Empty();
}

function propagation(inputs: JsonObject): string {
  const policy = getPath(inputs, "metadata", "annotations", "pulumi.com/deletionPropagationPolicy");
  const wanted = (text(policy) ?? "").toLowerCase();
  if (wanted === "orphan") return "Orphan";
  return wanted === "background" ? "Background" : "Foreground";
}
