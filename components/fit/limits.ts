import { formatCpu, formatMemory } from "../manifest/quantity.ts";
import type { Thousandths } from "../manifest/quantity.ts";
import type { Problem } from "../config/errors.ts";
import type { Limits } from "./capacity.ts";
import type { PodDemand } from "./pod-demand.ts";
import { amountsOf } from "./pod-demand.ts";

/** The names that Kubernetes has for what a pod of ours asks for, and the field that says it. */
const FIELDS = { cpu: "cpu", memory: "memory", "ephemeral-storage": "storage" } as const;

type Name = keyof typeof FIELDS;

const NAMES: readonly Name[] = ["cpu", "memory", "ephemeral-storage"];

/** An amount in the words of its resource. */
export function shownAmount(name: string, value: Thousandths): string {
  if (name.endsWith("cpu")) return formatCpu(value);
  return /memory$|storage$/.test(name) ? formatMemory(value) : String(value / 1000n);
}

/**
 * The CPU limit that a container without one is given by the namespace; undefined: none.
 *
 * Source: k8s.io/kubernetes, plugin/pkg/admission/limitranger; a maximum is its own default
 * (SetDefaults_LimitRangeItem).
 */
export function defaultCpuLimit(
  limits: readonly Limits[],
): (Limits & { cpu: Thousandths }) | undefined {
  for (const item of limits) {
    const cpu = item.default["cpu"] ?? item.max["cpu"];
    if (item.type === "Container" && cpu !== undefined) return { ...item, cpu };
  }
  return undefined;
}

/**
 * What a LimitRange of the namespace would have the API server refuse: each pod, so no replica
 * would come up.
 */
export function fitLimits(demand: readonly PodDemand[], limits: readonly Limits[]): Problem[] {
  return demand
    .filter(({ grows, max }) => grows && max > 0)
    .flatMap((kind) => [
      ...contradictions(kind, limits),
      ...NAMES.flatMap((name) =>
        limits.flatMap((item) => violations(kind, name, { item, limits })),
      ),
    ]);
}

/** A default limit below what is asked for makes a pod that asks for more than it may have. */
function contradictions({ type, size, keys }: PodDemand, limits: readonly Limits[]): Problem[] {
  const given = defaultCpuLimit(limits);
  const { cpu } = amountsOf(size);
  if (given === undefined || given.cpu >= cpu) return [];
  const message = `${type} asks for ${size.cpu}, but the LimitRange "${given.name}" gives containers a CPU limit of ${formatCpu(given.cpu)}, so every pod would be refused; lower it, or have the LimitRange's default raised`;
  return [{ location: keys.cpu, message }];
}

/** One resource of one container, held against one item of a LimitRange. */
interface LimitedResource {
  readonly item: Limits;
  readonly name: Name;
  readonly request: Thousandths;
  /** Undefined: none is set, and none given by default. */
  readonly limit: Thousandths | undefined;
}

function violations(
  { type, size, keys }: PodDemand,
  name: Name,
  { item, limits }: { item: Limits; limits: readonly Limits[] },
): Problem[] {
  const field = FIELDS[name];
  const request = amountsOf(size)[field];
  const limit = name === "cpu" ? defaultCpuLimit(limits)?.cpu : request;
  const resource = { item, name, request, limit };
  const broken = [...belowMinimum(resource), ...aboveMaximum(resource), ...aboveRatio(resource)];
  return broken.map((rule) => ({
    location: keys[field],
    message: `${type} asks for ${size[field]}, but the LimitRange "${item.name}" ${rule}, so every pod would be refused`,
  }));
}

// A pod of ours has one container, so limits of pods and of containers see the same amounts.

function belowMinimum({ item, name, request, limit }: LimitedResource): string[] {
  const min = item.min[name];
  if (min === undefined) return [];
  const rule = `of ${shownAmount(name, min)} for each ${item.type.toLowerCase()} at least`;
  if (request < min) return [`requires a request ${rule}`];
  return limit !== undefined && limit < min ? [`requires a limit ${rule}`] : [];
}

function aboveMaximum({ item, name, request, limit }: LimitedResource): string[] {
  const max = item.max[name];
  if (max === undefined) return [];
  const rule = `allows ${shownAmount(name, max)} for each ${item.type.toLowerCase()}`;
  if (limit === undefined) return [`${rule} and requires a limit, which dash-scale does not set`];
  if (request > max) return [rule];
  return limit > max ? [`${rule}, and its limit would be ${shownAmount(name, limit)}`] : [];
}

function aboveRatio({ item, name, request, limit }: LimitedResource): string[] {
  const ratio = item.ratio[name];
  if (ratio === undefined) return [];
  const rule = `allows a limit of ${Number(ratio) / 1000} times the request`;
  if (limit === undefined) return [`${rule} and requires a limit, which dash-scale does not set`];
  if (request > 0n && limit * 1000n <= ratio * request) return [];
  return [`${rule}, and it would be ${shownAmount(name, limit)}`];
}
