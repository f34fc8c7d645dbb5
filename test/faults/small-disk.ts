import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, chmod, mkdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "../../commands/system/errors.ts";
import { stateIn, type LocalEnvironment } from "../../local/environment.ts";
import { run } from "../../commands/system/children.ts";

const CHUNK = Buffer.alloc(4096);
const REFILL_MS = 5;

/**
 * A mount namespace of its own in which a folder is a small disk; with a user namespace where that
 * takes no root.
 */
const NAMESPACES = [
  {
    unshare: ["--user", "--map-root-user", "--mount"],
    enter: ["--user", "--preserve-credentials"],
  },
  { unshare: ["--mount"], enter: [] },
];

/**
 * A state backend on a disk of two megabytes. It is gone when {@link SmallDisk.remove} is called,
 * or this process ends.
 */
export class SmallDisk {
  /** The same environment with a Pulumi that keeps its state there. */
  readonly environment: LocalEnvironment;
  readonly #holder: ChildProcess;
  #endFilling: () => Promise<void> = () => Promise.resolve();

  private constructor(environment: LocalEnvironment, holder: ChildProcess) {
    this.environment = environment;
    this.#holder = holder;
  }

  /** Where the disk is seen from outside of its namespace. */
  get folder(): string {
    return this.environment.paths.state;
  }

  get #filler(): string {
    return join(this.folder, "filler");
  }

  /**
   * Undefined where this user may not mount anything: that takes user namespaces, or root. Linux
   * only.
   */
  static async mount(
    environment: LocalEnvironment,
    folder: string,
  ): Promise<SmallDisk | undefined> {
    const disk = join(folder, "disk");
    await mkdir(disk, { recursive: true });
    for (const { unshare, enter } of NAMESPACES) {
      const holder = await mounted(unshare, disk);
      if (!holder) continue;
      const pulumi = join(folder, "pulumi");
      const { programs, paths, env } = environment;
      await writeFile(pulumi, inNamespace(holder.pid ?? 0, enter, programs.pulumi));
      await chmod(pulumi, 0o700);
      const state = `/proc/${holder.pid}/root${disk}`;
      const variables = { ...env, PULUMI_BACKEND_URL: stateIn(disk) };
      const small: LocalEnvironment = {
        ...environment,
        paths: { ...paths, state },
        env: variables,
        programs: { ...programs, pulumi },
        pulumi: (args, options = {}) =>
          run(pulumi, args, { ...options, env: { ...variables, ...options.env } }),
      };
      return new SmallDisk(small, holder);
    }
    return undefined;
  }

  /** Leaves so many bytes, and no more. */
  async fill(left: number): Promise<void> {
    await this.#fillUp();
    const { size } = await stat(this.#filler);
    await truncate(this.#filler, size - left);
  }

  /**
   * Takes at once what becomes free, as a log does that nobody rotates, until {@link
   * SmallDisk.empty} is called.
   */
  keepFull(): void {
    const over = new AbortController();
    const filling = this.#refill(over.signal);
    this.#endFilling = async () => {
      over.abort();
      await filling;
    };
  }

  async empty(): Promise<void> {
    await this.#endFilling();
    await rm(this.#filler, { force: true });
  }

  async #refill(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await this.#fillUp();
      await sleep(REFILL_MS);
    }
  }

  async #fillUp(): Promise<void> {
    try {
      for (;;) await appendFile(this.#filler, CHUNK);
    } catch (error) {
      if (!hasCode(error, "ENOSPC")) throw error;
    }
  }

  async remove(): Promise<void> {
    const gone = once(this.#holder, "exit");
    this.#holder.stdin?.end();
    await gone;
  }
}

/**
 * A process that has such a disk for as long as its standard input is open, or undefined where it
 * may not have one.
 */
async function mounted(
  unshare: readonly string[],
  disk: string,
): Promise<ChildProcess | undefined> {
  const script = 'mount -t tmpfs -o size=2m tmpfs "$1" && echo mounted && exec cat';
  const holder = spawn("unshare", [...unshare, "sh", "-c", script, "sh", disk], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const failed = new Promise<undefined>((resolve) => {
    holder.once("error", () => resolve(undefined));
    holder.once("exit", () => resolve(undefined));
  });
  const said = once(holder.stdout, "data");
  return (await Promise.race([said, failed])) ? holder : undefined;
}

function inNamespace(pid: number, enter: readonly string[], program: string): string {
  const nsenter = ["nsenter", "--target", String(pid), "--mount", ...enter].join(" ");
  return `#!/bin/sh
exec ${nsenter} -- sh -c 'cd "$1" && shift && exec "${program}" "$@"' sh "$PWD" "$@"
`;
}
