import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { RunResult } from "../../commands/system/children.ts";
import { ROOT } from "../../infra/root.ts";
import { mustPulumi } from "../lane-cluster.ts";
import type { RealCluster } from "./cluster.ts";

const NAME = "bench";

/** Sections of a stack file, such as `dash-scale:app`. */
export type StackConfig = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * This program in a folder of its own, with a stack that is changed by its stack file and
 * `pulumi up`.
 */
export class BenchStack {
  readonly cluster: RealCluster;
  readonly folder: string;

  private constructor(cluster: RealCluster, folder: string) {
    this.cluster = cluster;
    this.folder = folder;
  }

  static async create(cluster: RealCluster): Promise<BenchStack> {
    const folder = await mkdtemp(join(tmpdir(), "dash-scale-bench-"));
    for (const part of ["Pulumi.yaml", "package.json", "infra", "components", "examples"]) {
      await cp(join(ROOT, part), join(folder, part), { recursive: true });
    }
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    await mkdir(join(folder, "stacks"));
    const stack = new BenchStack(cluster, folder);
    await mustPulumi(cluster, folder, ["stack", "init", NAME]);
    return stack;
  }

  async write(config: StackConfig): Promise<void> {
    await writeFile(join(this.folder, "stacks", `Pulumi.${NAME}.yaml`), stringify({ config }));
  }

  /** Says what the stack file would change; a failure is in its result. */
  async preview(): Promise<RunResult> {
    return this.#pulumi("preview");
  }

  /** Has the cluster be what the stack file says; a failure is in the result. */
  async tryUp(): Promise<RunResult> {
    return this.#pulumi("up", "--yes", "--skip-preview");
  }

  /** Brings the cluster to what the stack file says; returns the seconds that it took. */
  async up(): Promise<number> {
    const begin = performance.now();
    await this.#mustPulumi("up", "--yes", "--skip-preview");
    return (performance.now() - begin) / 1000;
  }

  /** Removes the app from the cluster, to its last pod. */
  async destroy(): Promise<void> {
    await this.#mustPulumi("destroy", "--yes", "--skip-preview");
  }

  /** Its folder; the state is in the cluster's folder and goes with it. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #pulumi(...args: string[]): Promise<RunResult> {
    const { environment, signal } = this.cluster;
    const words = [...args, "--stack", NAME, "--non-interactive", "--color", "never"];
    return environment.pulumi(words, { cwd: this.folder, signal });
  }

  async #mustPulumi(...args: string[]): Promise<void> {
    await mustPulumi(this.cluster, this.folder, [...args, "--stack", NAME]);
  }
}
