import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError } from "../../commands/system/errors.ts";
import { lastLines, run, type RunOptions } from "../../commands/system/children.ts";
import { endProcessesOf, processesOf } from "../../commands/system/processes.ts";
import type { Programs } from "../tools/on-path.ts";
import type { AdminAccess } from "./kubeconfig.ts";
import { COMPONENTS, kwokctlConfig, lastPorts, portsToUse } from "./kwokctl.ts";

/**
 * Between two free ports being found and taken somebody else may take them: then it is tried once
 * more.
 */
const TRIES = 2;
const POLL_MS = 250;

/**
 * A Kubernetes control plane with simulated nodes, as `kwokctl` sets it up from plain programs:
 * etcd, API server with its default admission plugins and RBAC, controller manager, scheduler,
 * KWOK. It listens on loopback only.
 */
export class ControlPlane {
  readonly #folder: string;
  readonly #workFolder: string;
  readonly #addresses: readonly string[];

  /**
   * @param addresses - further ones that something in front of it has; only starting it asks for
   * them
   */
  constructor(folder: string, addresses: readonly string[] = []) {
    this.#folder = folder;
    this.#addresses = addresses;
    this.#workFolder = join(folder, "clusters", "local");
  }

  /** Whether every component runs. */
  async runs(): Promise<boolean> {
    const running = await processesOf(this.#workFolder);
    const bin = join(this.#workFolder, "bin");
    return COMPONENTS.every((name) =>
      running.some(({ command }) => command.startsWith(`${join(bin, name)} `)),
    );
  }

  /**
   * Starts what does not run. What the cluster knew before, before a reboot for instance, it knows
   * again.
   *
   * @throws CommandError with the end of a component's log when that component does not stay up.
   */
  async start(programs: Programs, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#tryToStart(programs, signal);
        return;
      } catch (error) {
        await this.stop();
        signal.throwIfAborted();
        if (attempt === TRIES) throw error;
      }
    }
  }

  /** Ends every component. The data stays. */
  async stop(): Promise<void> {
    await endProcessesOf(this.#workFolder);
  }

  /** How the API server is reached. */
  async access(): Promise<AdminAccess> {
    const ports = await lastPorts(this.#portsFile);
    if (!ports)
      throw new CommandError(
        "The control plane has not been started. Start it: npx dash-scale local start",
      );
    return {
      server: `https://127.0.0.1:${ports.kubeApiserverPort}`,
      keys: join(this.#workFolder, "pki"),
    };
  }

  async #tryToStart(programs: Programs, signal: AbortSignal): Promise<void> {
    await this.stop();
    // kwokctl would go by its own record of ports and process ids, which may be anyone's by now.
    // Without it kwokctl sets the cluster up anew, around the keys and the data that are there.
    for (const stale of ["kwok.yaml", "pids"]) {
      await rm(join(this.#workFolder, stale), { recursive: true, force: true });
    }
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const ports = await portsToUse(this.#portsFile);
    const mode = 0o600;
    await writeFile(this.#portsFile, JSON.stringify(ports), { mode });
    const config = kwokctlConfig(programs, ports, this.#addresses);
    await writeFile(this.#config, JSON.stringify(config), { mode });
    await this.#create(programs, signal);
  }

  async #create(programs: Programs, signal: AbortSignal): Promise<void> {
    const kubeconfig = join(this.#folder, "kwokctl.kubeconfig");
    const failure = new AbortController();
    const creating = run(
      programs["kwokctl"] ?? "kwokctl",
      ["--config", this.#config, "--name", "local", "create", "cluster"].concat([
        "--wait",
        "60s",
        "--timeout",
        "90s",
        "--kubeconfig",
        kubeconfig,
      ]),
      { signal: AbortSignal.any([signal, failure.signal]), env: this.#kwokctlEnvironment() },
    );
    const done = new AbortController();
    const watching = this.#watch(done.signal).catch((error: unknown) => failure.abort(error));
    try {
      const { status, stderr } = await creating;
      if (status !== 0) throw new CommandError(`kwokctl failed:\n${lastLines(stderr)}`);
    } finally {
      done.abort();
      await watching;
    }
    await this.#mustAnswer(programs, signal);
  }

  /**
   * Rejects as soon as a component has ended, long before kwokctl would have given up waiting for
   * it.
   */
  async #watch(done: AbortSignal): Promise<void> {
    const pids = join(this.#workFolder, "pids");
    while (!done.aborted) {
      const started = await namesIn(pids);
      const running = await processesOf(this.#workFolder);
      const ended = started.find(
        (name) => !running.some(({ command }) => command.includes(`/bin/${name} `)),
      );
      if (ended !== undefined && !done.aborted) {
        throw new CommandError(`${ended} has ended:\n${await this.#log(ended)}`);
      }
      await sleep(POLL_MS);
    }
  }

  async #mustAnswer(programs: Programs, signal: AbortSignal): Promise<void> {
    const kubeconfig = join(this.#workFolder, "kubeconfig.yaml");
    const args = ["--kubeconfig", kubeconfig, "get", "--raw", "/readyz"];
    const options: RunOptions = { signal, env: this.#kwokctlEnvironment() };
    const { status, stderr } = await run(programs["kubectl"] ?? "kubectl", args, options);
    if (status === 0) return;
    throw new CommandError(
      `The API server does not answer:\n${lastLines(stderr)}\n${await this.#log("kube-apiserver")}`,
    );
  }

  get #portsFile(): string {
    return join(this.#folder, "ports.json");
  }

  get #config(): string {
    return join(this.#folder, "kwokctl.json");
  }

  #kwokctlEnvironment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      KWOK_WORKDIR: this.#folder,
      KUBECACHEDIR: join(this.#folder, "kubectl-cache"),
    };
  }

  async #log(component: string): Promise<string> {
    const file = join(this.#workFolder, "logs", `${component}.log`);
    return lastLines(await readFile(file, "utf8").catch(() => `no ${file}`));
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((): string[] => []);
  return files.map((file) => file.replace(/\.pid$/, ""));
}
