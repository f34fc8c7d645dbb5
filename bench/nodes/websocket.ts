import type { Target } from "./requests.ts";

/**
 * A WebSocket as Dash's own page opens one: Dash lets in no other origin than the host that is
 * asked. Node.js sends the address as the host, whatever the headers say.
 */
export function webSocketTo({ address, port }: Target, path: string): WebSocket {
  // Neither names a port that is the scheme's own.
  const { origin } = new URL(`http://${address}:${port}`);
  return new WebSocket(`ws://${address}:${port}${path}`, { headers: { origin } });
}
