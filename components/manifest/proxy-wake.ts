/** Name of the script that has requests wait for the first pod; it lies beside the configuration. */
export const WAKE_FILE = "wake.lua";

/**
 * Has requests wait while there is no pod at all. HAProxy itself refuses them then: only for a pod
 * that is busy does a request wait in the queue of a backend. While it waits here, a request counts
 * as one of the backend's, and so KEDA starts a pod for it.
 *
 * Sources: HAProxy Configuration Manual 3.2, "nbsrv", "timeout queue"; HAProxy Lua API,
 * `core.register_action`.
 */
export const WAKE_RULE = "http-request lua.wait_for_pod if { nbsrv eq 0 }";

const POLL_MS = 100;

/** @param waitSeconds for which a request waits at most; after that, HAProxy answers with 503 */
export function wakeScript(waitSeconds: number): string {
  return `core.register_action("wait_for_pod", { "http-req" }, function(txn)
  for _ = 1, ${(waitSeconds * 1000) / POLL_MS} do
    if txn.f:nbsrv("pods") > 0 then
      return
    end
    core.msleep(${POLL_MS})
  end
end)
`;
}
