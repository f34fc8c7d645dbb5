import { once } from "node:events";
import type { Server } from "node:http";
import { createServer, request } from "node:http";

/**
 * Stands for the cluster's DNS: a proxy for HTTP that knows where servers are by their names in the
 * cluster.
 */
export class NamedServers {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** @param ports of this machine, by `host:port` in the cluster */
  static async start(ports: ReadonlyMap<string, () => number>): Promise<NamedServers> {
    const server = createServer((asked, answer) => {
      const { host, pathname, search } = new URL(asked.url ?? "", "http://nowhere");
      const port = ports.get(host)?.();
      if (port === undefined) {
        answer.writeHead(502).end(`nobody is ${host}`);
        return;
      }
      const options = { host: "127.0.0.1", port, path: `${pathname}${search}` };
      request(options, (response) => {
        answer.writeHead(response.statusCode ?? 502);
        response.pipe(answer);
      })
        .on("error", () => answer.destroy())
        .end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("not listening on a port");
    return new NamedServers(server, `http://127.0.0.1:${address.port}`);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
