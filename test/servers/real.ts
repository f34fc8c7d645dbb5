import { spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { withExec } from "../../components/procfile/exec.ts";

/** What a program that was started listens on, and what it consists of. */
export interface Seen {
  /** `0.0.0.0:8000`; an address of IPv6 is only told as `::`, or `::1`. */
  readonly listening: readonly string[];
  /** Processes that it consists of, itself included. */
  readonly processes: number;
}

const TCP_LISTEN = "0A";
const MAX_SECONDS = 60;

/** Starts a line as a pod would, until it answers and has settled; then ends it. */
export async function seen(
  line: string,
  { cwd, env }: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<Seen> {
  const child = spawn("/bin/sh", ["-c", withExec(line)], {
    cwd,
    env,
    detached: true,
    stdio: "ignore",
  });
  const pid = child.pid ?? 0;
  try {
    const end = performance.now() + MAX_SECONDS * 1000;
    let last: Seen = { listening: [], processes: 0 };
    while (performance.now() < end && child.exitCode === null) {
      await pause(1000);
      const now = look(pid);
      const [address] = now.listening;
      // uwsgi listens before it has loaded the app and started its workers.
      const isUp = address !== undefined && (await answers(address));
      if (isUp && JSON.stringify(now) === JSON.stringify(last)) return now;
      last = now;
    }
    return last;
  } finally {
    // The whole group, which this line began.
    if (child.exitCode === null) process.kill(-pid, "SIGKILL");
  }
}

/** Whether there is any answer to a request. */
async function answers(address: string): Promise<boolean> {
  const port = address.split(":").at(-1) ?? "";
  try {
    await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5000) });
    return true;
  } catch {
    return false;
  }
}

function look(pid: number): Seen {
  const pids = family(pid);
  const sockets = new Set(pids.flatMap(socketsOf));
  const listening = ["tcp", "tcp6"].flatMap((table) => listeningIn(`/proc/net/${table}`, sockets));
  return { listening: [...new Set(listening)].sort(), processes: pids.length };
}

/** A process and all that it has started. */
function family(root: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const fields = textOf(`/proc/${name}/stat`).split(") ").at(-1)?.split(" ") ?? [];
      return fields[0] === "Z" ? [] : [[Number(name), Number(fields[1])] as const];
    });
  const found = [root];
  for (const pid of found) found.push(...parents.filter(([, it]) => it === pid).map(([it]) => it));
  return found;
}

function socketsOf(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap(
      (name) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1] ?? [],
    );
  } catch {
    return [];
  }
}

function listeningIn(file: string, sockets: ReadonlySet<string>): string[] {
  return textOf(file)
    .split("\n")
    .slice(1)
    .flatMap((row) => {
      const fields = row.trim().split(/\s+/);
      const [address = "", port = ""] = fields[1]?.split(":") ?? [];
      const isOurs = fields[3] === TCP_LISTEN && sockets.has(fields[9] ?? "");
      return isOurs ? [`${hostOf(address)}:${Number.parseInt(port, 16)}`] : [];
    });
}

function hostOf(hex: string): string {
  if (hex.length > 8) return /^0+$/.test(hex) ? "::" : "::1";
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(".");
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
