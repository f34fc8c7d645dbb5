import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 25;

/** A process as anyone sees it (arguments), and as only its user does (environment). */
export interface SeenProcess {
  readonly argv: string;
  readonly environment: string;
}

/**
 * Every process, seen again and again while an action goes on, whose environment has a text that it
 * was given and hands on. What lives for a shorter time than one look takes may be missed.
 */
export async function processesWhile<Outcome>(
  mark: string,
  action: () => Promise<Outcome>,
): Promise<{ outcome: Outcome; processes: SeenProcess[] }> {
  const seen = new Map<string, SeenProcess>();
  const run = { over: false };
  const outcome = action().finally(() => (run.over = true));
  for (; !run.over; await sleep(PAUSE_MS)) {
    for (const it of await processesWith(mark)) seen.set(`${it.argv}\n${it.environment}`, it);
  }
  return { outcome: await outcome, processes: [...seen.values()] };
}

async function processesWith(mark: string): Promise<SeenProcess[]> {
  const ids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    ids.map(async (id) => {
      const environment = await readFile(`/proc/${id}/environ`, "utf8").catch(() => "");
      if (!environment.includes(mark)) return undefined;
      const argv = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
      // Empty where the process has just ended.
      return argv === "" ? undefined : { argv: argv.replaceAll("\0", " "), environment };
    }),
  );
  return found.filter((it) => it !== undefined);
}
