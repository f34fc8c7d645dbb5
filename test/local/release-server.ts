import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "../../commands/system/children.ts";
import type { DownloadHosts } from "../../local/versions.ts";

/** Stands in for the official hosts, on loopback. */
export class ReleaseServer {
  readonly #files = new Map<string, RequestListener>();
  readonly #server: Server;
  /** The paths that were asked for, in order. */
  readonly asked: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? "";
      this.asked.push(path);
      const answer = this.#files.get(path);
      if (answer) answer(request, response);
      else response.writeHead(404).end();
    });
  }

  static async start(): Promise<ReleaseServer> {
    const started = new ReleaseServer();
    const { promise, resolve } = Promise.withResolvers<void>();
    started.#server.listen(0, "127.0.0.1", resolve);
    await promise;
    return started;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the server has ended");
    return `http://127.0.0.1:${address.port}`;
  }

  get hosts(): DownloadHosts {
    return { pulumi: this.url, kubernetes: this.url, github: this.url, helm: this.url };
  }

  answer(path: string, listener: RequestListener): void {
    this.#files.set(path, listener);
  }

  serve(path: string, content: Buffer | string): void {
    this.answer(path, (_, response) => void response.end(content));
  }

  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }
}

/** A program that prints its version, whatever it is asked. */
export function program(version: string): string {
  return `#!/bin/sh\necho "v${version}"\n`;
}

/** A `.tar.gz` of these files. */
export async function archive(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "archive-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, "files", path)), { recursive: true });
      await writeFile(join(folder, "files", path), content, { mode: 0o755 });
    }
    const packed = join(folder, "packed.tar.gz");
    await run("tar", ["-czf", packed, "-C", join(folder, "files"), "."]);
    return await readFile(packed);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}
