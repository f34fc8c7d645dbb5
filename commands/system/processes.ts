import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

export interface RunningProcess {
  readonly pid: number;
  /** The program and its arguments. */
  readonly command: string;
}

/** How long processes may take to end by themselves before they are killed. */
const GRACE_MS = 4_000;
const POLL_MS = 50;

/**
 * The processes whose program lies in a folder.
 *
 * What runs is asked of the system, not of files with process ids in them: after a reboot such an
 * id may be anyone's.
 */
export async function processesOf(folder: string): Promise<RunningProcess[]> {
  const all = process.platform === "linux" ? await fromProc() : await fromPs();
  return all.filter(({ command }) => command.startsWith(`${folder}/`));
}

/** Ends the processes whose program lies in a folder, gently first. */
export async function endProcessesOf(folder: string): Promise<void> {
  let left = await processesOf(folder);
  for (const { pid } of left) signal(pid, "SIGTERM");
  const deadline = Date.now() + GRACE_MS;
  while (left.length > 0 && Date.now() < deadline) {
    await sleep(POLL_MS);
    left = await processesOf(folder);
  }
  for (const { pid } of left) signal(pid, "SIGKILL");
}

/**
 * When a process started, which distinguishes the process from a later one with the same id.
 * Undefined where it does not run.
 */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") return startFromPs(pid);
  try {
    const [boot, stat] = await Promise.all([
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
      readFile(`/proc/${pid}/stat`, "utf8"),
    ]);
    // Field 22, counted after the program's name, which may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return `${boot.trim()} ${fields[19] ?? ""}`;
  } catch {
    return undefined;
  }
}

/** Whether a process still runs that once started then; false where its start is not known. */
export async function isStillRunning(pid: number, started: string): Promise<boolean> {
  return started !== "" && (await startOf(pid)) === started;
}

async function fromProc(): Promise<RunningProcess[]> {
  const entries = await readdir("/proc");
  const found = entries
    .filter((entry) => /^\d+$/.test(entry))
    .map(async (entry) => ({ pid: Number(entry), command: await commandLine(entry) }));
  return Promise.all(found);
}

async function commandLine(pid: string): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ");
  } catch {
    // It has ended since, or is another user's.
    return "";
  }
}

async function fromPs(): Promise<RunningProcess[]> {
  const stdout = await ps(["-axww", "-o", "pid=,command="]);
  return stdout.split("\n").flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && command ? [{ pid: Number(pid), command }] : [];
  });
}

async function startFromPs(pid: number): Promise<string | undefined> {
  const stdout = await ps(["-o", "lstart=", "-p", String(pid)]);
  return stdout.trim() === "" ? undefined : stdout.trim();
}

/** Linux does without, and without what it takes to run a program. */
async function ps(args: readonly string[]): Promise<string> {
  const { run } = await import("./children.ts");
  return (await run("ps", args)).stdout;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended since.
  }
}
