import type { Target } from "./requests.ts";

/**
 * A WebSocket as Dash's own page opens one: Dash lets in no other origin than the host that is
 * asked. Node.js sends the address as the host, whatever the headers say.
 */
export function webSocketTo({ address, port }: Target, path: string): WebSocket {
  const host = `${address}:${port}`;
  return new WebSocket(`ws://${host}${path}`, { headers: { origin: `http://${host}` } });
}
