import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError } from "../../commands/system/errors.ts";
import { lastLines, mustRun, run, type RunResult } from "../../commands/system/children.ts";
import type { Programs } from "../../local/tools/on-path.ts";
import { createCgroup } from "./cgroups.ts";
import { nodeAddress, nodeName, nodeNamespace } from "./layout.ts";
import type { NodeNumber } from "./layout.ts";
import { inNamespace } from "./network.ts";
import { CONTAINERD_SOCKET, nodeConfig, type NodeFiles } from "./node-config.ts";

const START_MS = 30_000;
const POLL_MS = 100;
const CTR = ["ctr", "--address", CONTAINERD_SOCKET];

/** What a node gets to begin with. */
export interface NodeArgs {
  readonly number: NodeNumber;
  readonly files: NodeFiles;
  readonly programs: Programs;
  /** An archive with the images that the node itself asks for. */
  readonly images: string;
  readonly signal: AbortSignal;
}

/**
 * A node of the cluster: containerd, a kubelet and kube-proxy in a network, a process and a mount
 * namespace of their own.
 *
 * All of them end with the first process of that process namespace, and that one ends with this
 * program, however this program ends: it reads from a pipe that we hold. The mounts go with the
 * last of them.
 */
export class RealNode {
  readonly number: NodeNumber;
  readonly #args: NodeArgs;
  readonly #init: ChildProcess;
  readonly #daemons: ChildProcess[] = [];

  private constructor(args: NodeArgs, init: ChildProcess) {
    this.number = args.number;
    this.#args = args;
    this.#init = init;
  }

  /** Starts a node; it is not yet Ready. */
  static async start(args: NodeArgs): Promise<RealNode> {
    const { number, files } = args;
    for (const [name, text] of Object.entries(nodeConfig(number, files))) {
      const file = join(files.folder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    await createCgroup(number);
    const node = new RealNode(args, await startInit(number));
    try {
      await node.#startDaemons();
    } catch (error) {
      await node.stop();
      throw error;
    }
    return node;
  }

  /** Ends every process of the node, those of its pods included. */
  async stop(): Promise<void> {
    const ended = [this.#init, ...this.#daemons]
      .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
      .map((child) => once(child, "exit"));
    this.#init.stdin?.end();
    await Promise.all(ended);
  }

  /** Runs a program in the node's namespaces. */
  async run(...command: string[]): Promise<RunResult> {
    return run("nsenter", this.#entering(command), { signal: this.#args.signal });
  }

  /** Has containerd know the images of an archive: there is no registry to pull them from. */
  async importImages(archive: string): Promise<void> {
    const importing = [...CTR, "--namespace", "k8s.io", "images", "import", archive];
    await mustRun("nsenter", this.#entering(importing), { signal: this.#args.signal });
  }

  async #startDaemons(): Promise<void> {
    const { number, files, programs, images } = this.#args;
    const { folder, kubeconfig } = files;
    await this.#daemon("containerd", "--config", join(folder, "containerd.toml"));
    await this.#until("containerd", async () => (await this.run(...CTR, "version")).status === 0);
    await this.importImages(images);
    await this.#daemon(
      programs["kubelet"] ?? "kubelet",
      `--config=${join(folder, "kubelet.yaml")}`,
      `--kubeconfig=${kubeconfig}`,
      `--root-dir=${join(folder, "kubelet")}`,
      `--cert-dir=${join(folder, "pki")}`,
      `--hostname-override=${nodeName(number)}`,
      `--node-ip=${nodeAddress(number)}`,
      `--node-labels=topology.kubernetes.io/zone=zone-${number}`,
    );
    const proxy = join(folder, "kube-proxy.yaml");
    await this.#daemon(programs["kube-proxy"] ?? "kube-proxy", `--config=${proxy}`);
  }

  async #daemon(program: string, ...args: string[]): Promise<void> {
    const log = await open(this.#log(program), "a");
    const stdio = ["ignore", log.fd, log.fd] as const;
    // A group of its own, so that Ctrl-C reaches this program alone, which then stops it.
    const child = spawn("nsenter", this.#entering([program, ...args]), {
      stdio: [...stdio],
      detached: true,
    });
    await once(child, "spawn");
    await log.close();
    this.#daemons.push(child);
  }

  async #until(program: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (!(await isSo())) {
      if (Date.now() > deadline) {
        const log = await readFile(this.#log(program), "utf8");
        throw new CommandError(
          `${nodeName(this.number)}: ${program} is not up:\n${lastLines(log)}`,
        );
      }
      await sleep(POLL_MS);
    }
  }

  #log(program: string): string {
    return join(this.#args.files.folder, `${program.split("/").at(-1) ?? program}.log`);
  }

  #entering(command: readonly string[]): string[] {
    const pid = this.#init.pid ?? 0;
    const pids = `--pid=/proc/${pid}/ns/pid_for_children`;
    return ["--target", String(pid), "--mount", "--uts", "--net", pids, "--", ...command];
  }
}

/**
 * The first process. Mounts made here must not reach this machine (private), and those of
 * containerd must reach the containers that runc makes (shared among themselves).
 */
async function startInit(node: NodeNumber): Promise<ChildProcess> {
  const script = `set -e
mount --make-rprivate / && mount --make-rshared /
mkdir -p /var/lib/cni
for folder in /run /var/lib/cni /var/log; do mount -t tmpfs -o mode=755 tmpfs $folder; done
mkdir -p /run/lock /run/netns /run/containerd
hostname ${nodeName(node)}
echo ready
cat >/dev/null`;
  const namespaces = ["--mount", "--uts", "--pid", "--fork", "--mount-proc", "--kill-child"];
  const unshare = ["unshare", ...namespaces, "--propagation", "private", "sh", "-c", script];
  const [program, args] = inNamespace(nodeNamespace(node), ...unshare);
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const lines = createInterface(child.stdout);
  const [first] = await Promise.race([once(lines, "line"), once(child, "exit")]);
  if (first !== "ready") throw new CommandError(`${nodeName(node)} did not start`);
  return child;
}
