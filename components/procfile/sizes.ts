import type { Warning } from "../config/errors.ts";
import { formatMemory, MEBIBYTE, parseQuantity } from "../manifest/quantity.ts";
import type { ProcessPlan } from "../plan/process-plan.ts";

/** What is needed of a plan to hold its sizes against each other. */
type Sized = Pick<ProcessPlan, "type" | "workers" | "server"> & {
  readonly pod: Pick<ProcessPlan["pod"], "memory" | "cpu">;
};

const CORE = 1000n;

/**
 * Workers that do not fit into the memory of their replica, or are many more than its CPUs.
 *
 * @param isPreloaded whether the workers share what the app has loaded
 */
export function sizeWarnings(
  { type, workers, server, pod }: Sized,
  isPreloaded = false,
): Warning[] {
  if (workers === undefined || workers <= 1 || !server) return [];
  return [
    ...memoryWarnings(type, workers, { server, memory: pod.memory, isPreloaded }),
    ...cpuWarnings(type, workers, { name: server.name, cpu: pod.cpu }),
  ];
}

interface Fits {
  readonly server: NonNullable<Sized["server"]>;
  readonly memory: string;
  readonly isPreloaded: boolean;
}

function memoryWarnings(
  type: string,
  workers: number,
  { server, memory, isPreloaded }: Fits,
): Warning[] {
  if (!server.mebibytes) return [];
  const { first, further, preloaded = further } = server.mebibytes;
  const each = isPreloaded ? preloaded : further;
  const needed = BigInt(first + each * (workers - 1)) * MEBIBYTE;
  const limit = parseQuantity(memory);
  if (limit === undefined || needed <= limit) return [];
  const location = `dash-scale:scale.${type}.memory`;
  const message = `${workers} workers of ${server.name} take about ${formatMemory(needed)} with an app that does nothing (measured), and a replica has ${memory}, so the kernel would end workers again and again; raise memory, or lower workers`;
  return [{ location, message }];
}

/**
 * Source: https://docs.gunicorn.org/en/stable/design.html#how-many-workers ("(2 x $num_cores) +
 * 1"). Rounded up to whole CPUs, since a request is what a replica has for sure, and no limit.
 */
function cpuWarnings(
  type: string,
  workers: number,
  { name, cpu }: { name: string; cpu: string },
): Warning[] {
  const request = parseQuantity(cpu);
  if (request === undefined) return [];
  const max = 2n * ((request + CORE - 1n) / CORE) + 1n;
  if (BigInt(workers) <= max) return [];
  const location = `dash-scale:scale.${type}.cpu`;
  const message = `${workers} workers of ${name} share ${cpu} CPU; more than ${max} (2 × CPU + 1) rarely serve more requests: raise cpu, or lower workers and raise replicas`;
  return [{ location, message }];
}
