import type { Thousandths } from "../manifest/quantity.ts";

/** What was seen of an app that runs; what was not seen is left out, and is not 0. */
export interface Evidence {
  /** By process type. */
  readonly types: ReadonlyMap<string, TypeEvidence>;
  /** Undefined where nobody counts them, or could not ask. */
  readonly requests: RequestPeak | undefined;
}

/** What was seen of a process type. */
export interface TypeEvidence {
  /** Pods that were ended for lack of memory within the last hour. */
  readonly outOfMemory: { readonly pods: number; readonly limit: Thousandths } | undefined;
  /** Pods of which a container has ended for another reason within the last hour. */
  readonly crashed: { readonly pods: number; readonly latest: string } | undefined;
  /** Undefined where no pod was measured that has run long enough. */
  readonly use: UsePeak | undefined;
  /** Workers in each replica that runs; undefined where that is not known. */
  readonly workers: number | undefined;
}

/** The most that any one pod has used. */
export interface UsePeak {
  readonly memory: Thousandths;
  readonly cpu: Thousandths;
  /** Pods that were measured. */
  readonly pods: number;
  /** Between the first look and the last; 0 where there was only one. */
  readonly minutes: number;
}

/** The most requests that the proxy had at once, served and waiting, while every replica was ready. */
export interface RequestPeak {
  readonly count: number;
  /** Between the first look and the last; 0 where there was only one. */
  readonly minutes: number;
}

/** `uses 480Mi now`, or `used at most 480Mi in the last 7 minutes`. */
export function peakText(
  amount: string,
  minutes: number,
  [present, past]: readonly [present: string, past: string],
): string {
  if (minutes < 1) return `${present} ${amount} now`;
  return `${past} at most ${amount} in the last ${minutes === 1 ? "minute" : `${minutes} minutes`}`;
}
