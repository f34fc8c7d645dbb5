import { createServer, type Server } from "node:net";

/** That many different ports of the loopback interface that nothing listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  return ports;
}

/** Whether nothing listens on these ports of the loopback interface. */
export async function areFree(ports: readonly number[]): Promise<boolean> {
  const tries = await Promise.allSettled(ports.map((port) => listen(port)));
  await Promise.all(
    tries.flatMap((tried) => (tried.status === "fulfilled" ? [tried.value] : [])).map(close),
  );
  return tries.every(({ status }) => status === "fulfilled");
}

async function listen(port: unknown): Promise<Server> {
  const { promise, resolve, reject } = Promise.withResolvers<Server>();
  const server = createServer();
  server.once("error", reject);
  server.listen(typeof port === "number" ? port : 0, "127.0.0.1", () => resolve(server));
  return promise;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return address.port;
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  return promise;
}
