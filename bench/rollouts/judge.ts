/** What is promised of a rollout, held against what was seen of one. */

/** How a `pulumi up` ended. */
export interface Ended {
  readonly status: number;
  /** All that was printed. */
  readonly output: string;
  readonly seconds: number;
}

/**
 * One process type as the API server had it when `pulumi up` ended: its Deployment, and its pods
 * that are not on their way out.
 */
export interface ProcessSeen {
  readonly type: string;
  readonly desired: number;
  /** Whether the counts are of the newest generation. */
  readonly observed: boolean;
  readonly updated: number;
  readonly available: number;
  readonly total: number;
  /** Image of each pod. */
  readonly images: readonly string[];
}

/** What should run. */
export interface Expected {
  readonly image: string;
  readonly replicas: Readonly<Record<string, number>>;
}

/**
 * Seconds after which the reason of a rollout that cannot go on has to be there, on simulated
 * nodes.
 */
export const MAX_SECONDS = 30;

/** Of an image that cannot run: not green, with the kubelet's reason, and soon. */
export function failureProblems({ status, output, seconds }: Ended, reason: string): string[] {
  return [
    ...(status === 0 ? ["exit status 0; expected another one"] : []),
    ...(output.includes(`[${reason}]`) ? [] : [`the output does not name [${reason}]`]),
    ...(seconds > MAX_SECONDS ? [`${seconds.toFixed(1)} s; expected ${MAX_SECONDS} at most`] : []),
  ];
}

/** Of an image that runs: green, and then all that is declared runs and nothing else. */
export function successProblems(
  { status }: Ended,
  seen: readonly ProcessSeen[],
  expected: Expected,
): string[] {
  const types = Object.entries(expected.replicas);
  return [
    ...(status === 0 ? [] : [`exit status ${status}; expected 0`]),
    ...types.flatMap(([type, replicas]) => {
      const found = seen.find((it) => it.type === type);
      if (!found) return [`${type} has no Deployment`];
      return processProblems(found, { image: expected.image, replicas });
    }),
  ];
}

function processProblems(
  { type, desired, observed, updated, available, total, images }: ProcessSeen,
  { image, replicas }: { readonly image: string; readonly replicas: number },
): string[] {
  const counts = { desired, updated, available, total, "pods not ending": images.length };
  const old = images.filter((it) => it !== image).length;
  return [
    ...(observed ? [] : [`${type}: its controller has not seen the change yet`]),
    ...Object.entries(counts)
      .filter(([, count]) => count !== replicas)
      .map(([name, count]) => `${type}: ${name} ${count}; expected ${replicas}`),
    ...(old > 0 ? [`${type}: ${old} pods of an earlier version`] : []),
  ];
}
