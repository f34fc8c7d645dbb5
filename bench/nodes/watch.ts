import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { RealCluster } from "./cluster.ts";

/** Between the fields of a line; kubectl writes tabs as spaces. */
export const SEPARATOR = "|";

/** What is watched: fields of each event, in kubectl's JSONPath. */
export interface Watched {
  readonly namespace: string;
  readonly fields: readonly string[];
}

/**
 * Listens to what becomes of the pods of a namespace, until it is told to stop.
 *
 * @param read makes an event of a line, which came so many seconds after any beginning
 */
export function watchPods<Event>(
  { environment }: RealCluster,
  { namespace, fields }: Watched,
  read: (line: string, at: number) => Event,
): { readonly events: readonly Event[]; readonly stop: () => void } {
  const format = `jsonpath=${fields.join(SEPARATOR)}{"\\n"}`;
  const words = ["get", "pods", "--watch", "--output-watch-events", "-o", format];
  const child = spawn(environment.programs.kubectl, ["-n", namespace, ...words], {
    env: environment.env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const events: Event[] = [];
  createInterface(child.stdout).on("line", (line) => {
    events.push(read(line, performance.now() / 1000));
  });
  return { events, stop: () => void child.kill() };
}
