import { readFileSync, readdirSync } from "node:fs";

const EVERY_MS = 100;

/** Looks again and again at the memory of a process and of all that descend from it (Linux). */
export class MemoryOfTree {
  #most = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Bytes. */
  get most(): number {
    return this.#most;
  }

  watch(pid: number): void {
    const look = () => {
      this.#most = Math.max(this.#most, memoryBelow(pid));
    };
    this.#timer = setInterval(look, EVERY_MS);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

function memoryBelow(root: number): number {
  const children = Map.groupBy(processes(), ({ parent }) => parent);
  const tree = [root];
  // Grows while it is gone through.
  for (const pid of tree) tree.push(...(children.get(pid) ?? []).map((it) => it.pid));
  return tree.reduce((sum, pid) => sum + proportionalSetSize(pid), 0);
}

function processes(): { readonly pid: number; readonly parent: number }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: parentOf(name) }));
}

function parentOf(pid: string): number {
  // The name, in parentheses, may have spaces and parentheses itself.
  const [, parent = ""] = /.*\) \S+ (\d+)/s.exec(textOf(`/proc/${pid}/stat`)) ?? [];
  return Number(parent);
}

function proportionalSetSize(pid: number): number {
  const [, kibibytes = "0"] = /^Pss:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kibibytes) * 1024;
}

/** Empty for a process that has ended in the meantime. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
