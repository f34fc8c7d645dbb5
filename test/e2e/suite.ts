import process from "node:process";
import type { Place } from "../../local/place.ts";
import { placeIn } from "../../local/place.ts";
import { processesOf } from "../../local/system/processes.ts";
import type { LocalEnvironment } from "../../local/environment.ts";
import { openEnvironment } from "../../local/environment.ts";

/** The environment that the suite's global set-up has started. */
export function suiteEnvironment(folder: string): Promise<LocalEnvironment> {
  return openEnvironment(placeIn(folder));
}

/** A suite that is interrupted hard gets no teardown: its processes end all the same, its folder goes at the next run. */
export async function endWithThisProcess(place: Place): Promise<void> {
  const running = await processesOf(place.controlPlane);
  process.once("exit", () => {
    for (const { pid } of running) endIfRunning(pid);
  });
}

function endIfRunning(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The teardown has ended it.
  }
}
