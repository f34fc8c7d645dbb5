/** What is advised for a stack by what was seen of it, and what could not be seen. */
import type { Advice } from "../../components/advice/advice.ts";
import { adviceFor } from "../../components/advice/advise.ts";
import { MIN_MINUTES } from "../../components/advice/cpu.ts";
import type {
  Evidence,
  RequestPeak,
  TypeEvidence,
  UsePeak,
} from "../../components/advice/evidence.ts";
import { larger } from "../../components/manifest/quantity.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import type { LivePod } from "./live.ts";
import type { Look } from "./looks.ts";
import type { Seen, StackStatus } from "./stack-status.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export interface StackAdvice {
  readonly advice: readonly Advice[];
  /** What no advice could be given on, and why. */
  readonly unseen: StackStatus["unknown"];
}

export function stackAdvice(plan: AppPlan, seen: Seen, looks: readonly Look[]): StackAdvice {
  return {
    advice: adviceFor(plan, evidenceOf(plan, seen, looks)),
    unseen: unseenOf(plan, seen, looks),
  };
}

/** Name of the proxy that counts requests, which its pods have; undefined where none does. */
export function countingProxy({ traffic }: AppPlan): string | undefined {
  return traffic?.proxy?.config.counted === true ? traffic.proxy.name : undefined;
}

function evidenceOf(plan: AppPlan, { live, applied, now }: Seen, looks: readonly Look[]): Evidence {
  const byType = Map.groupBy(live.pods.values(), ({ type }) => type);
  const types = plan.processes.map(({ type }): [string, TypeEvidence] => {
    const ended = (byType.get(type) ?? []).filter((pod) => endedSince(pod, now - HOUR_MS));
    const killed = ended.filter(({ lastEnd }) => lastEnd?.outOfMemory === true);
    const [latest] = ended
      .filter(({ lastEnd }) => lastEnd?.outOfMemory === false)
      .toSorted((a, b) => (b.lastEnd?.at ?? 0) - (a.lastEnd?.at ?? 0));
    return [
      type,
      {
        outOfMemory:
          killed.length === 0 ? undefined : { pods: killed.length, limit: largestMemory(killed) },
        crashed: latest && { pods: ended.length - killed.length, latest: latest.name },
        use: usePeak(looks, type),
        workers: applied.cost?.processes[type]?.workers,
      },
    ];
  });
  return { types: new Map(types), requests: requestPeak(looks) };
}

/** The container of a pod that is to go ends, too. */
function endedSince({ lastEnd, state }: LivePod, since: number): boolean {
  return state !== "ending" && lastEnd !== undefined && lastEnd.at >= since;
}

/** The limit is what is requested. */
function largestMemory(pods: readonly LivePod[]): bigint {
  return pods.map(({ requests }) => requests.memory).reduce(larger, 0n);
}

function usePeak(looks: readonly Look[], type: string): UsePeak | undefined {
  const measured = looks.flatMap(({ at, use }) => {
    const found = use.get(type);
    return found ? [{ at, ...found }] : [];
  });
  if (measured.length === 0) return undefined;
  return {
    memory: measured.map(({ memory }) => memory).reduce(larger, 0n),
    cpu: measured.map(({ cpu }) => cpu).reduce(larger, 0n),
    pods: Math.max(...measured.map(({ pods }) => pods)),
    minutes: minutesOf(measured),
  };
}

function requestPeak(looks: readonly Look[]): RequestPeak | undefined {
  const counted = looks.flatMap(({ at, requests: count }) =>
    count === undefined ? [] : [{ at, count }],
  );
  if (counted.length === 0) return undefined;
  return { count: Math.max(...counted.map(({ count }) => count)), minutes: minutesOf(counted) };
}

function minutesOf(looks: readonly { readonly at: number }[]): number {
  return Math.floor(((looks.at(-1)?.at ?? 0) - (looks[0]?.at ?? 0)) / MINUTE_MS);
}

function unseenOf(
  plan: AppPlan,
  { live, applied }: Seen,
  looks: readonly Look[],
): StackAdvice["unseen"] {
  const { unreachable, use, requestsNow } = live;
  if (unreachable !== undefined) return [{ what: "what runs", reason: unreachable }];
  const minutes = Math.max(
    0,
    ...[...useTypes(looks)].map((type) => usePeak(looks, type)?.minutes ?? 0),
  );
  const isMeasured = typeof use !== "string";
  return [
    ...unknown("what the pods use", isMeasured ? (useTypes(looks).size > 0 ? "" : TOO_YOUNG) : use),
    ...(isMeasured && useTypes(looks).size > 0 && minutes < MIN_MINUTES
      ? unknown("CPU requests that are too high", TOO_SHORT)
      : []),
    ...(countingProxy(plan) !== undefined && typeof requestsNow === "string"
      ? unknown("requests at the proxy", requestsNow)
      : []),
    ...unknown("how many workers run", applied.unknown ?? ""),
  ];
}

const TOO_YOUNG = "no pod that is ready has run for 5 minutes yet";
const TOO_SHORT = `they take ${MIN_MINUTES} minutes of looks (--watch, or the page)`;

function useTypes(looks: readonly Look[]): Set<string> {
  return new Set(looks.flatMap(({ use }) => [...use.keys()]));
}

function unknown(what: string, reason: string): StackAdvice["unseen"] {
  return reason === "" ? [] : [{ what, reason }];
}
