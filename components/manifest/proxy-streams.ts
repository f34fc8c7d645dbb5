/** Name of the script that ends open streams with the proxy; it lies beside the configuration. */
export const STREAMS_FILE = "streams.lua";

/**
 * WebSockets and streams that one replica of the proxy holds open: half of the connections that the
 * replica accepts, so that requests always have the other half.
 */
export const MAX_STREAMS = 500;

/**
 * Seconds for which a WebSocket may be silent. Nothing needs fewer: clients and pods that are gone
 * are found out by TCP keepalive within a minute. An hour is what HAProxy's two ingress controllers
 * give, and what a request has where the server sets no limit.
 */
export const MAX_SILENT_SECONDS = 3600;

/**
 * Chooses what goes to the backend `streams`: WebSockets and streams are open for hours and mostly
 * idle, and there they do not take the place of a request.
 *
 * A WebSocket begins with a request for an upgrade, and `Upgrade` without `Connection: upgrade` is
 * an ordinary request. HAProxy makes the same of an extended CONNECT in HTTP/2 (RFC 8441).
 *
 * A stream goes there only where the server is asynchronous. A sync or gthread worker of gunicorn
 * serves nothing else in its place for as long as the stream is open: another request would wait in
 * the pod, while other pods are idle. Two kinds of stream can be known by their request:
 *
 * - a GET that accepts `text/event-stream`, as browsers make it. MCP's clients accept the same type
 *   by POST: such a request runs a callback, and takes a place;
 * - Dash 4.5's streamed callbacks. The callback itself is answered at once, and all that it yields
 *   comes over one more response for each browser, whose request begins with `streamDownlink`. With
 *   threads, Dash asks for the same by short requests instead.
 *
 * Sources: HAProxy Configuration Manual 3.2, "use_backend" and "wait-for-body"; RFC 6455, 4.1; HTML
 * Standard, "Server-sent events"; Dash 4.5.0rc2, `dash/_stream_hub.py`.
 */
export function streamRules(asynchronous: boolean): string {
  const websockets =
    "use_backend streams if { req.hdr(connection) -i upgrade } { req.hdr(upgrade) -i websocket }";
  if (!asynchronous) return `    ${websockets}`;
  const isDownlink = "METH_POST { url_param(downlinkId) -m found }";
  return `    http-request wait-for-body time 2s at-least 17 if ${isDownlink}
    ${websockets}
    use_backend streams if METH_GET { req.hdr(accept) -m sub text/event-stream }
    use_backend streams if ${isDownlink} { req.body -m beg '{"streamDownlink"' }`;
}

/**
 * Where WebSockets and streams go: to the pod with the fewest of them, without `maxconn`, straight
 * from the replica that they arrive at. They need no exact order, and so the end of the other
 * replica does not cut them.
 *
 * Pods are checked a second time, though seldom: `track` names one server, and which pod a server
 * of a template stands for is up to the order of DNS answers. A pod that was just lost costs a new
 * WebSocket one more try.
 *
 * Sources: HAProxy Configuration Manual 3.2, "timeout tunnel", "be_conn", "track".
 */
export function streamsBackend(template: string): string {
  return `backend streams
    balance leastconn
    timeout tunnel ${MAX_SILENT_SECONDS}s
    http-request deny deny_status 503 if { be_conn gt ${MAX_STREAMS} }
    server-template stream ${template} check inter 5s fastinter 1s fall 2 rise 1
`;
}

/**
 * Ends what is open in the backend `streams` within a second of SIGUSR1. Requests are left to
 * finish, but a WebSocket never does: a replica would run until `hard-stop-after`, an hour and more
 * with an asynchronous server, and a rollout of the proxy would wait for it. Clients connect again,
 * to the other replica.
 *
 * Sources: HAProxy Lua API, `core.get_info`, `Server.shut_sess`; HAProxy Management Guide, "Stopping
 * and restarting HAProxy".
 */
export const STREAMS_SCRIPT = `core.register_task(function()
  while true do
    core.sleep(1)
    if tonumber(core.get_info()["Stopping"]) == 1 then
      for _, server in pairs(core.backends["streams"].servers) do
        server:shut_sess()
      end
    end
  end
end)
`;
