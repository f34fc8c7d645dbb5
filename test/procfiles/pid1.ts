import { spawn, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox, Seen } from "./sandbox.ts";

/** What a container is told to run. */
export interface Container {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What came of a container. */
export interface Ran {
  /** The programs that were started, in order. */
  readonly programs: readonly Seen[];
  /** Whether it had ended when SIGTERM had been there for a while. */
  readonly stops: boolean;
}

const START_MS = 10_000;
/** No program more for so long: all of them are there. */
const QUIET_MS = 200;
const STOP_MS = 1500;

const FLAGS = ["--pid", "--fork", "--mount-proc", "--kill-child"];
/** A user namespace needs no root, a machine that does not allow one may have it. */
const WAYS = [["--user", "--map-root-user", ...FLAGS], FLAGS];

/** How `unshare` is called here; undefined where no way is allowed. */
export const UNSHARE = WAYS.find((way) => spawnSync("unshare", [...way, "true"]).status === 0);

/**
 * Runs a container's command as PID 1 of a namespace of its own, and sends it SIGTERM when it runs.
 */
export async function runAsPid1({ command, env }: Container, sandbox: Sandbox): Promise<Ran> {
  const before = await sandbox.seen();
  const child = spawn("unshare", [...(UNSHARE ?? FLAGS), ...command], {
    cwd: sandbox.folder,
    env: { ...env, PATH: sandbox.path },
    stdio: "ignore",
  });
  const ended = once(child, "exit").then(() => true);
  try {
    const programs = await allPrograms(sandbox, before.length, ended);
    const first = await childOf(child.pid ?? 0);
    if (first !== undefined) process.kill(first, "SIGTERM");
    return { programs, stops: await Promise.race([ended, sleep(STOP_MS, false)]) };
  } finally {
    // Its child, and with it the whole namespace, ends with it.
    child.kill("SIGKILL");
    await ended;
  }
}

async function allPrograms(
  sandbox: Sandbox,
  before: number,
  ended: Promise<boolean>,
): Promise<Seen[]> {
  const deadline = Date.now() + START_MS;
  let count = 0;
  for (let quiet = 0; quiet < QUIET_MS && Date.now() < deadline; quiet += 50) {
    const isOver = await Promise.race([ended, sleep(50, false)]);
    const seen = (await sandbox.seen()).slice(before);
    if (isOver) return seen;
    if (seen.length !== count || count === 0) quiet = 0;
    count = seen.length;
  }
  return (await sandbox.seen()).slice(before);
}

/** PID 1 of the namespace, by the number that it has outside. */
async function childOf(pid: number): Promise<number | undefined> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return children === "" ? undefined : Number(children.trim().split(" ")[0]);
}
