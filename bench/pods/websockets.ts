import type { Target } from "../nodes/requests.ts";
import { webSocketTo } from "../nodes/websocket.ts";

/** WebSockets of Dash that a client holds open, as so many pages would. */
export interface OpenWebSockets {
  /** Those that nobody has closed. */
  readonly open: () => number;
  readonly close: () => void;
}

const PATH = "/_dash-ws-callback";
/** Dash's own page asks every 30 s. */
const HEARTBEAT_MS = 1000;

const isOpen = (socket: WebSocket) => socket.readyState === WebSocket.OPEN;

export async function openWebSockets(target: Target, count: number): Promise<OpenWebSockets> {
  const sockets = await Promise.all(Array.from({ length: count }, async () => opened(target)));
  const heartbeat = JSON.stringify({ type: "heartbeat" });
  const timer = setInterval(() => {
    for (const socket of sockets.filter(isOpen)) socket.send(heartbeat);
  }, HEARTBEAT_MS);
  return {
    open: () => sockets.filter(isOpen).length,
    close: () => {
      clearInterval(timer);
      for (const socket of sockets) socket.close();
    },
  };
}

async function opened(target: Target): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const socket = webSocketTo(target, PATH);
  socket.addEventListener("open", () => resolve(undefined));
  socket.addEventListener("error", () => reject(new Error("a WebSocket could not be opened")));
  await promise;
  return socket;
}
