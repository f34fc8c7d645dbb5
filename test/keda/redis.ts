import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { mustRun } from "../../commands/system/children.ts";
import { freePorts } from "../../local/system/ports.ts";
import { Daemon } from "./daemon.ts";

/** Tests are left out where there is no Redis, but never in a pipeline: `.ci/run` installs it. */
export const LACKS_REDIS =
  process.env["CI"] !== "true" && spawnSync("redis-server", ["--version"]).status !== 0;

/** Keys of a server that is `localhost`, as files. */
export interface ServerKeys {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** A real Redis on loopback, with a password and, where it is given keys, by TLS alone. */
export class RunningRedis {
  /** As an app has it; a Redis without TLS is at `127.0.0.1`, which no certificate is asked for. */
  readonly address: string;
  readonly #daemon: Daemon;
  readonly #folder: string;
  readonly #client: readonly string[];

  private constructor(
    port: number,
    { daemon, folder, client }: { daemon: Daemon; folder: string; client: readonly string[] },
  ) {
    this.address = `localhost:${port}`;
    this.#daemon = daemon;
    this.#folder = folder;
    this.#client = client;
  }

  static async start(password: string, keys?: ServerKeys): Promise<RunningRedis> {
    const [port = 0] = await freePorts(1);
    const folder = await mkdtemp(join(tmpdir(), "dash-scale-redis-"));
    const listen = keys ? tlsOnly(port, keys) : ["--port", `${port}`];
    const args = ["--bind", "127.0.0.1", "--dir", folder, "--save", "", ...listen];
    const daemon = new Daemon("redis-server", [...args, "--requirepass", password], process.env);
    const tls = keys ? ["--tls", "--cacert", keys.authority] : [];
    const client = [
      "-h",
      "localhost",
      "-p",
      `${port}`,
      "-a",
      password,
      "--no-auth-warning",
      ...tls,
    ];
    const redis = new RunningRedis(port, { daemon, folder, client });
    await daemon.untilReady(async () => (await redis.#command("PING")) === "PONG", 30_000);
    return redis;
  }

  /** Makes a list so long, with tasks that nobody takes. */
  async fill(list: string, length: number): Promise<void> {
    await this.#command("DEL", list);
    if (length === 0) return;
    await this.#command("RPUSH", list, ...Array.from({ length }, (_, index) => `task-${index}`));
  }

  async end(): Promise<void> {
    await this.#daemon.end();
  }

  async remove(): Promise<void> {
    await this.end();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #command(...words: string[]): Promise<string> {
    const { stdout } = await mustRun("redis-cli", [...this.#client, ...words]);
    return stdout.trim();
  }
}

function tlsOnly(port: number, { authority, certificate, key }: ServerKeys): string[] {
  const options = {
    port: "0",
    "tls-port": `${port}`,
    "tls-auth-clients": "no",
    "tls-cert-file": certificate,
    "tls-key-file": key,
    "tls-ca-cert-file": authority,
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}
