import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestContext } from "vitest";
import type { ProxyConfig } from "../../components/manifest/proxy-config.ts";
import {
  haproxyConfig,
  PROXY_FOLDER,
  PROXY_PORTS,
  WAIT_SECONDS,
} from "../../components/manifest/proxy-config.ts";
import { STREAMS_FILE, STREAMS_SCRIPT } from "../../components/manifest/proxy-streams.ts";
import { WAKE_FILE, wakeScript } from "../../components/manifest/proxy-wake.ts";

/** A proxy in front of pods that serve one request at once. */
export const PROXY_CONFIG: ProxyConfig = {
  proxy: "shop-proxy",
  pods: "shop-web-pods",
  namespace: "shop",
  podPort: 8000,
  maxPods: 2,
  requestsPerPod: 1,
  requestSeconds: 600,
  asynchronous: true,
  counted: false,
  wakes: false,
};

/** Where Debian has `haproxy`, which is for administrators. */
const PATH = [process.env["PATH"], "/usr/sbin", "/usr/local/sbin"].join(":");
/** Tests are left out where there is no HAProxy, but never in a pipeline: `.ci/run` installs it. */
export const LACKS_HAPROXY =
  process.env["CI"] !== "true" && spawnSync("haproxy", ["-v"], { env: { PATH } }).status !== 0;

/** Leaves a test out where there is no HAProxy. */
export function needsHaproxy(context: Pick<TestContext, "skip">): void {
  if (LACKS_HAPROXY) context.skip("there is no haproxy (apt-get install haproxy)");
}

/** The files of the proxy's pods, in a folder of this machine. */
async function writeFiles(config: string): Promise<{ folder: string; file: string }> {
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-proxy-"));
  const file = join(folder, "haproxy.cfg");
  await writeFile(file, config.replaceAll(`${PROXY_FOLDER}/`, `${folder}/`));
  await writeFile(join(folder, STREAMS_FILE), STREAMS_SCRIPT);
  await writeFile(join(folder, WAKE_FILE), wakeScript(WAIT_SECONDS));
  return { folder, file };
}

/** What HAProxy itself says of a configuration. */
export async function checkByHaproxy(config: string): Promise<{ status: number; output: string }> {
  const { folder, file } = await writeFiles(config);
  try {
    const checked = spawnSync("haproxy", ["-c", "-f", file], { encoding: "utf8", env: { PATH } });
    return { status: checked.status ?? -1, output: checked.stderr };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const TRIES = 5;

/** HAProxy as it runs in the proxy's first pod, but for the names, which are addresses here. */
export class RunningProxy {
  readonly port: number;
  /** Where its exporter listens, if it has one. */
  readonly metricsPort: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(
    { http, metrics }: Pick<Ports, "http" | "metrics">,
    child: ChildProcess,
    folder: string,
  ) {
    this.port = http;
    this.metricsPort = metrics;
    this.#child = child;
    this.#folder = folder;
  }

  /** @param pods - the ports on which the pods of `web` listen */
  static async start(config: ProxyConfig, pods: readonly number[]): Promise<RunningProxy> {
    // Somebody else may have taken a port before HAProxy does.
    for (let tries = 1; tries < TRIES; tries++) {
      try {
        return await RunningProxy.#startOnce(config, pods);
      } catch {
        // With other ports.
      }
    }
    return RunningProxy.#startOnce(config, pods);
  }

  static async #startOnce(config: ProxyConfig, pods: readonly number[]): Promise<RunningProxy> {
    const [http = 0, balancer = 0, health = 0, metrics = 0] = await freePorts(4);
    const ports = { http, balancer, health, metrics };
    const text = onThisMachine(haproxyConfig(config), ports, pods);
    const { folder, file } = await writeFiles(text);
    const child = spawn("haproxy", ["-db", "-f", file], { env: { PATH }, stdio: "ignore" });
    const proxy = new RunningProxy(ports, child, folder);
    try {
      await answers(child, `http://127.0.0.1:${health}/healthz`);
    } catch (error) {
      await proxy.remove();
      throw error;
    }
    return proxy;
  }

  /** The signal that the kubelet sends; resolves when HAProxy has ended. */
  async end(): Promise<number | null> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGUSR1");
    await ended;
    return this.#child.exitCode;
  }

  async remove(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, "exit");
      this.#child.kill("SIGKILL");
      await ended;
    }
    await rm(this.#folder, { recursive: true });
  }
}

interface Ports {
  readonly http: number;
  readonly balancer: number;
  readonly health: number;
  readonly metrics: number;
}

function onThisMachine(config: string, ports: Ports, pods: readonly number[]): string {
  return config
    .replace(`bind :${PROXY_PORTS.public}`, `bind 127.0.0.1:${ports.http}`)
    .replace(`bind :${PROXY_PORTS.balancer}`, `bind 127.0.0.1:${ports.balancer}`)
    .replace(`bind :${PROXY_PORTS.health}`, `bind 127.0.0.1:${ports.health}`)
    .replace(`bind :${PROXY_PORTS.metrics}`, `bind 127.0.0.1:${ports.metrics}`)
    .replaceAll(/(server proxy-\d) \S+/g, `$1 127.0.0.1:${ports.balancer}`)
    .replaceAll(/resolvers kubernetes (resolve-prefer ipv4 )?init-addr none /g, "")
    .replaceAll(/^ +server-template (\S+) \S+ \S+ (.*)$/gm, (_, name: string, options: string) =>
      pods
        .map((port, index) => `    server ${name}${index} 127.0.0.1:${port} ${options}`)
        .join("\n"),
    );
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const addresses = servers.map((server) => server.address());
  for (const server of servers) server.close();
  return addresses.map((address) => (typeof address === "object" && address ? address.port : 0));
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  while (child.exitCode === null) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => undefined,
    );
    if (status === 200) return;
    await sleep(20);
  }
  throw new Error(`haproxy ended with ${child.exitCode}`);
}
