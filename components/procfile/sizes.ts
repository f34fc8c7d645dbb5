import type { Warning } from "../config/errors.ts";
import type { Thousandths } from "../manifest/quantity.ts";
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

/**
 * Memory that workers of a server take with an app that does nothing, as it was measured; undefined
 * where it was not.
 */
export function smallestMemory(
  { mebibytes }: NonNullable<Sized["server"]>,
  workers: number,
  isPreloaded: boolean,
): Thousandths | undefined {
  if (!mebibytes) return undefined;
  const { first, further, preloaded = further } = mebibytes;
  return BigInt(first + (isPreloaded ? preloaded : further) * (workers - 1)) * MEBIBYTE;
}

/**
 * The most workers that are of use with so much CPU. Rounded up to whole CPUs, since a request is
 * what a replica has for sure, and no limit.
 *
 * Source: https://docs.gunicorn.org/en/stable/design.html#how-many-workers ("(2 x $num_cores) + 1").
 */
export function usefulWorkers(cpu: Thousandths): bigint {
  return 2n * ((cpu + CORE - 1n) / CORE) + 1n;
}

/** The fewest whole CPUs at which so many workers are of use. */
export function cpuForWorkers(workers: number): Thousandths {
  return BigInt(Math.ceil((workers - 1) / 2)) * CORE;
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
  const needed = smallestMemory(server, workers, isPreloaded);
  const limit = parseQuantity(memory);
  if (needed === undefined || limit === undefined || needed <= limit) return [];
  const location = `dash-scale:scale.${type}.memory`;
  const message = `${workers} workers of ${server.name} take about ${formatMemory(needed)} with an app that does nothing (measured), and a replica has ${memory}, so the kernel would end workers again and again; raise memory, or lower workers`;
  return [{ location, message }];
}

function cpuWarnings(
  type: string,
  workers: number,
  { name, cpu }: { name: string; cpu: string },
): Warning[] {
  const request = parseQuantity(cpu);
  if (request === undefined) return [];
  const max = usefulWorkers(request);
  if (BigInt(workers) <= max) return [];
  const location = `dash-scale:scale.${type}.cpu`;
  const message = `${workers} workers of ${name} share ${cpu} CPU; more than ${max} (2 × CPU + 1) rarely serve more requests: raise cpu, or lower workers and raise replicas`;
  return [{ location, message }];
}
