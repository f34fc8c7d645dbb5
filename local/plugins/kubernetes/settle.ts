/** After a create or an update: wait until the object is ready, or fail with the reasons. */
import type { JsonObject } from "../shared/json.ts";
import { checkpoint, withoutManagedFields } from "./checkpoint.ts";
import { labelOf } from "./cluster/cluster.ts";
import { InitFailed } from "./init-failed.ts";
import { idOf } from "./naming.ts";
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
  const { urn, sent, manager } = written;
  const state = (live: JsonObject) => checkpoint(withoutManagedFields(live), sent, manager);
  if (skipsWaiting(sent)) return state(written.live);
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
  if (waited.reasons.length > 0) {
    const [first = ""] = waited.reasons;
    throw new InitFailed(`${labelOf(waited.live)}: ${first}`, {
      id: idOf(waited.live),
      properties: state(waited.live),
      reasons: waited.reasons,
    });
  }
  if (shown !== undefined) await session.engine.status(urn, "");
  return state(waited.live);
}
