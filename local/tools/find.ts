import { randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, CommandError, reasonOf } from "../../commands/system/errors.ts";
import { lockOfTools } from "../paths.ts";
import { mustRun } from "../../commands/system/children.ts";
import { withLock } from "../../commands/system/lock.ts";
import type { Reporter } from "../system/progress.ts";
import { startOf } from "../../commands/system/processes.ts";
import { officialHosts, type DownloadHosts } from "../versions.ts";
import { build, goVersion } from "./build.ts";
import { hostOf, thisPlatform, type Release, type ToolSet } from "./catalogue.ts";
import { download, defaultTimeouts, type Timeouts } from "./download.ts";
import { isExecutable, searchPath, versionOf, type Programs } from "./on-path.ts";

/** What finding a set of tools needs to know. */
export interface Search {
  /** Where tools are kept, by name and version. */
  readonly folder: string;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Where downloads come from; default: the official hosts. */
  readonly hosts?: DownloadHosts;
  readonly patience?: Timeouts;
}

/** A set of tools that is there. */
export interface FoundTools {
  readonly programs: Programs;
  readonly version: string;
  readonly origin: "on PATH" | "kept" | "downloaded" | "built";
}

const NOT_THERE = "not there";

/** One of the ways a set was looked for, and why nothing came of it. */
interface Attempt {
  readonly way: string;
  readonly why: string;
}

/**
 * A set of tools: from PATH, kept from before, downloaded, or built, in this order.
 *
 * @throws CommandError that tells what was tried and what to install when no way leads to it.
 */
export async function findTools(set: ToolSet, search: Search): Promise<FoundTools> {
  const there = await searchPath(set, search.signal);
  if (there.kind === "found") return { ...there, origin: "on PATH" };
  const attempts: Attempt[] = [
    { way: "PATH", why: there.kind === "unusable" ? there.why : NOT_THERE },
  ];
  const waiting = (pid: number) =>
    search.report.say(`Waiting for process ${pid}, which is getting tools too`);
  // Whoever has what they need does not wait for somebody else's build.
  const before = await cached(set, search);
  if (before) return before;
  return withLock(
    lockOfTools(search.folder),
    { signal: search.signal, onWait: waiting },
    async () => (await cached(set, search)) ?? (await acquire(set, search, attempts)),
  );
}

/**
 * A set that is kept from before. A folder gets its name when all is in it, so that it is there
 * tells enough.
 */
async function cached(
  set: ToolSet,
  { folder }: Pick<Search, "folder">,
): Promise<FoundTools | undefined> {
  const programs = programsIn(keptFolder(set, folder), set);
  const whole = await readdir(keptFolder(set, folder)).catch((): string[] => []);
  if (!set.files.every((file) => whole.includes(file))) return undefined;
  return { programs, version: set.version, origin: "kept" };
}

async function acquire(
  set: ToolSet,
  search: Search,
  attempts: readonly Attempt[],
): Promise<FoundTools> {
  await removeAbandoned(search.folder);
  const failed = [...attempts, { way: search.folder, why: "not kept from before" }];
  let said = `${onPathInWords(attempts)}, not kept from before`;
  for (const [origin, way, work] of waysTo(set, search)) {
    search.report.say(`${titleOf(set)}: ${said}; next: ${way}`);
    try {
      return await inStaging(set, search, origin, work);
    } catch (error) {
      search.signal.throwIfAborted();
      said = reasonOf(error);
      failed.push({ way, why: said });
    }
  }
  throw noWay(set, failed);
}

function onPathInWords([onPath]: readonly Attempt[]): string {
  return onPath === undefined || onPath.why === NOT_THERE
    ? "not on PATH"
    : `not usable on PATH (${onPath.why})`;
}

type Work = (staging: string, at: (text: string) => void) => Promise<void>;

function waysTo(set: ToolSet, search: Search): ["downloaded" | "built", string, Work][] {
  const from = hostOf(set, search.hosts);
  const ways: ["downloaded" | "built", string, Work][] = [];
  if (from !== undefined) {
    const way = `download from ${from}`;
    ways.push(["downloaded", way, (staging, at) => downloadAll(set, search, staging, at)]);
  }
  if (set.build) {
    ways.push(["built", "go build", (staging, at) => buildAll(set, search, staging, at)]);
  }
  return ways;
}

/**
 * Does some work in a folder of its own, which gets the set's name once everything in it has been
 * seen to run.
 */
