import { access, constants, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { run } from "../../commands/system/children.ts";
import type { OnPath, ToolSet } from "./catalogue.ts";

/** Where each program of a set is. */
export type Programs = Readonly<Record<string, string>>;

/** What came of looking for a set on PATH. */
export type Search =
  | { readonly kind: "found"; readonly programs: Programs; readonly version: string }
  | { readonly kind: "unusable"; readonly why: string }
  | { readonly kind: "missing" };

/**
 * Looks for a whole set on PATH, every program of it of the same usable version: a scheduler that
 * is newer than its API server, say, is not supported by Kubernetes.
 */
export async function searchPath(set: ToolSet, signal?: AbortSignal): Promise<Search> {
  if (!set.onPath) return { kind: "missing" };
  const programs: Record<string, string> = {};
  for (const file of set.files) {
    const program = await onPath(file);
    if (program === undefined) return { kind: "missing" };
    programs[file] = program;
  }
  const found = new Set<string | undefined>();
  for (const [name, program] of Object.entries(programs)) {
    found.add(await versionOf(program, set.onPath.versionArguments(name), signal));
  }
  const [version] = found;
  if (found.size > 1) return { kind: "unusable", why: "its programs are of different versions" };
  if (version === undefined) return { kind: "unusable", why: "it does not tell its version" };
  return isWithin(version, set.onPath)
    ? { kind: "found", programs, version }
    : {
        kind: "unusable",
        why: `${version} is not ${set.onPath.from} or newer, below ${set.onPath.below}`,
      };
}

/** The program that a shell would run; undefined where there is none. */
export async function onPath(program: string): Promise<string | undefined> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  for (const folder of folders) {
    const file = join(folder, program);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The first `1.2.3` in what a program prints when asked for its version; undefined where it does
 * not run.
 */
export async function versionOf(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  // Pulumi writes a log even then, and ~/.pulumi is not ours to write to.
  const scratch = await mkdtemp(join(tmpdir(), "dash-scale-"));
  const env = { ...process.env, PULUMI_HOME: scratch, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    const { status, stdout } = await run(program, args, { env, ...(signal ? { signal } : {}) });
    return status === 0 ? /\d+\.\d+\.\d+/.exec(stdout)?.[0] : undefined;
  } catch {
    signal?.throwIfAborted();
    return undefined;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function isWithin(version: string, { from, below }: OnPath): boolean {
  return compare(version, from) >= 0 && compare(version, below) < 0;
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (const part of [0, 1, 2]) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
