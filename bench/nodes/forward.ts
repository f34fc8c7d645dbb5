import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { API_PORT, HOST } from "./layout.ts";

/** Lets connections from the nodes through to the API server, which listens on loopback only. */
export interface Forwarder {
  readonly stop: () => void;
}

/** @param server - where the API server is: `https://127.0.0.1:PORT` */
export async function forwardToApiServer(server: string): Promise<Forwarder> {
  const port = Number(new URL(server).port);
  const open = new Set<Socket>();
  const listener = createServer((from) => {
    const to = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      open.add(one);
      // The other end hears of it; there is nothing to be done here.
      one.on("error", () => undefined);
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
    from.pipe(to).pipe(from);
  });
  listener.listen(API_PORT, HOST.address);
  await once(listener, "listening");
  return {
    stop: () => {
      listener.close();
      for (const socket of open) socket.destroy();
    },
  };
}
