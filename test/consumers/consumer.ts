import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import type { RunResult } from "../../commands/system/children.ts";
import { run } from "../../commands/system/children.ts";
import type { LocalEnvironment } from "../../local/environment.ts";
import { buildPackage } from "../../package/build.ts";

export const MINUTES = 60_000;
export const PULUMI = ["--stack", "dev", "--non-interactive", "--color", "never"];
export const UP = ["up", "--yes", "--skip-preview", ...PULUMI];
/** Of what npm says, only what went wrong. */
export const INSTALL = ["install", "--no-audit", "--no-fund", "--loglevel", "error"];

/** A program that has to succeed; a failure is an exception with all that it has printed. */
async function mustRun(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, options);
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

/** The package as users get it, and as they get the version after: two tarballs. */
export async function tarballs(): Promise<{ folder: string; now: string; next: string }> {
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-tarballs-"));
  const build = join(folder, "now");
  await buildPackage(build);
  const next = join(folder, "next");
  await cp(build, next, { recursive: true });
  const manifest = JSON.parse(await readFile(join(next, "package.json"), "utf8"));
  const later = { ...manifest, version: `${manifest.version}-next.1` };
  await writeFile(join(next, "package.json"), JSON.stringify(later));
  return { folder, now: await pack(build, folder), next: await pack(next, folder) };
}

async function pack(from: string, to: string): Promise<string> {
  const name = await mustRun("npm", ["pack", "--silent", "--pack-destination", to], { cwd: from });
  return join(to, name.trim());
}

/** A repository of somebody who uses the package, outside of this one. */
export class Consumer {
  readonly folder: string;
  readonly #environment: LocalEnvironment;

  private constructor(folder: string, environment: LocalEnvironment) {
    this.folder = folder;
    this.#environment = environment;
  }

  static async create(
    environment: LocalEnvironment,
    name: string,
    files: Readonly<Record<string, string>>,
  ): Promise<Consumer> {
    const folder = join(await mkdtemp(join(tmpdir(), "dash-scale-consumer-")), name);
    const consumer = new Consumer(folder, environment);
    for (const [path, text] of Object.entries(files)) await consumer.write(path, text);
    return consumer;
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), text);
  }

  /** Runs a program of the project's as its user does, without any of the local cluster's flags. */
  run(below: string, program: string, ...args: string[]): Promise<RunResult> {
    return run(program, args, { cwd: join(this.folder, below), env: this.#env() });
  }

  must(below: string, program: string, ...args: string[]): Promise<string> {
    return mustRun(program, args, { cwd: join(this.folder, below), env: this.#env() });
  }

  async pods(namespace: string): Promise<string[]> {
    const columns = "custom-columns=:metadata.labels.app\\.kubernetes\\.io/component";
    const { programs } = this.#environment;
    const args = ["get", "pods", "--namespace", namespace, "--no-headers", "--output", columns];
    const listed = await this.must(".", programs.kubectl, ...args);
    return listed
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .toSorted();
  }

  async remove(): Promise<void> {
    await rm(dirname(this.folder), { recursive: true, force: true });
  }

  #env(): NodeJS.ProcessEnv {
    const { env } = this.#environment;
    // First the Node.js that runs this: the one of the system may be older.
    const path = [dirname(process.execPath), env["PATH"] ?? ""].join(delimiter);
    return { ...env, PATH: path };
  }
}