async function inStaging(
  set: ToolSet,
  search: Search,
  origin: "downloaded" | "built",
  work: Work,
): Promise<FoundTools> {
  const verb = origin === "built" ? "building" : "downloading";
  const activity = search.report.begin(`${titleOf(set)}: ${verb}`);
  const staging = join(search.folder, `.making-${process.pid}-${randomUUID()}`);
  try {
    await mkdir(staging, { recursive: true, mode: 0o700 });
    await work(staging, activity.at);
    await verify(set, staging, search.signal);
    await rm(keptFolder(set, search.folder), { recursive: true, force: true });
    await rename(staging, keptFolder(set, search.folder));
    activity.end();
    search.report.say(`${titleOf(set)}: ${origin} in ${activity.elapsed()}`);
  } finally {
    activity.end();
    await rm(staging, { recursive: true, force: true });
  }
  const programs = programsIn(keptFolder(set, search.folder), set);
  return { programs, version: set.version, origin };
}

async function downloadAll(
  set: ToolSet,
  search: Search,
  staging: string,
  onProgress: (text: string) => void,
): Promise<void> {
  const platform = thisPlatform();
  if (!platform) throw new CommandError(`there is none for ${process.platform} on ${process.arch}`);
  const { signal, patience = defaultTimeouts, hosts = officialHosts } = search;
  for (const release of set.releases(platform, hosts)) {
    const file = join(staging, release.file);
    await download(release, file, { signal, patience, onProgress });
    await unpack(release, staging, signal);
  }
}

async function unpack(release: Release, staging: string, signal: AbortSignal): Promise<void> {
  const file = join(staging, release.file);
  if (release.kind === "program") await chmod(file, 0o700);
  if (release.kind === "archive") await unpackArchive(file, staging, signal);
}

/** Unpacks what is in an archive, or in its topmost folder if all is in one. */
async function unpackArchive(file: string, staging: string, signal: AbortSignal): Promise<void> {
  const unpacked = join(staging, ".unpacked");
  await mkdir(unpacked);
  // -o: the files are ours, whoever packed them; it matters when root unpacks.
  await mustRun("tar", ["-x", "-o", "-f", file, "-C", unpacked], { signal });
  const [first, ...others] = await readdir(unpacked, { withFileTypes: true });
  const inFolder = first?.isDirectory() === true && others.length === 0;
  const from = inFolder ? join(unpacked, first.name) : unpacked;
  for (const entry of await readdir(from)) await rename(join(from, entry), join(staging, entry));
  await rm(unpacked, { recursive: true });
  await rm(file);
}

async function buildAll(
  set: ToolSet,
  search: Search,
  staging: string,
  onProgress: (text: string) => void,
): Promise<void> {
  if (!set.build) return;
  const go = await goVersion(search.signal);
  if (go === undefined) throw new CommandError("Go is not installed");
  search.report.say(`${titleOf(set)}: building it with ${go}, once; this takes minutes`);
  await build(set, set.build, staging, { signal: search.signal, onProgress });
}

/**
 * Sees that every file is there and every program runs on this machine and is of the version it
 * should be.
 */
async function verify(set: ToolSet, folder: string, signal: AbortSignal): Promise<void> {
  for (const [name, program] of Object.entries(programsIn(folder, set))) {
    if (!set.onPath) continue;
    if (!(await isExecutable(program))) throw new CommandError(`there is no ${name} in it`);
    const version = await versionOf(program, set.onPath.versionArguments(name), signal);
    if (version !== set.version) {
      const found = version === undefined ? "does not run here" : `is of version ${version}`;
      throw new CommandError(`its ${name} ${found}, not ${set.version}`);
    }
  }
}

/** What a process left behind that was killed before it could clean up. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    const [, pid] = /^\.making-(\d+)-/.exec(entry) ?? [];
    if (pid === undefined || (await startOf(Number(pid))) !== undefined) continue;
    await rm(join(folder, entry), { recursive: true, force: true }).catch((error: unknown) => {
      if (!hasCode(error, "ENOTEMPTY")) throw error;
    });
  }
}

/** No way led to a set of tools. */
export class ToolUnavailableError extends CommandError {
  /** Why the last way did not. */
  readonly lastReason: string;

  constructor(message: string, attempts: readonly Attempt[]) {
    super(message);
    this.name = "NoWay";
    this.lastReason = attempts.at(-1)?.why ?? "";
  }
}

function noWay(set: ToolSet, attempts: readonly Attempt[]): ToolUnavailableError {
  const tried = attempts.map(({ way, why }) => `  ${way}: ${why}`).join("\n");
  const go = set.build ? `, or install Go (https://go.dev/dl/) so that it can be built` : "";
  return new ToolUnavailableError(
    `There is no way to ${titleOf(set)} here. Tried:\n${tried}\n` +
      `Install it by hand and put it on PATH (${set.manual})${go}. Then run the command again.`,
    attempts,
  );
}

function keptFolder({ name, version }: ToolSet, folder: string): string {
  return join(folder, `${name}-${version}`);
}

function programsIn(folder: string, set: ToolSet): Programs {
  return Object.fromEntries(set.files.map((file) => [file, join(folder, file)]));
}

function titleOf({ name, version }: ToolSet): string {
  return `${name} ${version}`;
}
