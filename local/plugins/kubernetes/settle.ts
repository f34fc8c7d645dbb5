/** After a create or an update: wait until the object is ready, or fail with the reasons. */
import type { JsonObject } from "../shared/json.ts";
import { checkpoint, withoutManagedFields } from "./checkpoint.ts";
import { referenceTo } from "./cluster/cluster.ts";
import { InitFailed } from "./init-failed.ts";
import { notReached, notReady, notUpdated } from "./messages.ts";
import { idOf } from "./naming.ts";
import { reveal } from "./secrets.ts";
import { clusterOf } from "./session.ts";
import type { Session } from "./session.ts";
import { skipsWaiting, timeoutOf, untilReady } from "./wait/wait.ts";

export interface Written {
  urn: string;
  /** The inputs as the engine sent them, secrets and all. */
  sent: JsonObject;
  /** The object as the cluster answered the write. */
  live: JsonObject;
  before: JsonObject | undefined;
  manager: string;
  /** The resource's own timeout in seconds; 0: none. */
  timeout: number;
}

/**
 * What the state is to hold of the object.
 *
 * @throws InitFailed with the cluster's reasons when the object does not become ready
 */
export async function settle(session: Session, written: Written): Promise<JsonObject> {
  const { urn, sent } = written;
  if (skipsWaiting(sent)) return stateOf(written.live, written);
  let shown: string | undefined;
  const waited = await untilReady(written.live, {
    cluster: clusterOf(session),
    before: written.before,
    timeoutSeconds: timeoutOf(written.timeout, sent),
    cancelled: session.cancelled,
    onProgress: (why) => {
      if (why !== shown) void session.engine.status(urn, why);
      shown = why;
    },
  });
  if (waited.failure !== undefined) {
    const { why, details } = waited.failure;
    if (written.before !== undefined) throw await updateFailed(session, written, why, details);
    const message = notReady(urn, why);
    throw new InitFailed(message, {
      id: idOf(waited.live),
      properties: stateOf(waited.live, written),
      reasons: [message, ...details],
    });
  }
  if (shown !== undefined) await session.engine.status(urn, "");
  return stateOf(waited.live, written);
}

/**
 * An update that did not succeed: refused by the cluster, or not ready in time. In both cases the
 * state takes over the new inputs, as with the official provider. It does not where the object
 * cannot be read any more, because it is gone or the run was cancelled.
 */
export async function updateFailed(
  session: Session,
  written: Omit<Written, "live" | "before" | "timeout">,
  why: string,
  details: readonly string[] = [],
): Promise<Error> {
  try {
    const live = await clusterOf(session).get(referenceTo(reveal(written.sent)));
    const message = notUpdated(idOf(live), why);
    const properties = stateOf(live, written);
    return new InitFailed(message, { id: idOf(live), properties, reasons: [message, ...details] });
  } catch (error) {
    return notReached(written.urn, why, error);
  }
}

function stateOf(
  live: JsonObject,
  { sent, manager }: Pick<Written, "sent" | "manager">,
): JsonObject {
  return checkpoint(withoutManagedFields(live), sent, manager);
}
